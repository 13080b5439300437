"""The URLconf: HTML under /, REST under /api/v1/."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.access import declare, public


@public
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers and compose: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it on whatever names no icon of its own, a picture or a style sheet.

    The page that says "not found" would set a token of its own, and forms on the page that was
    opened at the same moment would be refused.
    """
    return redirect(static("favicon.svg"))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs get the shape of every REST error, people a page."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "not_found", "message": _("Not found.")}, status=404)
    return page_not_found(request, exception)


OPEN: dict[str, list[Any]] = {"permission_classes": [], "authentication_classes": []}
schema = declare(SpectacularAPIView.as_view(**OPEN), "public")
# Swagger UI writes style attributes; the exception holds for its page alone.
docs = declare(
    csp_update({"style-src": ["'unsafe-inline'"]})(
        SpectacularSwaggerSplitView.as_view(url_name="schema", **OPEN)
    ),
    "public",
)

urlpatterns = [
    path("healthz", health, name="health"),
    path("favicon.ico", favicon, name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("accounts.urls")),
    path("", include("projects.urls")),
    path("p/<slug:slug>/guideline/", include("guidelines.urls")),
    path("", include("annotations.urls")),
    path("p/<slug:slug>/media/", include("media.urls")),
    path("p/<slug:slug>/quality/", include("quality.urls")),
    path("p/<slug:slug>/", include("campaigns.urls")),
    path("p/<slug:slug>/data/", include("datasets.urls")),
    path("api/v1/schema/", schema, name="schema"),
    path("api/v1/docs/", docs, name="api-docs"),
    path("api/v1/", include("projects.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("guidelines.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("media.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("annotations.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("quality.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("campaigns.api.urls")),
    path("api/v1/projects/<int:project_id>/", include("datasets.api.urls")),
]
