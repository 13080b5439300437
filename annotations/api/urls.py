"""REST routes of items, assignments and the ledger, below /api/v1/projects/<id>/."""

from django.urls import path

from annotations.api import media, names, questions, threads, training, views

app_name = "annotations-api"

urlpatterns = [
    path("items/", views.ItemsView.as_view(), name="items"),
    path("items/<int:pk>/", views.ItemView.as_view(), name="item"),
    path("items/<int:pk>/names/", names.NamesView.as_view(), name="names"),
    path("assignments/next/", views.NextView.as_view(), name="next"),
    path("assignments/<int:pk>/return/", views.ReturnView.as_view(), name="return"),
    path("annotations/", views.AnnotationsView.as_view(), name="annotations"),
    path("annotations/<uuid:pk>/", views.AnnotationView.as_view(), name="annotation"),
    path("questions/", questions.QuestionsView.as_view(), name="questions"),
    path("questions/<int:pk>/", questions.QuestionView.as_view(), name="question"),
    path("threads/", threads.ThreadsView.as_view(), name="threads"),
    path("threads/<int:pk>/", threads.ThreadView.as_view(), name="thread"),
    path("threads/<int:pk>/read/", threads.ThreadReadView.as_view(), name="thread_read"),
    path("gold/", training.GoldsView.as_view(), name="golds"),
    path("gold/<int:pk>/", training.GoldView.as_view(), name="gold"),
    path("training/", training.TrainingView.as_view(), name="training"),
    path("trainees/", training.TraineesView.as_view(), name="trainees"),
    path("media/<int:pk>/content", media.MediaContentView.as_view(), name="media-content"),
    path("media/items/", media.MediaItemsView.as_view(), name="media-items"),
    path("flags/", views.FlagsView.as_view(), name="flags"),
]
