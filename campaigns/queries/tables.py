"""The tables of campaigns and of the impact of a version, for CSV and REST."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.queries.campaign_pages import ReportView, report_view
from campaigns.queries.impact_pages import impact_page
from campaigns.queries.lookups import (
    campaign_by_number,
    campaigns,
    reports,
    version_for_impact,
)
from campaigns.queries.relabeled import slot_counts_of
from core.pages import keyset_page
from quality.queries.tables.registry import (
    Asked,
    Piece,
    Reader,
    Row,
    Table,
    columns,
    register,
    whole,
)


def _campaigns(asked: Asked) -> Reader:
    project = asked.viewer.project

    def read(after: str, size: int) -> Piece:
        page = keyset_page(campaigns(project), after=after, size=size, newest_first=True)
        prepared = [campaign.number for campaign in page.rows if campaign.is_prepared]
        counts = slot_counts_of(project.pk, prepared)
        rows: list[Row] = []
        for campaign in page.rows:
            slots = counts.get(campaign.number)
            rows.append(
                (
                    campaign.number,
                    campaign.name,
                    campaign.before.number,
                    campaign.version.number,
                    campaign.who,
                    campaign.n_labels,
                    campaign.n_touched,
                    slots.done if slots else None,
                    slots.total if slots else None,
                    campaign.state,
                    campaign.created_by.name,
                    campaign.created_at,
                )
            )
        return Piece(rows, page.next_after)

    return read


def _report(asked: Asked) -> ReportView | None:
    """The last report of the campaign; None before there is one."""
    campaign = campaign_by_number(asked.viewer.project, asked.needed_number("campaign"))
    done = reports(campaign).filter(computed_at__isnull=False).order_by("-pk").first()
    return report_view(done, campaign, asked.language) if done else None


def _flips(asked: Asked) -> Reader:
    view = _report(asked)
    return whole(
        (
            row.rate["reference"],
            row.name["name"],
            *_rate(row.rate),
            [each["name"] for each in row.became],
        )
        for row in (view.classes if view else [])
    )


def _rules(asked: Asked) -> Reader:
    view = _report(asked)
    return whole((row.name["name"], *_rate(row.rate)) for row in (view.rules if view else []))


def _rate(rate: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("value", "low", "high", "flips", "answered", "sampled")
    return tuple(rate.get(key) for key in keys)


def _became(asked: Asked) -> Reader:
    view = _report(asked)
    return whole(
        (row["before"]["name"], row["after"]["name"], row["answers"])
        for row in (view.confusion if view else [])
    )


def _before_after(asked: Asked) -> Reader:
    view = _report(asked)
    return whole(
        (
            row["question"],
            row["before"]["value"],
            row["before"]["low"],
            row["before"]["high"],
            row["after"]["value"],
            row["after"]["low"],
            row["after"]["high"],
            row["difference"],
            row["low"],
            row["high"],
            row["n_items"],
        )
        for row in (view.figures["agreement"] if view else [])
    )


def _impact(asked: Asked) -> Any:
    project = asked.viewer.project
    version = version_for_impact(project, asked.number("version"))
    if version is None:
        raise Http404(_("The project has no guideline version yet."))
    return impact_page(project, version, asked.language)


def _impact_classes(asked: Asked) -> Reader:
    page = _impact(asked)
    return whole(
        (
            row["reference"],
            row["choice"]["name"],
            row["outcome"],
            [each["name"] for each in row["became"]],
            row["labels"],
            row["share"],
            row["items"],
            row["annotators"],
        )
        for row in (*page.choices, *page.untouched)
    )


def _impact_rules(asked: Asked) -> Reader:
    return whole(
        (
            row["number"],
            row["change_class"],
            row["labels"],
            row["share"],
            row["items"],
            row["annotators"],
        )
        for row in _impact(asked).rules
    )


_RATE = {
    "rate": gettext_lazy("Rate"),
    "low": gettext_lazy("Low, 95 % interval"),
    "high": gettext_lazy("High, 95 % interval"),
    "flipped": gettext_lazy("Flipped"),
    "answered": gettext_lazy("Answered"),
    "drawn": gettext_lazy("Drawn"),
}
_TOUCHED = {
    "labels": gettext_lazy("Labels"),
    "percent": gettext_lazy("Share, percent"),
    "items": gettext_lazy("Items"),
    "annotators": gettext_lazy("Annotators"),
}

register(
    Table(
        "campaigns",
        gettext_lazy("Campaigns"),
        columns(
            campaign=gettext_lazy("Campaign"),
            name=gettext_lazy("Name"),
            before=gettext_lazy("Version before"),
            version=gettext_lazy("Version"),
            who=gettext_lazy("Who labels again"),
            drawn=gettext_lazy("Labels drawn"),
            touched=gettext_lazy("Labels touched"),
            done=gettext_lazy("Answered slots"),
            slots=gettext_lazy("Slots"),
            state=gettext_lazy("State"),
            by=gettext_lazy("By"),
            at=gettext_lazy("Started"),
        ),
        _campaigns,
    ),
    Table(
        "campaign_flips",
        gettext_lazy("How many labels flipped"),
        columns(
            choice=gettext_lazy("Old class"),
            choice_name=gettext_lazy("Name of the class"),
            **_RATE,
            became=gettext_lazy("What it became"),
        ),
        _flips,
        ("campaign",),
    ),
    Table(
        "campaign_rules",
        gettext_lazy("By changed rule"),
        columns(rule=gettext_lazy("Rule"), **_RATE),
        _rules,
        ("campaign",),
    ),
    Table(
        "campaign_became",
        gettext_lazy("What old labels became"),
        columns(
            before=gettext_lazy("Before"),
            now=gettext_lazy("Now"),
            answers=gettext_lazy("Answers"),
        ),
        _became,
        ("campaign",),
    ),
    Table(
        "campaign_agreement",
        gettext_lazy("Did the new version help?"),
        columns(
            question=gettext_lazy("Question"),
            before=gettext_lazy("Alpha before"),
            before_low=gettext_lazy("Low before"),
            before_high=gettext_lazy("High before"),
            after=gettext_lazy("Alpha after"),
            after_low=gettext_lazy("Low after"),
            after_high=gettext_lazy("High after"),
            difference=gettext_lazy("Difference"),
            low=gettext_lazy("Low, 95 % interval"),
            high=gettext_lazy("High, 95 % interval"),
            n_items=gettext_lazy("Items"),
        ),
        _before_after,
        ("campaign",),
    ),
    Table(
        "impact_classes",
        gettext_lazy("Impact by class"),
        columns(
            choice=gettext_lazy("Old class"),
            choice_name=gettext_lazy("Name of the class"),
            outcome=gettext_lazy("What becomes of its labels"),
            became=gettext_lazy("What it became"),
            **_TOUCHED,
        ),
        _impact_classes,
        ("version",),
    ),
    Table(
        "impact_rules",
        gettext_lazy("Impact by changed rule"),
        columns(rule=gettext_lazy("Rule"), change_class=gettext_lazy("Change class"), **_TOUCHED),
        _impact_rules,
        ("version",),
    ),
)
