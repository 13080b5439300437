"""Pages of archives, lists of addresses and folders: begin one, watch it, stop it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import add_errors
from core.access import declare
from media.actions.start_arrival import cancel_arrival, start_addresses, start_folder, start_zip
from media.bodies import is_too_large
from media.forms import AddressesForm, FolderForm, ZipForm
from media.models import Arrival
from media.queries.files import arrival_of
from media.views.files import files_page, too_large
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@project_view(Permission.IMPORT)
@csrf_protect
@require_POST
def _zip_new(request: ProjectRequest) -> HttpResponse:
    form = ZipForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            started = start_zip(
                project=request.project,
                upload=form.cleaned_data["file"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _to(started)
    return files_page(request, status=422, zip_form=form)


@csrf_exempt
def zip_new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Upload an archive; refused before it is read when it is too large or not permitted."""
    if is_too_large(request.META.get("CONTENT_LENGTH"), settings.MEDIA_ZIP_MAX_BYTES):
        return too_large(request)
    return _zip_new(request, slug=slug)


declare(zip_new, Permission.IMPORT.value)


@project_view(Permission.IMPORT)
@require_POST
def addresses_new(request: ProjectRequest) -> HttpResponse:
    """Fetch a list of addresses."""
    form = AddressesForm(request.POST)
    if form.is_valid():
        try:
            started = start_addresses(
                project=request.project,
                text=form.cleaned_data["addresses"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _to(started)
    return files_page(request, status=422, addresses_form=form)


@project_view(Permission.IMPORT)
@require_POST
def folder_new(request: ProjectRequest) -> HttpResponse:
    """Take files from the folder of the server."""
    form = FolderForm(request.POST, project=request.project.slug)
    if form.is_valid():
        try:
            started = start_folder(
                project=request.project,
                folder=form.cleaned_data["folder"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _to(started)
    return files_page(request, status=422, folder_form=form)


@project_view(Permission.IMPORT)
@require_safe
def arrival(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far it is, and what it brought."""
    return render(request, "media/arrival.html", {"arrival": arrival_of(request.project, pk)})


@project_view(Permission.IMPORT)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for every second."""
    found = arrival_of(request.project, pk)
    return render(request, "media/_arrival_state.html", {"arrival": found})


@project_view(Permission.IMPORT)
@require_POST
def cancel(request: ProjectRequest, pk: int) -> HttpResponse:
    """Nothing of it is kept."""
    found = arrival_of(request.project, pk)
    cancel_arrival(arrival=found, by=request.user, now=timezone.now())
    messages.info(request, _("This is being stopped. Nothing of it is kept."))
    return _to(found)


def _to(started: Arrival) -> HttpResponse:
    return redirect("media:arrival", slug=started.project.slug, pk=started.pk)
