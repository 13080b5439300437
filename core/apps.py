"""Registers the check that every view declares who may call it."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from core.access import check_access_rules


class CoreConfig(AppConfig):
    """Bottom of the stack."""

    name = "core"

    def ready(self) -> None:
        register(check_access_rules, Tags.urls)
