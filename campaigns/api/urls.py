"""REST of the campaigns app, under /api/v1/projects/<id>/."""

from django.urls import path

from campaigns.api import views, work

app_name = "campaigns-api"

urlpatterns = [
    path("impacts/", work.ImpactsView.as_view(), name="impacts"),
    path("impacts/<int:pk>/", work.ImpactView.as_view(), name="impact"),
    path("carry-overs/", work.CarryOversView.as_view(), name="carry_overs"),
    path("carry-overs/<int:pk>/", work.CarryOverView.as_view(), name="carry_over"),
    path(
        "carry-overs/<int:pk>/cancel/", work.CancelCarryOverView.as_view(), name="cancel_carry_over"
    ),
    path("campaigns/", views.CampaignsView.as_view(), name="campaigns"),
    path("campaigns/<int:number>/", views.CampaignView.as_view(), name="campaign"),
    path("campaigns/<int:number>/labels/", views.SampledLabelsView.as_view(), name="labels"),
    path("campaigns/<int:number>/pause/", views.PauseView.as_view(), name="pause"),
    path("campaigns/<int:number>/resume/", views.ResumeView.as_view(), name="resume"),
    path("campaigns/<int:number>/end/", views.EndView.as_view(), name="end"),
    path("campaigns/<int:number>/reports/", views.ReportsView.as_view(), name="reports"),
    path("campaigns/<int:number>/reports/<int:pk>/", views.ReportView.as_view(), name="report"),
]
