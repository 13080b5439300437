"""Pages of the quality app, under /p/<slug>/quality/."""

from django.urls import path

from quality.views import (
    adjudication,
    agreement,
    costs,
    people,
    people_checks,
    people_mine,
    resolutions,
)

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
    path("decisions/<int:pk>/gold/", people_checks.promote, name="promote"),
    path("people/", people.people, name="people"),
    path("people/start/", people.start, name="start_people"),
    path("people/runs/<int:pk>/progress/", people.progress, name="people_progress"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/rows/", people.rows, name="person_rows"),
    path("people/<int:pk>/pause/", people.pause, name="pause"),
    path("people/<int:pk>/resume/", people.resume, name="resume"),
    path("people/group/", people_mine.ask_group, name="ask_group"),
    path("checks/", people_checks.checks, name="checks"),
    path("mine/", people_mine.mine, name="coaching"),
    path("mine/group/", people_mine.group, name="group"),
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
