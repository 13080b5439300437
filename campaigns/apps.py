"""Django's registration of the app and of its background jobs."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Relabeling under a newer guideline version, and what came of it."""

    name = "campaigns"

    def ready(self) -> None:
        # Both need the models, which are loaded by now. Handlers of jobs and tables register.
        from campaigns import tasks  # noqa: F401
        from campaigns.queries import tables  # noqa: F401
