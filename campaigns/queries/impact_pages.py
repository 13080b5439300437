"""What the impact page and the form of a campaign show: results of jobs, nothing counted here."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from campaigns.models import CarryOver, Impact
from campaigns.queries.lookups import carry_overs, impacts
from core.models.job import JobState
from guidelines.label_schema import LabelSchema
from guidelines.models import GuidelineVersion
from guidelines.queries import schema_of
from guidelines.rendering import choice_named
from projects.models import Project
from quality.queries.charts.intervals import percent


@dataclass(frozen=True)
class ImpactPage:
    """The latest preview of a version, and what is at work on it."""

    version: GuidelineVersion | None
    has_before: bool = False
    impact: Impact | None = None
    waiting: Impact | None = None
    failed: Impact | None = None
    is_old: bool = False
    choices: list[dict[str, Any]] = field(default_factory=list)
    untouched: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    carry_over: CarryOver | None = None
    can_carry_over: bool = False
    can_relabel: bool = False

    @property
    def key(self) -> str:
        """The number of the version in an address, the same in every language."""
        return str(self.version.number) if self.version else ""

    @property
    def figures(self) -> dict[str, Any]:
        """The figures of the preview."""
        return self.impact.job.result if self.impact else {}


def impact_page(project: Project, version: GuidelineVersion | None, language: str) -> ImpactPage:
    """Rows of job results only: nothing is counted here."""
    if version is None or version.based_on is None:
        return ImpactPage(version)
    mine = impacts(project).filter(version=version).order_by("-pk")
    newest = mine.first()
    impact = mine.filter(job__state=JobState.DONE).first()
    carried = carry_overs(project).filter(version=version).order_by("-pk").first()
    waiting = newest if newest and not newest.job.is_finished else None
    failed = newest if newest and newest.job.state == "failed" else None
    if impact is None:
        return ImpactPage(version, True, waiting=waiting, failed=failed, carry_over=carried)
    figures = impact.job.result
    rows = _choice_rows(figures, version, language)
    return ImpactPage(
        version=version,
        has_before=True,
        impact=impact,
        waiting=waiting,
        failed=failed,
        is_old=figures["revision"] != version.revision,
        choices=[row for row in rows if row["outcome"] != "untouched"],
        untouched=[row for row in rows if row["outcome"] == "untouched"],
        rules=_rule_rows(figures, version),
        carry_over=carried,
        can_carry_over=version.is_published and figures["carries_over"]["answers"] > 0,
        can_relabel=version.is_published and figures["needs_people"]["labels"] > 0,
    )


def _choice_rows(
    figures: dict[str, Any], version: GuidelineVersion, language: str
) -> list[dict[str, Any]]:
    before, after = schema_of(version.based_on), schema_of(version)  # type: ignore[arg-type]
    total = figures["total"]["labels"]
    return [
        {
            **row,
            "choice": choice_named(before, row["reference"], language),
            "became": [choice_named(after, each, language) for each in row["into"]],
            "share": percent(row["labels"], total),
        }
        for row in figures["choices"]
    ]


def _rule_rows(figures: dict[str, Any], version: GuidelineVersion) -> list[dict[str, Any]]:
    total = figures["total"]["labels"]
    still = {rule.number for rule in schema_of(version).rules}
    return [
        {
            **row,
            "share": percent(row["labels"], total),
            # A retired rule is read where it last stood.
            "read_in": version if row["number"] in still else version.based_on,
        }
        for row in figures["rules"]
    ]


@dataclass(frozen=True)
class SampleRow:
    """One stratum: how many labels there are, and how many the share draws."""

    choice: dict[str, Any]
    labels: int
    sampled: int


@dataclass(frozen=True)
class SamplePreview:
    """What a share draws, from the latest impact preview; `known` is False without one."""

    known: bool
    rows: list[SampleRow] = field(default_factory=list)
    hours: float | None = None

    @property
    def labels(self) -> int:
        return sum(row.labels for row in self.rows)

    @property
    def sampled(self) -> int:
        return sum(row.sampled for row in self.rows)


def sample_preview(
    project: Project, version: GuidelineVersion, share: Decimal, language: str
) -> SamplePreview:
    """ceil(share * n) labels of each stratum that needs people."""
    impact = (
        impacts(project).filter(version=version, job__state=JobState.DONE).order_by("-pk").first()
    )
    if impact is None:
        return SamplePreview(known=False)
    before: LabelSchema = schema_of(version.based_on)  # type: ignore[arg-type]
    figures = impact.job.result
    rows = [
        SampleRow(
            choice=choice_named(before, row["reference"], language),
            labels=row["labels"],
            sampled=math.ceil(share * row["labels"]),
        )
        for row in figures["choices"]
        if row["outcome"] == "needs_people" and row["labels"]
    ]
    preview = SamplePreview(known=True, rows=rows)
    hours = figures["needs_people"]["hours"]
    if hours is None or not preview.labels:
        return preview
    return SamplePreview(True, rows, hours * preview.sampled / preview.labels)
