"""Pages of the quality app, under /p/<slug>/quality/."""

from django.urls import path

from quality.views import adjudication, agreement, resolutions, routing

app_name = "quality"

urlpatterns = [
    path("", agreement.show, name="dashboard"),
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
    path("enough/", routing.show, name="routing"),
    path("enough/study/", routing.study, name="study"),
    path("enough/study/<int:pk>/progress/", routing.study_progress, name="study_progress"),
    path("enough/new/", routing.new, name="new_routing"),
    path("enough/<int:pk>/progress/", routing.step_progress, name="step_progress"),
    path("enough/<int:pk>/slots/", routing.slots, name="routed_slots"),
    path("enough/<int:pk>/pause/", routing.pause, name="pause_routing"),
    path("enough/<int:pk>/resume/", routing.resume, name="resume_routing"),
    path("enough/<int:pk>/end/", routing.end, name="end_routing"),
]
