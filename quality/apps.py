"""Django's registration of the app, of its background jobs and its overview card."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Agreement between annotators, and what their labels add up to."""

    name = "quality"

    def ready(self) -> None:
        # Both need the models, which are loaded by now; the first names the handlers of the jobs.
        from quality import overview, tasks  # noqa: F401

        overview.register()
