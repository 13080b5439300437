"""Pages of the quality app, under /p/<slug>/quality/."""

from django.urls import path

from quality.views import adjudication, agreement, costs, resolutions

app_name = "quality"

urlpatterns = [
    path("", agreement.show, name="dashboard"),
    path("agreement/live/", agreement.live, name="live"),
    path("agreement/start/", agreement.start, name="start_agreement"),
    path("agreement/<int:pk>/progress/", agreement.progress, name="progress"),
    path("disputed/", agreement.disputed, name="disputed"),
    path("adjudicate/", adjudication.next_case, name="adjudicate"),
    path("adjudicate/<int:pk>/", adjudication.adjudication, name="adjudication"),
    path("decisions/", adjudication.decisions, name="decisions"),
    path("resolutions/", resolutions.runs, name="resolutions"),
    path("resolutions/new/", resolutions.new, name="new_resolution"),
    path("resolutions/<int:pk>/", resolutions.detail, name="resolution"),
    path("resolutions/<int:pk>/progress/", resolutions.progress, name="resolution_progress"),
    path("resolutions/<int:pk>/again/", resolutions.again, name="resolution_again"),
    path("resolutions/<int:pk>/check/", resolutions.check, name="resolution_check"),
    path(
        "resolutions/<int:pk>/check/progress/",
        resolutions.check_progress,
        name="resolution_check_progress",
    ),
    path("resolutions/<int:pk>/items/<int:item_id>/", resolutions.item, name="resolution_item"),
    path("resolutions/<int:pk>/compare/<int:other>/", resolutions.compare, name="comparison"),
    path(
        "resolutions/<int:pk>/compare/<int:other>/differences.csv",
        resolutions.compare_file,
        name="comparison_file",
    ),
    path("costs/<slug:question>/", costs.costs, name="costs"),
]
