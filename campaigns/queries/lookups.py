"""Campaigns, previews, carry-overs and reports of a project, found for a page or a program."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignLabel, CampaignReport, CarryOver, Impact
from core.pages import Page, keyset_page
from guidelines.models import GuidelineVersion
from guidelines.queries import current_version, draft_of, version_by_number
from projects.models import Membership, Project
from quality.queries.adjudication.disputes import blind_items


def campaigns(project: Project) -> QuerySet[Campaign]:
    """All campaigns, with what a list shows of them."""
    return Campaign.objects.filter(project=project).select_related(
        "version__based_on", "version__guideline", "before", "job", "created_by", "project"
    )


def campaign_by_number(project: Project, number: int) -> Campaign:
    """404 when the project has no such campaign."""
    found = campaigns(project).filter(number=number).first()
    if found is None:
        raise Http404(_("This project has no campaign %(number)s.") % {"number": number})
    return found


def impacts(project: Project) -> QuerySet[Impact]:
    """All previews."""
    return Impact.objects.filter(version__guideline__project=project).select_related(
        "version__based_on", "version__guideline", "job", "requested_by"
    )


def impact_by_id(project: Project, pk: int) -> Impact:
    """404 when the project has no such preview."""
    return _one(impacts(project), pk, _("This project has no such impact preview."))


def carry_overs(project: Project) -> QuerySet[CarryOver]:
    """All carry-overs."""
    return CarryOver.objects.filter(project=project).select_related(
        "version", "job", "requested_by"
    )


def carry_over_by_id(project: Project, pk: int) -> CarryOver:
    """404 when the project has no such carry-over."""
    return _one(carry_overs(project), pk, _("This project has carried no such labels over."))


def reports(campaign: Campaign) -> QuerySet[CampaignReport]:
    """All reports of a campaign."""
    return CampaignReport.objects.filter(campaign=campaign).select_related("job", "requested_by")


def report_by_id(campaign: Campaign, pk: int) -> CampaignReport:
    """404 when the campaign has no such report."""
    return _one(reports(campaign), pk, _("This campaign has no such report."))


def version_for_impact(project: Project, number: int | None) -> GuidelineVersion | None:
    """The version of this number; without one the draft, else the current version, if any."""
    if number is not None:
        return version_by_number(project, number, with_drafts=True)
    return draft_of(project) or current_version(project)


def sampled_labels(
    campaign: Campaign, *, viewer: Membership, after: str | None, size: int
) -> tuple[Page[CampaignLabel], set[int]]:
    """A page of the sample, and the items on it whose answers the viewer must not see yet."""
    labels = CampaignLabel.objects.filter(campaign=campaign).select_related(
        "item", "question", "choice"
    )
    page = keyset_page(labels, after=after, size=size)
    return page, blind_items(viewer, [label.item_id for label in page.rows])


def _one(rows: QuerySet[Any], pk: int, message: str) -> Any:
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404(message)
    return found
