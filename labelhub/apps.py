"""Makes the Celery application the current one in every process that loads Django."""

from django.apps import AppConfig

from labelhub.celery import app as celery_app

__all__ = ["LabelhubConfig", "celery_app"]


class LabelhubConfig(AppConfig):
    """The wiring; it has no models."""

    name = "labelhub"
