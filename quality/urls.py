"""Pages of the quality app, under /p/<slug>/quality/."""

from django.urls import path

from quality.views import adjudication, agreement, overview, resolutions, tables

app_name = "quality"

urlpatterns = [
    path("", overview.show, name="overview"),
    path("overview/refresh/", overview.refresh, name="refresh_overview"),
    path("overview/<int:pk>/progress/", overview.progress, name="overview_progress"),
    path("agreement/", agreement.show, name="dashboard"),
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
    path("resolutions/<int:pk>/compare/<int:other>/", resolutions.compare, name="comparison"),
    path("tables/<slug:name>.csv", tables.csv_file, name="table"),
]
