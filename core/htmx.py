"""Page or partial, and domain errors as HTML answers."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from core.errors import Conflict, Gone


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx the named partial of it. The request never names the partial."""
    is_htmx = bool(getattr(request, "htmx", False))
    name = f"{template}#{partial}" if partial and is_htmx else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


class DomainErrorMiddleware:
    """Domain errors that an HTML view left alone: 400, 409 and 410 with a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ValidationError):
            return render(request, "400.html", {"messages_of_error": error.messages}, status=400)
        if not isinstance(error, Conflict):
            return None
        status = 410 if isinstance(error, Gone) else 409
        return render(request, "conflict.html", {"error": error}, status=status)
