"""REST routes of items, assignments and the ledger, below /api/v1/projects/<id>/."""

from django.urls import path

from annotations.api import views

app_name = "annotations-api"

urlpatterns = [
    path("items/", views.ItemsView.as_view(), name="items"),
    path("items/<int:pk>/", views.ItemView.as_view(), name="item"),
    path("assignments/next/", views.NextView.as_view(), name="next"),
    path("assignments/<int:pk>/return/", views.ReturnView.as_view(), name="return"),
    path("annotations/", views.AnnotationsView.as_view(), name="annotations"),
    path("annotations/<uuid:pk>/", views.AnnotationView.as_view(), name="annotation"),
    path("flags/", views.FlagsView.as_view(), name="flags"),
]
