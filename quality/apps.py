"""Django's registration of the app, of its background jobs and its overview card."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Agreement between annotators, and what their labels add up to."""

    name = "quality"

    def ready(self) -> None:
        # All need the models, which are loaded by now. Handlers of jobs and tables register.
        from quality import overview, tasks  # noqa: F401
        from quality.queries.tables import agreement as tables_agreement  # noqa: F401
        from quality.queries.tables import disputed as tables_disputed  # noqa: F401
        from quality.queries.tables import habits as tables_habits  # noqa: F401
        from quality.queries.tables import overview as tables_overview  # noqa: F401
        from quality.queries.tables import people as tables_people  # noqa: F401
        from quality.queries.tables import people_figures as tables_people_figures  # noqa: F401
        from quality.queries.tables import resolution as tables_resolution  # noqa: F401

        overview.register()
