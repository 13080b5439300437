"""REST under /api/v1/projects/<id>/."""

from django.urls import path

from datasets.api import views

app_name = "datasets-api"
urlpatterns = [
    path("imports/", views.ImportListView.as_view(), name="imports"),
    path("imports/<int:import_id>/", views.ImportDetailView.as_view(), name="import"),
    path("imports/<int:import_id>/cancel/", views.ImportCancelView.as_view(), name="import-cancel"),
    path("export", views.ExportView.as_view(), name="export"),
]
