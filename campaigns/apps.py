"""Django's registration of the app and of its background jobs."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Relabeling under a newer guideline version, and what came of it."""

    name = "campaigns"

    def ready(self) -> None:
        # It needs the models, which are loaded by now; it names the handlers of the jobs.
        from campaigns import tasks  # noqa: F401
