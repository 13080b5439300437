"""Pages under /p/<slug>/data/."""

from django.urls import path

from datasets.views import exports, imports, mapping

app_name = "datasets"
urlpatterns = [
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:import_id>/", imports.import_detail, name="import_detail"),
    path("imports/<int:import_id>/mapping/", mapping.import_mapping, name="import_mapping"),
    path("imports/<int:import_id>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:import_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("export/", exports.export_page, name="export"),
]
