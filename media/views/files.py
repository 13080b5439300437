"""The page of a project's files: a grid, and everything that brings more of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from core.access import declare
from core.errors import Conflict
from core.pages import keyset_page
from media.actions.upload_files import Uploaded, upload_files
from media.actions.withdraw_file import withdraw_file
from media.bodies import is_too_large
from media.forms import AddressesForm, FilterForm, FolderForm, ZipForm
from media.inspecting.kinds import STORED
from media.permissions import can_bring, can_fetch, has_inbox
from media.queries.files import arrivals_of, file_of, files_of
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

PAGE = 60
RECENT = 5


def files_page(
    request: ProjectRequest, *, status: int = 200, data: Any = None, **context: Any
) -> HttpResponse:
    """The whole page; views that were given something wrong show it again with what was wrong."""
    wanted = FilterForm(data)
    chosen = wanted.cleaned_data if wanted.is_valid() else {}
    found = files_of(request.project, kind=chosen.get("kind", ""), prefix=chosen.get("name", ""))
    try:
        after = chosen.get("after") or None
        page = keyset_page(found, after=after, size=PAGE, newest_first=True)
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    return render(
        request,
        "media/files.html",
        {
            "page": page,
            "filter": wanted,
            "is_filtered": any(chosen.get(name) for name in ("kind", "name", "after")),
            "arrivals": arrivals_of(request.project).order_by("-pk")[:RECENT],
            "can_bring": can_bring(request.project),
            "zip_form": ZipForm(),
            "addresses_form": AddressesForm() if can_fetch() else None,
            "folder_form": FolderForm(project=request.project.slug) if has_inbox() else None,
            "types": STORED,
            "limit": settings.MEDIA_MAX_BYTES,
            **context,
        },
        status=status,
    )


@project_view(Permission.IMPORT)
@require_safe
def files(request: ProjectRequest) -> HttpResponse:
    """Newest first."""
    return files_page(request, data=request.GET)


@project_view(Permission.IMPORT)
@csrf_protect
@require_POST
def _upload(request: ProjectRequest) -> HttpResponse:
    by_script = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        outcome = upload_files(
            project=request.project,
            uploads=request.FILES.getlist("files"),
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        return _refused(request, error.messages[0], 422, by_script)
    except Conflict as error:
        return _refused(request, error.message, 409, by_script)
    if by_script:
        return JsonResponse(_as_json(outcome), status=422 if outcome.faults else 200)
    if outcome.faults:
        return files_page(request, status=422, faults=outcome.faults)
    messages.success(request, _counted(len(outcome.added)))
    return redirect("media:files", slug=request.project.slug)


@csrf_exempt
def upload(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One or many files. What is too large, or not permitted, is refused before it is read.

    The guard against forged requests reads the body to find its token, so it stands further in.
    """
    if is_too_large(request.META.get("CONTENT_LENGTH"), settings.MEDIA_MAX_BYTES):
        return too_large(request)
    return _upload(request, slug=slug)


declare(upload, Permission.IMPORT.value)


def too_large(request: HttpRequest) -> HttpResponse:
    """Nothing of the body was read."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"message": _("This is too large.")}, status=413)
    return render(request, "media/too_large.html", status=413)


@project_view(Permission.IMPORT)
@require_POST
def withdraw(request: ProjectRequest, pk: int) -> HttpResponse:
    """It is not shown any more."""
    withdraw_file(media=file_of(request.project, pk), by=request.user, now=timezone.now())
    messages.success(request, _("The file is not shown any more."))
    return redirect("media:files", slug=request.project.slug)


def _refused(request: ProjectRequest, message: str, status: int, by_script: bool) -> HttpResponse:
    if by_script:
        return JsonResponse({"message": message}, status=status)
    return files_page(request, status=status, upload_error=message)


def _as_json(outcome: Uploaded) -> dict[str, Any]:
    return {
        "added": len(outcome.added),
        "known": len(outcome.known),
        "message": " ".join(fault.message for fault in outcome.faults),
    }


def _counted(added: int) -> str:
    message = ngettext("%(count)d file was added.", "%(count)d files were added.", added)
    return message % {"count": added}
