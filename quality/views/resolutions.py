"""Pages about resolution runs."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.start_resolution import start_resolution
from quality.forms import ResolutionForm
from quality.queries.naming import vocabulary
from quality.queries.resolution_pages import comparison_page, detail_page, list_page
from quality.queries.resolutions import resolution_run
from quality.views.agreement import chosen, job_answer, language_of
from quality.views.marks import invalid_is_missing


@project_view(Permission.VIEW_QUALITY)
@require_safe
def runs(request: ProjectRequest) -> HttpResponse:
    """All resolution runs of the project."""
    with invalid_is_missing():
        page = list_page(request.project, language_of(), after=request.GET.get("after"))
    return render_page(request, "quality/resolutions.html", {"list": page})


@project_view(Permission.RESOLVE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ProjectRequest) -> HttpResponse:
    """Choose a method, see what it does, start it."""
    known = vocabulary(request.project, language_of())
    if request.method != "POST":
        choosing = chosen(request)
        question = known.question(choosing.question)
        context = {"known": known, "choosing": choosing, "question": question}
        if question is not None:
            initial = {"version": choosing.version, "kind": choosing.kind}
            context["form"] = ResolutionForm(initial=initial, vocabulary=known, question=question)
        return render_page(request, "quality/new_resolution.html", context)
    question = known.question(request.POST.get("question"))
    if question is None:
        raise Http404(_("The project has no such question."))
    form = ResolutionForm(request.POST, vocabulary=known, question=question)
    if form.is_valid():
        try:
            run = start_resolution(
                project=request.project,
                question=form.cleaned_data["question"],
                method=form.cleaned_data["method"],
                parameters=form.parameters(),
                version=form.cleaned_data["version"],
                source_kinds=form.source_kinds(),
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("quality:resolution", slug=request.project.slug, pk=run.pk)
    context = {"form": form, "known": known, "question": question}
    return render_page(request, "quality/new_resolution.html", context, status=422)


def source_of(request: HttpRequest) -> int | None:
    """The source whose confusion the reader wants to see."""
    source = request.GET.get("source", "")
    return int(source) if source.isdecimal() and len(source) < 19 else None


@project_view(Permission.VIEW_QUALITY)
@require_safe
def detail(request: ProjectRequest, pk: int) -> HttpResponse:
    """One run: inputs, figures, sources, items."""
    with invalid_is_missing():
        page = detail_page(
            request.project,
            pk,
            viewer=request.membership,
            language=language_of(),
            after=request.GET.get("after"),
            undecided_only=request.GET.get("show") == "undecided",
            source_id=source_of(request),
        )
    return render_page(request, "quality/resolution.html", {"detail": page})


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far the job of a run is."""
    run = resolution_run(request.project, pk)
    url = reverse("quality:resolution_progress", args=[request.project.slug, pk])
    return job_answer(request, run.job, url)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def compare(request: ProjectRequest, pk: int, other: int) -> HttpResponse:
    """Items that two runs decided differently."""
    with invalid_is_missing():
        page = comparison_page(
            request.project,
            pk,
            other,
            viewer=request.membership,
            language=language_of(),
            after=request.GET.get("after"),
        )
    return render_page(request, "quality/comparison.html", {"comparison": page})
