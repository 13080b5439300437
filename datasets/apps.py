"""Django's registration of the app; makes its background jobs known."""

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """Imports, exports, the demo project."""

    name = "datasets"

    def ready(self) -> None:
        # Names the handler of the job. Its module needs the models, which are loaded by now.
        from datasets import tasks  # noqa: F401
