"""Django's registration of the app, of its background jobs and its overview card."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Agreement between annotators, and what their labels add up to."""

    name = "quality"

    def ready(self) -> None:
        # All need the models, which are loaded by now. Handlers of jobs and tables register.
        from quality import overview, tasks  # noqa: F401
        from quality.queries import (  # noqa: F401
            tables_agreement,
            tables_disputed,
            tables_habits,
            tables_overview,
            tables_people,
            tables_people_figures,
            tables_resolution,
        )

        overview.register()
