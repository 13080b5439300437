"""Every view declares who may call it; one without a rule stops the app from starting."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

if TYPE_CHECKING:  # importing views of DRF needs the models, which come after this module
    from rest_framework.request import Request
    from rest_framework.views import APIView

View = Callable[..., Any]

BY_METHOD = "by method"  # the view class has `rules`, one for each method it answers

# Views of other people's packages, by module: each with the rule that holds for it.
FOREIGN_RULES = {
    "django.views.static": "public: only with DEBUG",
    "django.views.i18n": "public: sets a language cookie",
    "django.contrib.staticfiles.views": "public: only with DEBUG",
}


def declare(view: View, rule: str) -> View:
    """Attach the rule, in words, for the check and for the role matrix."""
    view.access_rule = rule  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return declare(view, "public")


def signed_in(view: View) -> View:
    """Any account that is signed in; others are sent to the sign-in page."""
    return declare(require_sign_in(view), "signed in")


def require_sign_in(view: View) -> View:
    """Send anonymous visitors to the sign-in page, in the way that their client understands.

    A script that is redirected would take the sign-in page for its answer: it gets 401 instead,
    htmx also the order to leave the page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return _leave_for_sign_in(request)
        if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
            message = _("You are signed out. Please sign in again.")
            return JsonResponse({"code": "signed_out", "message": message}, status=401)
        return HttpResponseRedirect(_sign_in_url(request.get_full_path()))

    return guarded


def _leave_for_sign_in(request: HttpRequest) -> HttpResponse:
    """For htmx: come back to the page that asked, not to the fragment it asked for."""
    page = request.headers.get("HX-Current-URL", "").removeprefix(
        f"{request.scheme}://{request.get_host()}"
    )
    return HttpResponse(status=401, headers={"HX-Redirect": _sign_in_url(page or "/")})


def _sign_in_url(back_to: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back_to})}"


class DeclaredRule(BasePermission):
    """DRF's default: a view without a rule is closed, and a rule implies signing in.

    The finer question (which permission in which project) is asked by the view base class of
    `projects.api`.
    """

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        rule = getattr(view, "access_rule", None)
        if rule is None:
            return False
        return rule == "public" or bool(request.user and request.user.is_authenticated)


def rule_of(view: View) -> str | None:
    """The declared rule of a URL pattern's callback, or None."""
    for candidate in (view, getattr(view, "cls", None), getattr(view, "view_class", None)):
        rule = getattr(candidate, "access_rule", None)
        if rule:
            return str(rule)
    return FOREIGN_RULES.get(getattr(view, "__module__", ""))


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, View]]:
    """All (route, view) leaves of the URLconf."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def check_access_rules(**_kwargs: Any) -> list[CheckMessage]:
    """System check: every leaf of the URLconf has a rule, and REST views keep to theirs."""
    return [fault for route, view in routes() for fault in faults_of(route, view)]


def faults_of(route: str, view: View) -> Iterator[Error]:
    """What is missing at one leaf: the rule, a method's rule, or the class that enforces it."""
    rule = rule_of(view)
    if rule is None:
        yield Error(f"/{route} declares no access rule", obj=view, id="core.E001")
        return
    rest_view = getattr(view, "cls", None)
    if rest_view is None or rule == "public":
        return
    if rule == BY_METHOD:
        known = getattr(rest_view, "rules", {})
        for method in sorted(methods_of(rest_view) - set(known)):
            yield Error(f"{method} /{route} declares no access rule", obj=view, id="core.E002")
    if DeclaredRule not in rest_view.permission_classes:
        message = f"/{route} has a rule, but its permission_classes dropped the one that asks"
        yield Error(message, obj=view, id="core.E003")


def methods_of(rest_view: type) -> set[str]:
    """The HTTP methods a class answers itself; HEAD and OPTIONS follow from them."""
    names = set(getattr(rest_view, "http_method_names", ())) - {"head", "options"}
    return {name.upper() for name in names if hasattr(rest_view, name)}
