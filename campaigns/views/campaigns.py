"""Pages about campaigns: the list, a new one, one with its progress and report."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.actions.move_campaign import end_campaign, pause_campaign, resume_campaign
from campaigns.actions.start_campaign import start_campaign
from campaigns.actions.start_report import start_report
from campaigns.forms import CampaignForm, ShareForm
from campaigns.queries.campaign_pages import campaign_list, campaign_page, campaign_row
from campaigns.queries.impact_pages import sample_preview
from campaigns.queries.lookups import campaign_by_number, report_by_id
from campaigns.views.impact import job_answer, language_of
from core.errors import Conflict
from core.htmx import render_page
from guidelines.models import GuidelineVersion
from guidelines.queries import current_version
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@project_view(Permission.VIEW_QUALITY)
@require_safe
def index(request: ProjectRequest) -> HttpResponse:
    """All campaigns."""
    page = campaign_list(
        request.project, current_version(request.project), after=request.GET.get("after")
    )
    return render_page(request, "campaigns/list.html", {"list": page})


@project_view(Permission.PUBLISH_GUIDELINE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ProjectRequest) -> HttpResponse:
    """Choose what is asked for again and of whom, see how much it is, start it."""
    version = current_version(request.project)
    if version is None or version.based_on is None:
        return render_page(request, "campaigns/nothing_to_relabel.html", {"version": version})
    if request.method != "POST":
        name = _("Relabeling under version %(number)s") % {"number": version.number}
        return _form_page(request, CampaignForm(initial={"name": name}), version, Decimal(1))
    form = CampaignForm(request.POST)
    if form.is_valid():
        try:
            campaign = start_campaign(
                project=request.project,
                version=version,
                plan=form.plan(),
                despite_running=form.cleaned_data["despite_running"],
                by=request.user,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.refuse(refused.error_dict)
        except Conflict as conflict:
            form.add_error(
                "despite_running" if conflict.code == "campaign_running" else None, conflict.message
            )
        else:
            return redirect("campaigns:campaign", slug=request.project.slug, number=campaign.number)
    share = Decimal(form.cleaned_data.get("percent") or 100) / 100
    return _form_page(request, form, version, share, status=422)


def _form_page(
    request: ProjectRequest,
    form: CampaignForm,
    version: GuidelineVersion,
    share: Decimal,
    status: int = 200,
) -> HttpResponse:
    form.leave_out_confirmation()
    sample = sample_preview(request.project, version, share, language_of())
    context = {"form": form, "version": version, "sample": sample}
    return render_page(request, "campaigns/new.html", context, status=status)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_safe
def sample(request: ProjectRequest) -> HttpResponse:
    """How many labels a share draws, while it is typed."""
    version = current_version(request.project)
    form = ShareForm(request.GET)
    if version is None or version.based_on is None or not form.is_valid():
        return render_page(request, "campaigns/_sample.html", {"sample": None})
    preview = sample_preview(request.project, version, form.share(), language_of())
    return render_page(request, "campaigns/_sample.html", {"sample": preview, "version": version})


@project_view(Permission.VIEW_QUALITY)
@require_safe
def detail(request: ProjectRequest, number: int) -> HttpResponse:
    """One campaign."""
    campaign = campaign_by_number(request.project, number)
    page = campaign_page(campaign, language_of())
    return render_page(request, "campaigns/campaign.html", {"detail": page})


@project_view(Permission.VIEW_QUALITY)
@require_safe
def preparing(request: ProjectRequest, number: int) -> HttpResponse:
    """How far drawing the sample is."""
    campaign = campaign_by_number(request.project, number)
    url = reverse("campaigns:preparing", args=[request.project.slug, number])
    return job_answer(request, campaign.job, url)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def progress(request: ProjectRequest, number: int) -> HttpResponse:
    """How far the people are."""
    row = campaign_row(campaign_by_number(request.project, number))
    return render_page(request, "campaigns/_progress.html", {"row": row})


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def pause(request: ProjectRequest, number: int) -> HttpResponse:
    """Hand nothing out for a while."""
    campaign = campaign_by_number(request.project, number)
    pause_campaign(campaign=campaign, by=request.user, now=timezone.now())
    return redirect("campaigns:campaign", slug=request.project.slug, number=number)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def resume(request: ProjectRequest, number: int) -> HttpResponse:
    """Hand out again."""
    campaign = campaign_by_number(request.project, number)
    resume_campaign(campaign=campaign, by=request.user, now=timezone.now())
    return redirect("campaigns:campaign", slug=request.project.slug, number=number)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ProjectRequest, number: int) -> HttpResponse:
    """Say what ending means; on POST, end it."""
    campaign = campaign_by_number(request.project, number)
    if request.method != "POST":
        return render_page(request, "campaigns/end.html", {"row": campaign_row(campaign)})
    end_campaign(campaign=campaign, by=request.user, now=timezone.now())
    return redirect("campaigns:campaign", slug=request.project.slug, number=number)


@project_view(Permission.PUBLISH_GUIDELINE)
@require_POST
def report(request: ProjectRequest, number: int) -> HttpResponse:
    """Compute the report in the background."""
    campaign = campaign_by_number(request.project, number)
    start_report(campaign=campaign, by=request.user, now=timezone.now())
    return redirect("campaigns:campaign", slug=request.project.slug, number=number)


@project_view(Permission.VIEW_QUALITY)
@require_safe
def report_progress(request: ProjectRequest, number: int, pk: int) -> HttpResponse:
    """How far a report is."""
    found = report_by_id(campaign_by_number(request.project, number), pk)
    url = reverse("campaigns:report_progress", args=[request.project.slug, number, pk])
    return job_answer(request, found.job, url)
