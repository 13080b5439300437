"""Pages of imports: list, upload, progress, cancelling."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import add_errors, sent, status_of
from core.access import declare
from core.pages import keyset_page
from datasets.actions.start_import import cancel_import
from datasets.actions.upload_file import upload_file
from datasets.forms.importing import UploadForm
from datasets.permissions import can_import
from datasets.queries.imports import import_of, imports_of
from datasets.streaming import is_too_large
from projects.access import ProjectRequest, project_view
from projects.roles import Permission

PAGE = 50


@project_view(Permission.IMPORT)
@require_safe
def import_list(request: ProjectRequest) -> HttpResponse:
    """Newest first, each with its state."""
    after = request.GET.get("after")
    try:
        page = keyset_page(imports_of(request.project), after=after, size=PAGE, newest_first=True)
    except ValidationError as error:
        raise Http404(error.messages[0]) from error
    context = {"page": page, "can_import": can_import(request.project)}
    return render(request, "datasets/imports.html", context)


@project_view(Permission.IMPORT)
@csrf_protect
@require_http_methods(("GET", "HEAD", "POST"))
def _import_new(request: ProjectRequest) -> HttpResponse:
    form = UploadForm(sent(request), request.FILES or None)
    if form.is_valid():
        try:
            file_import = upload_file(
                project=request.project,
                upload=form.cleaned_data["file"],
                encoding=form.cleaned_data["encoding"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(
                "datasets:import_mapping",
                slug=request.project.slug,
                import_id=file_import.pk,
            )
    context = {"form": form, "can_import": can_import(request.project)}
    return render(request, "datasets/import_new.html", context, status=status_of(form))


@csrf_exempt
def import_new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Upload a file. What is too large, or not permitted, is refused before the body is read.

    The guard against forged requests reads the body to find its token, so it stands further in.
    """
    if request.method == "POST" and is_too_large(request.META.get("CONTENT_LENGTH")):
        return render(request, "datasets/too_large.html", status=413)
    return _import_new(request, slug=slug)


declare(import_new, Permission.IMPORT.value)


@project_view(Permission.IMPORT)
@require_safe
def import_detail(request: ProjectRequest, import_id: int) -> HttpResponse:
    """How far it is, what is wrong with the file, or what it brought."""
    file_import = import_of(request.project, import_id)
    if file_import.job is None:
        return redirect("datasets:import_mapping", slug=request.project.slug, import_id=import_id)
    return render(request, "datasets/import_detail.html", {"file_import": file_import})


@project_view(Permission.IMPORT)
@require_safe
def import_progress(request: ProjectRequest, import_id: int) -> HttpResponse:
    """The part of the page that is asked for every second."""
    file_import = import_of(request.project, import_id)
    return render(request, "datasets/_import_state.html", {"file_import": file_import})


@project_view(Permission.IMPORT)
@require_POST
def import_cancel(request: ProjectRequest, import_id: int) -> HttpResponse:
    """Nothing of it is kept."""
    file_import = import_of(request.project, import_id)
    cancel_import(file_import=file_import, by=request.user, now=timezone.now())
    messages.info(request, _("The import is being cancelled. Nothing of it is kept."))
    return redirect("datasets:import_detail", slug=request.project.slug, import_id=import_id)
