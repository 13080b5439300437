"""One shape for every REST error: {"code", "message", "errors": {field: [...]}}."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Conflict, Gone

INVALID = _noop("The request was understood but is not valid.")


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Domain errors to 400 / 403 / 404 / 409 / 410; DRF's own errors into the same shape."""
    response = _response(error)
    if response is not None:
        set_rollback()
    return response


def _response(error: Exception) -> Response | None:
    if isinstance(error, exceptions.APIException):
        return _framework_answer(error)
    if isinstance(error, ValidationError):
        return _answer(400, "invalid", _(INVALID), _fields(error))
    if isinstance(error, PermissionDenied):
        return _answer(403, "forbidden", str(error) or _("You may not do this."))
    if isinstance(error, Http404):
        return _answer(404, "not_found", str(error) or _("Not found."))
    if isinstance(error, Conflict):
        status = 410 if isinstance(error, Gone) else 409
        return _answer(status, error.code, error.message, detail=error.detail)
    return None


def _framework_answer(error: exceptions.APIException) -> Response:
    """DRF's own errors: wrong shape of the input, not signed in, unsupported media type."""
    if isinstance(error, exceptions.ValidationError):
        by_field = isinstance(error.detail, dict)
        errors = error.detail if by_field else {NON_FIELD_ERRORS: error.detail}
        return _answer(400, "invalid", _(INVALID), errors)
    answer = _answer(error.status_code, str(error.get_codes()), str(error.detail))
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        answer["Retry-After"] = str(int(wait))
    return answer


def _fields(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return error.message_dict
    return {NON_FIELD_ERRORS: list(error.messages)}


def _answer(
    status: int, code: str, message: str, errors: Any = None, detail: Any = None
) -> Response:
    body: dict[str, Any] = {"code": code, "message": message}
    if errors:
        body["errors"] = errors
    if detail:
        body["detail"] = detail
    return Response(body, status=status)
