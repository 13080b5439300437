"""REST routes of guidelines, below /api/v1/projects/<id>/."""

from django.urls import path

from guidelines.api import reading_views, views

app_name = "guidelines-api"

urlpatterns = [
    path("guideline/current/", views.CurrentView.as_view(), name="current"),
    path("guideline/versions/", views.VersionsView.as_view(), name="versions"),
    path("guideline/versions/<int:number>/", views.VersionView.as_view(), name="version"),
    path(
        "guideline/versions/<int:number>/markdown/", views.MarkdownView.as_view(), name="markdown"
    ),
    path("guideline/versions/<int:number>/publish/", views.PublishView.as_view(), name="publish"),
    path("guideline/versions/<int:number>/rebase/", views.RebaseView.as_view(), name="rebase"),
    path("guideline/versions/<int:number>/changes/", views.ChangesView.as_view(), name="changes"),
    path("guideline/versions/<int:number>/rules/", views.RulesView.as_view(), name="rules"),
    path(
        "guideline/versions/<int:number>/rules/<int:rule>/", views.RuleView.as_view(), name="rule"
    ),
    path("guideline/reading/", reading_views.ReadingView.as_view(), name="reading"),
    path("guideline/reading/quiz/", reading_views.QuizView.as_view(), name="quiz"),
    path("guideline/readers/", reading_views.ReadersView.as_view(), name="readers"),
    path(
        "guideline/versions/<int:before>/diff/<int:after>/", views.DiffView.as_view(), name="diff"
    ),
]
