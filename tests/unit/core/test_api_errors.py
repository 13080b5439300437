"""One shape for every REST error."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions

from core.errors import Conflict, Gone
from labelhub.api import exception_handler


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValidationError("No."), 400, "invalid"),
        (exceptions.ValidationError(["No."]), 400, "invalid"),
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (PermissionDenied(), 403, "forbidden"),
        (Http404(), 404, "not_found"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (Conflict("No.", code="stale"), 409, "stale"),
        (Gone("No.", code="lease_lost"), 410, "lease_lost"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
    ],
)
def test_error_becomes_status_code_and_message(error, status, code):
    response = exception_handler(error, {})

    assert (response.status_code, response.data["code"]) == (status, code)
    assert response.data["message"]


def test_error_by_field_keeps_its_fields():
    error = ValidationError({"name": ["Too long.", "Too loud."], "size": "Too big."})

    assert exception_handler(error, {}).data["errors"] == {
        "name": ["Too long.", "Too loud."],
        "size": ["Too big."],
    }


def test_conflict_answers_with_its_detail():
    assert exception_handler(Conflict("No.", head="abc"), {}).data["detail"] == {"head": "abc"}


def test_throttled_says_how_long_to_wait():
    assert exception_handler(exceptions.Throttled(wait=3), {})["Retry-After"] == "3"


def test_error_nobody_foresaw_is_left_to_the_server():
    assert exception_handler(RuntimeError("x"), {}) is None
