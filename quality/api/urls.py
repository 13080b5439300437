"""REST of the quality app, under /api/v1/projects/<id>/."""

from django.urls import path

from quality.api import adjudication, live, overview, tables, views

app_name = "quality-api"

urlpatterns = [
    path(
        "quality/adjudications/",
        adjudication.AdjudicationsView.as_view(),
        name="adjudications",
    ),
    path("quality/agreement/", views.AgreementRunsView.as_view(), name="agreement_runs"),
    path("quality/agreement/live/", live.LiveAgreementView.as_view(), name="live_agreement"),
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
    path("quality/overview/", overview.OverviewView.as_view(), name="overview"),
    path("quality/tables/", tables.TablesView.as_view(), name="tables"),
    path("quality/tables/<slug:name>/", tables.TableView.as_view(), name="table"),
    path("quality/tables/<slug:name>.csv", tables.TableFileView.as_view(), name="table_file"),
]
