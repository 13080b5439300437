"""Pages about agreement: the dashboard and the items behind it."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.agreement.start import start_agreement
from quality.forms import SliceForm
from quality.queries.agreement.runs import agreement_run
from quality.queries.naming import vocabulary
from quality.queries.overview.dashboard import Choosing, dashboard, dispute_list, live_part
from quality.views.marks import invalid_is_missing


def chosen(request: HttpRequest) -> Choosing:
    """What the address says the reader wants to see."""
    return Choosing(
        question=request.GET.get("question", ""),
        version=request.GET.get("version", ""),
        kind=request.GET.get("kind", ""),
    )


def language_of() -> str:
    """The language of this request."""
    return get_language() or "en"


@project_view(Permission.VIEW_QUALITY)
@require_safe
def show(request: ProjectRequest) -> HttpResponse:
    """The dashboard."""
    context = dashboard(request.project, request.membership, language_of(), chosen(request))
    return render_page(request, "quality/dashboard.html", {"board": context})


@project_view(Permission.VIEW_QUALITY)
@require_safe
def live(request: ProjectRequest) -> HttpResponse:
    """The live part of the dashboard; nothing when it shows what `stamp` says already."""
    board = live_part(request.project, language_of(), chosen(request))
    if board.shown is None or board.shown.state is None:
        raise Http404(_("Agreement on this is not followed live."))
    if request.GET.get("stamp") == board.shown.state.stamp:
        return HttpResponse(status=204)
    return render_page(request, "quality/_live.html", {"board": board})


@project_view(Permission.RESOLVE)
@require_POST
def start(request: ProjectRequest) -> HttpResponse:
    """Compute agreement over what the form names, then back to the dashboard."""
    form = SliceForm(request.POST, vocabulary=vocabulary(request.project, language_of()))
    if not form.is_valid():
        return render_page(request, "quality/start_refused.html", {"form": form}, status=422)
    try:
        start_agreement(
            project=request.project,
            question=form.cleaned_data["question"],
            version=form.cleaned_data["version"],
            source_kinds=form.source_kinds(),
            by=request.user,
            now=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return render_page(request, "quality/start_refused.html", {"form": form}, status=422)
    path = reverse("quality:dashboard", args=[request.project.slug])
    return redirect(f"{path}?{form.choosing().query}")


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far the job of a run is; when it is done, the page around it loads anew."""
    run = agreement_run(request.project, pk)
    return job_answer(
        request, run.job, reverse("quality:progress", args=[request.project.slug, pk])
    )


def job_answer(request: HttpRequest, job: object, poll_url: str) -> HttpResponse:
    """The progress part alone."""
    context = {"job": job, "poll_url": poll_url}
    response = render_page(request, "_components/job_progress.html", context)
    if getattr(job, "state", "") == "done" and getattr(request, "htmx", False):
        response["HX-Refresh"] = "true"
    return response


@project_view(Permission.VIEW_QUALITY)
@require_safe
def disputed(request: ProjectRequest) -> HttpResponse:
    """Items on which annotators disagree, with who said what."""
    between = (request.GET.get("a", ""), request.GET.get("b", ""))
    with invalid_is_missing():
        context = dispute_list(
            request.project,
            request.membership,
            language_of(),
            chosen(request),
            between=between if any(between) else None,
            sources=_two_sources(request),
            after=request.GET.get("after"),
        )
    return render_page(request, "quality/disputed.html", {"list": context})


def _two_sources(request: HttpRequest) -> tuple[int, int] | None:
    given = request.GET.getlist("source")
    if not given:
        return None
    try:
        first, second = (int(each) for each in given)
    except ValueError as error:
        raise Http404(_("The project has no such source.")) from error
    return first, second
