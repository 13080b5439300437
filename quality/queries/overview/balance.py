"""How often each class is given: altogether, by guideline version and by week."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from annotations.values.classes import FOUND_BY_CLASS
from guidelines.models import GuidelineVersion
from quality.models.run import PEOPLE
from quality.queries.charts.bars import Part, StackedBars, bands_of, stacked_bars
from quality.queries.charts.intervals import percent
from quality.queries.naming import ChoiceName, QuestionNames
from quality.queries.overview.throughput import ALL_VERSIONS, first_week
from quality.queries.overview.throughput_page import View, short_day

MOST_WEEKS = 13


@dataclass(frozen=True)
class ClassShare:
    """One class: current answers that give it, in all and as a share; `url`: their items."""

    choice: ChoiceName
    n: int
    percent: float
    url: str


@dataclass(frozen=True)
class Balance:
    """Classes in the order of the guideline; pictures only where there is something to compare.

    `ratio`: how often the most frequent class is given for each time of the rarest given one.
    """

    total: int
    classes: list[ClassShare]
    charts: list[tuple[str, StackedBars]]
    ratio: float | None


def balance_of(
    figures: Mapping[str, Any], view: View, names: QuestionNames, versions: list[GuidelineVersion]
) -> Balance:
    """From the overview's own count: answers to a single choice, else marks and chosen classes."""
    by_version: dict[Any, Counter[int]] = {}
    by_week: dict[Any, Counter[int]] = {}
    total: Counter[int] = Counter()
    for week, version, kind, choice, n in figures["answers"]["classes"]:
        if not (kind == view.kind if view.kind else kind in PEOPLE):
            continue
        by_version.setdefault(version, Counter())[choice] += n
        if view.number in (ALL_VERSIONS, version):
            by_week.setdefault(week, Counter())[choice] += n
            total[choice] += n
    links = view if names.kind in FOUND_BY_CLASS else None
    charts = []
    if len(by_version) > 1 and not view.version:
        charts.append(("versions", _by_version(by_version, names, versions, links)))
    if len(by_week) > 1:
        charts.append(("weeks", _by_week(by_week, names, links)))
    return _balance(total, names, charts, links)


def _balance(
    total: Counter[int],
    names: QuestionNames,
    charts: list[tuple[str, StackedBars]],
    view: View | None,
) -> Balance:
    whole = sum(total.values())
    given = [n for n in total.values() if n]
    return Balance(
        total=whole,
        classes=[
            ClassShare(
                choice=choice,
                n=total[choice.id],
                percent=percent(total[choice.id], whole),
                url=view.items_url(choice=choice.key) if view else "",
            )
            for choice in names.choices.values()
            if total[choice.id] or not choice.retired
        ],
        charts=charts,
        ratio=max(given) / min(given) if len(given) > 1 else None,
    )


def _by_version(
    counts: Mapping[Any, Counter[int]],
    names: QuestionNames,
    versions: list[GuidelineVersion],
    view: View | None,
) -> StackedBars:
    shown = [version for version in reversed(versions) if version.pk in counts]
    bars = [
        (
            f"v{version.number}",
            [
                Part(
                    counts[version.pk][choice.id],
                    view.items_url(choice=choice.key, version=version.number) if view else "",
                )
                for choice in names.choices.values()
            ],
        )
        for version in shown
    ]
    return stacked_bars(
        bars,
        title=_("Classes by guideline version"),
        description="",
        label=_("Version"),
        bands=bands_of([(choice.name, choice.color) for choice in names.choices.values()]),
    )


def _by_week(
    counts: Mapping[Any, Counter[int]], names: QuestionNames, view: View | None
) -> StackedBars:
    weeks = {week: date.fromisoformat(week) for week in sorted(counts)[-MOST_WEEKS:]}
    bars = [
        (
            short_day(monday),
            [
                Part(counts[week][choice.id], _week_url(view, choice, monday) if view else "")
                for choice in names.choices.values()
            ],
        )
        for week, monday in weeks.items()
    ]
    return stacked_bars(
        bars,
        title=_("Classes by week"),
        description=_("By the week in which the answer that stands was given."),
        label=_("Week from"),
        bands=bands_of([(choice.name, choice.color) for choice in names.choices.values()]),
    )


def _week_url(view: View, choice: ChoiceName, monday: date) -> str:
    """The first week that is counted holds all before it, too."""
    since = monday if monday > first_week(localdate()) else None
    return view.items_url(choice=choice.key, since=since, until=monday + timedelta(days=6))
