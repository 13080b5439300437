"""Pages about what a publication touches, and carrying labels over."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.cancel_carry_over import cancel_carry_over
from campaigns.actions.start_carry_over import start_carry_over
from campaigns.actions.start_impact import start_impact
from campaigns.queries.impact_pages import impact_page
from campaigns.queries.lookups import carry_over_by_id, impact_by_id, version_for_impact
from core.htmx import render_page
from guidelines.models import GuidelineVersion
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


def language_of() -> str:
    """The language of this request."""
    return get_language() or "en"


def number_in(given: str) -> int | None:
    """A version number from an address or a form; 404 for what is none."""
    if not given:
        return None
    if not given.isdecimal() or len(given) > 9:
        raise Http404(_("The project has no such guideline version."))
    return int(given)


def _impact_url(version: GuidelineVersion, slug: str) -> str:
    return f"{reverse('campaigns:impact', args=[slug])}?version={version.number}"


def _named_version(request: ProjectRequest) -> GuidelineVersion:
    version = version_for_impact(request.project, number_in(request.POST.get("version", "")))
    if version is None:
        raise Http404(_("The project has no such guideline version."))
    return version


@project_view(Permission.VIEW_QUALITY)
@require_safe
def show(request: ProjectRequest) -> HttpResponse:
    """The latest preview of a version: the one named, else the draft, else the current one."""
    version = version_for_impact(request.project, number_in(request.GET.get("version", "")))
    page = impact_page(request.project, version, language_of())
    return render_page(request, "campaigns/impact.html", {"impact": page})


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def start(request: ProjectRequest) -> HttpResponse:
    """Count in the background, then back to the page."""
    version = _named_version(request)
    start_impact(version=version, by=request.user, now=timezone.now())
    return redirect(_impact_url(version, request.project.slug))


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far a preview is."""
    impact = impact_by_id(request.project, pk)
    url = reverse("campaigns:impact_progress", args=[request.project.slug, pk])
    return job_answer(request, impact.job, url)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def carry_over(request: ProjectRequest) -> HttpResponse:
    """Write what maps under the new version, in the background."""
    version = _named_version(request)
    try:
        start_carry_over(
            project=request.project, version=version, by=request.user, now=timezone.now()
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(_impact_url(version, request.project.slug))


@project_view(Permission.VIEW_QUALITY)
@require_safe
def carry_over_progress(request: ProjectRequest, pk: int) -> HttpResponse:
    """How far a carry-over is."""
    work = carry_over_by_id(request.project, pk)
    url = reverse("campaigns:carry_over_progress", args=[request.project.slug, pk])
    return job_answer(request, work.job, url)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def stop_carry_over(request: ProjectRequest, pk: int) -> HttpResponse:
    """Cancel a carry-over that waits or is at work."""
    work = carry_over_by_id(request.project, pk)
    cancel_carry_over(carry_over=work, by=request.user, now=timezone.now())
    messages.info(request, _("Carrying over is being cancelled. Nothing of it is kept."))
    return redirect(_impact_url(work.version, request.project.slug))


def job_answer(request: HttpRequest, job: object, poll_url: str) -> HttpResponse:
    """The progress part alone; when the job is done, the page around it loads anew."""
    context = {"job": job, "poll_url": poll_url}
    response = render_page(request, "_components/job_progress.html", context)
    if getattr(job, "state", "") == "done" and getattr(request, "htmx", False):
        response["HX-Refresh"] = "true"
    return response
