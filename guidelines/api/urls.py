"""REST routes of guidelines, below /api/v1/projects/<id>/."""

from django.urls import path

from guidelines.api import views

app_name = "guidelines-api"

urlpatterns = [
    path("guideline/current/", views.CurrentView.as_view(), name="current"),
    path("guideline/versions/", views.VersionsView.as_view(), name="versions"),
    path("guideline/versions/<int:number>/", views.VersionView.as_view(), name="version"),
    path(
        "guideline/versions/<int:number>/markdown/", views.MarkdownView.as_view(), name="markdown"
    ),
    path("guideline/versions/<int:number>/publish/", views.PublishView.as_view(), name="publish"),
    path(
        "guideline/versions/<int:before>/diff/<int:after>/", views.DiffView.as_view(), name="diff"
    ),
]
