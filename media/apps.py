"""Django's registration of the app; makes its background jobs known."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Files that items show."""

    name = "media"

    def ready(self) -> None:
        # Names the handler of the job. Its module needs the models, which are loaded by now.
        from media import tasks  # noqa: F401
