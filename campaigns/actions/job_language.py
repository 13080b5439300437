"""What a job says is read by the person who asked for it."""

from django.conf import settings
from django.utils import translation

from accounts.models import User


def in_language_of(person: User) -> translation.override:
    """The language they chose, else that of the server."""
    return translation.override(person.language or settings.LANGUAGE_CODE)
