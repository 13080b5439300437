"""Pages under /p/<slug>/media/; the files themselves are served by `annotations`."""

from django.urls import path

from media.views import arrivals, files

app_name = "media"
urlpatterns = [
    path("", files.files, name="files"),
    path("upload/", files.upload, name="upload"),
    path("zip/", arrivals.zip_new, name="zip"),
    path("addresses/", arrivals.addresses_new, name="addresses"),
    path("folder/", arrivals.folder_new, name="folder"),
    path("<int:pk>/withdraw/", files.withdraw, name="withdraw"),
    path("arrivals/<int:pk>/", arrivals.arrival, name="arrival"),
    path("arrivals/<int:pk>/progress/", arrivals.progress, name="progress"),
    path("arrivals/<int:pk>/cancel/", arrivals.cancel, name="cancel"),
]
