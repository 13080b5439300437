"""What the pages of campaigns show."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from campaigns.models import Campaign, CampaignReport
from campaigns.queries.lookups import campaigns, reports
from campaigns.queries.publication import publication_of
from campaigns.queries.relabeled import SlotCounts, slot_counts, slot_counts_of
from core.pages import Page, keyset_page
from guidelines.models import GuidelineVersion
from guidelines.queries import schema_of
from guidelines.rendering import choice_named
from projects.models import Project
from quality.queries.charts.intervals import Axis, IntervalMark, interval_mark

CAMPAIGNS_ON_PAGE = 20


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its progress; None while it is prepared."""

    campaign: Campaign
    slots: SlotCounts | None


@dataclass(frozen=True)
class CampaignList:
    """Newest first. `version` is the one a new campaign would be about."""

    page: Page[Campaign]
    rows: list[CampaignRow]
    version: GuidelineVersion | None


def campaign_list(
    project: Project, version: GuidelineVersion | None, *, after: str | None
) -> CampaignList:
    """One page of campaigns with their progress."""
    page = keyset_page(campaigns(project), after=after, size=CAMPAIGNS_ON_PAGE, newest_first=True)
    prepared = [campaign.number for campaign in page.rows if campaign.is_prepared]
    counts = slot_counts_of(project.pk, prepared)
    rows = [CampaignRow(campaign, counts.get(campaign.number)) for campaign in page.rows]
    return CampaignList(page, rows, _touching(version))


def _touching(version: GuidelineVersion | None) -> GuidelineVersion | None:
    """The version if it sends labels to people."""
    try:
        return version if version and publication_of(version).for_people else None
    except ValidationError:
        return None


def campaign_row(campaign: Campaign) -> CampaignRow:
    """A campaign and how far it is."""
    return CampaignRow(campaign, slot_counts(campaign) if campaign.is_prepared else None)


@dataclass(frozen=True)
class RateRow:
    """A flip rate with its picture."""

    name: dict[str, Any]
    rate: dict[str, Any]
    mark: IntervalMark | None
    became: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class ReportView:
    """A stored report as it is shown."""

    report: CampaignReport
    overall: RateRow
    classes: list[RateRow]
    rules: list[RateRow]
    confusion: list[dict[str, Any]]

    @property
    def figures(self) -> dict[str, Any]:
        return self.report.figures


@dataclass(frozen=True)
class CampaignPage:
    """One campaign, its latest report and the one at work."""

    campaign: Campaign
    slots: SlotCounts | None
    choices: list[dict[str, Any]]
    report: ReportView | None
    waiting: CampaignReport | None
    failed: CampaignReport | None

    @property
    def key(self) -> str:
        """The number of the campaign in an address, the same in every language."""
        return str(self.campaign.number)


def campaign_page(campaign: Campaign, language: str) -> CampaignPage:
    """All of it from rows that were stored; only slots are counted."""
    before = schema_of(campaign.before)
    newest = reports(campaign).order_by("-pk").first()
    done = reports(campaign).filter(computed_at__isnull=False).order_by("-pk").first()
    return CampaignPage(
        campaign=campaign,
        slots=campaign_row(campaign).slots,
        choices=[
            choice_named(before, key, language)
            for key in publication_of(campaign.version).for_people
        ],
        report=report_view(done, campaign, language) if done else None,
        waiting=newest if newest and not newest.job.is_finished else None,
        failed=newest if newest and newest.job.state == "failed" else None,
    )


def report_view(report: CampaignReport, campaign: Campaign, language: str) -> ReportView:
    """Names and pictures for the figures of a report."""
    before, after = schema_of(campaign.before), schema_of(campaign.version)
    figures = report.figures
    return ReportView(
        report=report,
        overall=_rate_row({"name": "", "color": None}, figures["overall"]),
        classes=[
            _rate_row(
                choice_named(before, row["reference"], language),
                row,
                [choice_named(after, each, language) for each in row["into"]],
            )
            for row in figures["classes"]
        ],
        rules=[
            _rate_row({"name": f"R{row['number']}", "color": None}, row) for row in figures["rules"]
        ],
        confusion=[
            {
                "before": choice_named(before, row["before"], language),
                "after": choice_named(after, row["after"], language),
                "answers": row["answers"],
            }
            for row in figures["confusion"]
        ],
    )


def _rate_row(
    name: dict[str, Any], row: dict[str, Any], became: list[dict[str, Any]] | None = None
) -> RateRow:
    value, low, high = row["value"], row["low"], row["high"]
    mark = None
    if value is not None:
        mark = interval_mark(Axis(0.0), value, (low, high), (None, None))
    rate = {
        **row,
        "percent": None if value is None else 100 * value,
        "percent_low": None if low is None else 100 * low,
        "percent_high": None if high is None else 100 * high,
    }
    return RateRow(name, rate, mark, became or [])
