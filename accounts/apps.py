"""Django's registration of the app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their tokens."""

    name = "accounts"

    def ready(self) -> None:
        # By name, since it needs DRF, which reads the settings, which need the models.
        import_module("accounts.api.openapi")
