"""REST of the quality app, under /api/v1/projects/<id>/."""

from django.urls import path

from quality.api import (
    adjudication,
    adjudication_queue,
    live,
    overview,
    people,
    people_groups,
    resolutions,
    review,
    routing,
    tables,
    views,
)

app_name = "quality-api"

urlpatterns = [
    path(
        "quality/adjudications/",
        adjudication.AdjudicationsView.as_view(),
        name="adjudications",
    ),
    path(
        "quality/adjudications/next/",
        adjudication_queue.NextAdjudicationView.as_view(),
        name="next_adjudication",
    ),
    path(
        "quality/adjudications/names/",
        adjudication_queue.AdjudicationCaseView.as_view(),
        name="adjudication_names",
    ),
    path(
        "quality/adjudications/reasons/",
        adjudication_queue.AdjudicationReasonsView.as_view(),
        name="adjudication_reasons",
    ),
    path(
        "quality/adjudications/<int:pk>/undo/",
        adjudication_queue.AdjudicationUndoView.as_view(),
        name="adjudication_undo",
    ),
    path("quality/reviews/", review.ReviewsView.as_view(), name="reviews"),
    path("quality/reviews/next/", review.NextReviewView.as_view(), name="next_review"),
    path("quality/reviews/figures/", review.ReviewFiguresView.as_view(), name="review_figures"),
    path("quality/reviews/settings/", review.ReviewSettingsView.as_view(), name="review_settings"),
    path("quality/agreement/", views.AgreementRunsView.as_view(), name="agreement_runs"),
    path("quality/agreement/live/", live.LiveAgreementView.as_view(), name="live_agreement"),
    path("quality/agreement/<int:pk>/", views.AgreementRunView.as_view(), name="agreement_run"),
    path("quality/agreement/<int:pk>/pairs/", views.AgreementPairsView.as_view(), name="pairs"),
    path(
        "quality/agreement/<int:pk>/disputed/",
        views.DisputedItemsView.as_view(),
        name="disputed_items",
    ),
    path("quality/costs/<str:question>/", resolutions.CostsView.as_view(), name="costs"),
    path("quality/resolutions/", resolutions.ResolutionRunsView.as_view(), name="resolution_runs"),
    path(
        "quality/resolutions/<int:pk>/",
        resolutions.ResolutionRunView.as_view(),
        name="resolution_run",
    ),
    path("quality/checks/", people.ChecksView.as_view(), name="checks"),
    path("quality/coaching/", people_groups.CoachingView.as_view(), name="coaching"),
    path("quality/gold/", people.PromotedGoldView.as_view(), name="promoted_gold"),
    path("quality/groups/", people_groups.GroupsView.as_view(), name="groups"),
    path("quality/groups/mine/", people_groups.OwnGroupView.as_view(), name="own_group"),
    path("quality/people/", people.PeopleView.as_view(), name="people"),
    path("quality/people/<int:pk>/", people.PersonView.as_view(), name="person"),
    path("quality/people/<int:pk>/pause/", people.PauseView.as_view(), name="pause"),
    path("quality/people/<int:pk>/resume/", people.ResumeView.as_view(), name="resume"),
    path(
        "quality/resolutions/<int:pk>/items/",
        resolutions.ResolvedItemsView.as_view(),
        name="resolved_items",
    ),
    path(
        "quality/resolutions/<int:pk>/items/<int:item_id>/",
        resolutions.ItemWhyView.as_view(),
        name="resolved_item",
    ),
    path(
        "quality/resolutions/<int:pk>/compare/<int:other>/",
        resolutions.ComparisonView.as_view(),
        name="resolution_comparison",
    ),
    path(
        "quality/resolutions/<int:pk>/again/",
        resolutions.AgainView.as_view(),
        name="resolution_again",
    ),
    path(
        "quality/resolutions/<int:pk>/checks/",
        resolutions.ChecksView.as_view(),
        name="resolution_checks",
    ),
    path("quality/overview/", overview.OverviewView.as_view(), name="overview"),
    path("quality/tables/", tables.TablesView.as_view(), name="tables"),
    path("quality/tables/<slug:name>/", tables.TableView.as_view(), name="table"),
    path("quality/tables/<slug:name>.csv", tables.TableFileView.as_view(), name="table_file"),
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
