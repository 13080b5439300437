"""The overview of quality: a page from stored counts, and asking for a newer count."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.htmx import render_page
from projects.access import ProjectRequest, project_view
from projects.roles import Permission
from quality.actions.overview.start import start_overview
from quality.models import OverviewRun
from quality.queries.lookups import question_by_key
from quality.queries.overview.page import overview_page, overview_run
from quality.views.agreement import chosen, job_answer, language_of
from quality.views.marks import invalid_is_missing


@never_cache
@project_view(Permission.VIEW_QUALITY)
@require_safe
def show(request: ProjectRequest) -> HttpResponse:
    """How good, how far, what next. Reading counts nothing: an old page asks by POST."""
    page = overview_page(request.membership, language_of(), chosen(request), timezone.now())
    context = {"page": page, "by": "week" if request.GET.get("by") == "week" else "day"}
    return render_page(request, "quality/overview.html", context)


@project_view(Permission.VIEW_QUALITY)
@require_POST
def refresh(request: ProjectRequest) -> HttpResponse:
    """Count again, unless somebody just did; whoever may look may ask."""
    with invalid_is_missing():
        question = question_by_key(request.project, request.POST.get("question", ""))
        run = start_overview(
            project=request.project, question=question, by=request.user, now=timezone.now()
        )
    if getattr(request, "htmx", False):
        return _progress(request, run)
    address = reverse("quality:overview", args=[request.project.slug])
    return redirect(f"{address}?question={question.key}")


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far a count is; when it is done, the page around it loads anew."""
    return _progress(request, overview_run(request.project, pk))


def _progress(request: ProjectRequest, run: OverviewRun) -> HttpResponse:
    return job_answer(
        request, run.job, reverse("quality:overview_progress", args=[request.project.slug, run.pk])
    )
