"""Django's registration of the app."""

from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    """Versioned guidelines."""

    name = "guidelines"
