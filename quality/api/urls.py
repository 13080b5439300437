"""REST of the quality app, under /api/v1/projects/<id>/."""

from django.urls import path

from quality.api import adjudication, routing, views

app_name = "quality-api"

urlpatterns = [
    path(
        "quality/adjudications/",
        adjudication.AdjudicationsView.as_view(),
        name="adjudications",
    ),
    path("quality/agreement/", views.AgreementRunsView.as_view(), name="agreement_runs"),
    path("quality/agreement/<int:pk>/", views.AgreementRunView.as_view(), name="agreement_run"),
    path("quality/agreement/<int:pk>/pairs/", views.AgreementPairsView.as_view(), name="pairs"),
    path(
        "quality/agreement/<int:pk>/disputed/",
        views.DisputedItemsView.as_view(),
        name="disputed_items",
    ),
    path("quality/resolutions/", views.ResolutionRunsView.as_view(), name="resolution_runs"),
    path("quality/resolutions/<int:pk>/", views.ResolutionRunView.as_view(), name="resolution_run"),
    path(
        "quality/resolutions/<int:pk>/items/",
        views.ResolvedItemsView.as_view(),
        name="resolved_items",
    ),
    path("quality/routing/studies/", routing.StudiesView.as_view(), name="studies"),
    path("quality/routing/studies/<int:pk>/", routing.StudyView.as_view(), name="study"),
    path(
        "quality/routing/studies/<int:pk>/forecast/",
        routing.ForecastView.as_view(),
        name="forecast",
    ),
    path("quality/routing/policies/", routing.PoliciesView.as_view(), name="policies"),
    path("quality/routing/policies/<int:pk>/", routing.PolicyView.as_view(), name="policy"),
    path("quality/routing/policies/<int:pk>/pause/", routing.PausePolicyView.as_view()),
    path("quality/routing/policies/<int:pk>/resume/", routing.ResumePolicyView.as_view()),
    path("quality/routing/policies/<int:pk>/end/", routing.EndPolicyView.as_view()),
    path("quality/routing/policies/<int:pk>/steps/", routing.StepsView.as_view()),
    path("quality/routing/policies/<int:pk>/slots/", routing.SlotsView.as_view()),
]
