"""Files of items: who may see them is asked each time."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from annotations.actions.make_items import make_items_of_files
from annotations.queries.media import visible_file
from media.serving import content_response, page_response, thumbnail_response
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@project_view(Permission.VIEW_PROJECT)
@require_safe
def media(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """The file, or the part of it that a player asks for."""
    return content_response(request, visible_file(request.membership, pk))


@project_view(Permission.VIEW_PROJECT)
@require_safe
def thumbnail(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """A small picture."""
    return thumbnail_response(request, visible_file(request.membership, pk))


@project_view(Permission.VIEW_PROJECT)
@require_safe
def page(request: ProjectRequest, pk: int, number: int) -> HttpResponseBase:
    """A page of a PDF as an image."""
    return page_response(request, visible_file(request.membership, pk), number)


@project_view(Permission.IMPORT)
@require_POST
def make_items(request: ProjectRequest) -> HttpResponse:
    """One item for each file that no item shows yet."""
    counts = make_items_of_files(project=request.project, by=request.user, now=timezone.now())
    messages.success(
        request,
        ngettext("%(count)d item was made.", "%(count)d items were made.", counts.added)
        % {"count": counts.added},
    )
    return redirect("annotations:items", slug=request.project.slug)
