"""Django's registration of the app."""

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """Items, assignments and the ledger of labels."""

    name = "annotations"

    def ready(self) -> None:
        # Puts its figures on the overview. It needs the models, which are loaded by now.
        from annotations import overview

        overview.register()
