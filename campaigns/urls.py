"""Pages of the campaigns app, under /p/<slug>/."""

from django.urls import path

from campaigns.views import campaigns, impact

app_name = "campaigns"

urlpatterns = [
    path("guideline/impact/", impact.show, name="impact"),
    path("guideline/impact/start/", impact.start, name="start_impact"),
    path("guideline/impact/<int:pk>/progress/", impact.progress, name="impact_progress"),
    path("guideline/carry-over/", impact.carry_over, name="carry_over"),
    path(
        "guideline/carry-over/<int:pk>/progress/",
        impact.carry_over_progress,
        name="carry_over_progress",
    ),
    path("guideline/carry-over/<int:pk>/cancel/", impact.stop_carry_over, name="cancel_carry_over"),
    path("campaigns/", campaigns.index, name="list"),
    path("campaigns/new/", campaigns.new, name="new"),
    path("campaigns/new/sample/", campaigns.sample, name="sample"),
    path("campaigns/<int:number>/", campaigns.detail, name="campaign"),
    path("campaigns/<int:number>/preparing/", campaigns.preparing, name="preparing"),
    path("campaigns/<int:number>/progress/", campaigns.progress, name="progress"),
    path("campaigns/<int:number>/pause/", campaigns.pause, name="pause"),
    path("campaigns/<int:number>/resume/", campaigns.resume, name="resume"),
    path("campaigns/<int:number>/end/", campaigns.end, name="end"),
    path("campaigns/<int:number>/report/", campaigns.report, name="report"),
    path(
        "campaigns/<int:number>/report/<int:pk>/progress/",
        campaigns.report_progress,
        name="report_progress",
    ),
]
