"""Domain errors beside Django's ValidationError and PermissionDenied, and their translation."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext

from core.problems import Problem, Problems


class Conflict(Exception):
    """The request was sound, but the world has moved: 409. Nothing was changed."""

    def __init__(self, message: str, *, code: str = "conflict", **detail: Any) -> None:
        self.message = message
        self.code = code
        self.detail = detail
        super().__init__(message)


class Gone(Conflict):
    """What the request was about is no longer theirs (a lease, a link): 410."""


def validation_error(problem: Problem | Problems) -> ValidationError:
    """A pure room's problem as Django's ValidationError, translated, keyed by field."""
    problems = problem.problems if isinstance(problem, Problems) else [problem]
    by_field: dict[str, list[ValidationError]] = {}
    for each in problems:
        message = gettext(each.template)
        error = ValidationError(message, code=each.code, params=each.params or None)
        by_field.setdefault(each.field or NON_FIELD_ERRORS, []).append(error)
    return ValidationError(by_field)
