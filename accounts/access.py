"""Who asks, and the rule of the pages that only an owner of the server may open."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.permissions import check_owner
from core.access import declare, require_sign_in


def person_of(request: HttpRequest) -> User:
    """The signed-in person; only for views behind a rule other than public."""
    return cast(User, request.user)


def secret_path(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages whose address is itself a secret: a 4xx of theirs is not written to the log.

    Django logs the path of each such answer, unless the answer says that it was logged.
    """

    @wraps(view)
    def silent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return silent


def owner_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages about the server itself: 403 for everybody but its owners."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_owner(person_of(request))
        return view(request, *args, **kwargs)

    return declare(require_sign_in(guarded), "server owner")
