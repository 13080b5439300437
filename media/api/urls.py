"""REST under /api/v1/projects/<id>/."""

from django.urls import path

from media.api import views

app_name = "media-api"
urlpatterns = [
    path("media/", views.MediaFilesView.as_view(), name="files"),
    path("media/<int:pk>/", views.MediaFileView.as_view(), name="file"),
    path("media/arrivals/", views.ArrivalsView.as_view(), name="arrivals"),
    path("media/arrivals/<int:pk>/", views.ArrivalView.as_view(), name="arrival"),
]
