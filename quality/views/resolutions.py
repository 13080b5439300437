"""Pages about resolution runs."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.resolution.start import repeat_resolution, start_resolution
from quality.actions.resolution.start_check import start_check
from quality.actions.resolution.start_comparison import start_comparison
from quality.forms import ResolutionForm
from quality.models import ResolutionRun, Undecided
from quality.queries.naming import QuestionNames, Vocabulary, vocabulary
from quality.queries.resolution.comparing import Change, latest_comparison
from quality.queries.resolution.costs import latest_costs
from quality.queries.resolution.pages import (
    comparison_page,
    detail_page,
    item_page,
    latest_check,
    list_page,
    two_runs,
)
from quality.queries.resolution.recommending import recommended
from quality.queries.resolution.runs import resolution_run
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
            as_of = request.GET.get("as_of", "")
            initial = {"version": choosing.version, "kind": choosing.kind, "as_of": as_of}
            context |= _asking(request, known, question, initial=initial)
        return render_page(request, "quality/new_resolution.html", context)
    question = known.question(request.POST.get("question"))
    if question is None:
        raise Http404(_("The project has no such question."))
    context = {"known": known, "question": question}
    context |= _asking(request, known, question, data=request.POST)
    form = cast(ResolutionForm, context["form"])
    if form.is_valid():
        try:
            run = _start(request, form)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("quality:resolution", slug=request.project.slug, pk=run.pk)
    return render_page(request, "quality/new_resolution.html", context, status=422)


def _asking(
    request: ProjectRequest, known: Vocabulary, question: QuestionNames, **form: Any
) -> dict[str, Any]:
    """The form, what is recommended, and the costs that stand."""
    costs = latest_costs(question.id)
    asked = ResolutionForm(
        vocabulary=known,
        question=question,
        recommendation=recommended(request.project, question),
        has_costs=costs is not None,
        **form,
    )
    return {"form": asked, "costs": costs}


def _start(request: ProjectRequest, form: ResolutionForm) -> ResolutionRun:
    given = form.cleaned_data
    as_of = given["as_of"]
    return start_resolution(
        project=request.project,
        question=given["question"],
        method=given["method"],
        parameters=form.parameters(),
        version=given["version"],
        source_kinds=form.source_kinds(),
        deciding=form.deciding(),
        as_of=resolution_run(request.project, as_of) if as_of else None,
        by=request.user,
        now=timezone.now(),
    )


@project_view(Permission.RESOLVE)
@require_POST
def again(request: ProjectRequest, pk: int) -> HttpResponse:
    """Ask for the same once more: with the labels until now, or with those of then."""
    run = resolution_run(request.project, pk)
    try:
        run = repeat_resolution(
            run=run,
            with_labels_of_then=request.POST.get("labels") == "then",
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("quality:resolution", slug=request.project.slug, pk=run.pk)


@project_view(Permission.RESOLVE)
@require_POST
def check(request: ProjectRequest, pk: int) -> HttpResponse:
    """Have a run computed anew and compared with what it stored."""
    run = resolution_run(request.project, pk)
    try:
        start_check(run=run, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("quality:resolution", slug=request.project.slug, pk=run.pk)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def check_progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far the newest check of a run is."""
    found = latest_check(resolution_run(request.project, pk))
    if found is None:
        raise Http404(_("This run was never checked."))
    url = reverse("quality:resolution_check_progress", args=[request.project.slug, pk])
    return job_answer(request, found.job, url)


def source_of(request: HttpRequest) -> int | None:
    """The source whose confusion the reader wants to see."""
    source = request.GET.get("source", "")
    return int(source) if source.isdecimal() and len(source) < 19 else None


def undecided_of(request: HttpRequest) -> str:
    """Which undecided items the reader wants to see: those of a reason, or all of them."""
    show = request.GET.get("show", "")
    return show if show in Undecided.values else "all" if show == "undecided" else ""


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
            undecided=undecided_of(request),
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
def item(request: ProjectRequest, pk: int, item_id: int) -> HttpResponse:
    """Why a run decided one item as it did."""
    page = item_page(
        request.project, pk, item_id, viewer=request.membership, language=language_of()
    )
    return render_page(request, "quality/resolution_item.html", {"page": page, "why": page.why})


def change_of(request: HttpRequest) -> Change:
    """Which differences the reader wants to see."""
    return Change(request.GET.get("from", "")[:60], request.GET.get("to", "")[:60])


@project_view(Permission.VIEW_QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: ProjectRequest, pk: int, other: int) -> HttpResponse:
    """What another run would change: how often from what to what, and on which items.

    Reading compares nothing: a page without figures asks by POST, as whoever may look may.
    """
    if request.method == "POST":
        return _start_comparing(request, pk, other)
    with invalid_is_missing():
        page = comparison_page(
            request.project,
            pk,
            other,
            viewer=request.membership,
            language=language_of(),
            change=change_of(request),
            after=request.GET.get("after"),
        )
    return render_page(request, "quality/comparison.html", {"comparison": page})


def _start_comparing(request: ProjectRequest, pk: int, other: int) -> HttpResponse:
    first, second = two_runs(request.project, pk, other)
    start_comparison(first=first, second=second, by=request.user, now=timezone.now())
    if getattr(request, "htmx", False):
        return _comparing(request, pk, other)
    return redirect("quality:comparison", slug=request.project.slug, pk=pk, other=other)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def compare_progress(request: ProjectRequest, pk: int, other: int) -> HttpResponse:
    """How far a comparison is; when it is done, the page around it loads anew."""
    return _comparing(request, pk, other)


def _comparing(request: ProjectRequest, pk: int, other: int) -> HttpResponse:
    made = latest_comparison(*two_runs(request.project, pk, other))
    if made is None:
        raise Http404(_("These two runs have not been compared yet."))
    url = reverse("quality:comparison_progress", args=[request.project.slug, pk, other])
    return job_answer(request, made.job, url)
