"""Answers by day and week as a picture: who kept what pace, and when the work may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion
from quality.models.run import PEOPLE
from quality.queries.charts.bars import Sparkline, sparkline
from quality.queries.charts.line import Mark, Point, Series, line_chart
from quality.queries.charts.scale import nice_range
from quality.queries.charts.shapes import LineChart
from quality.queries.naming import source_names
from quality.queries.overview.throughput import ALL_PEOPLE, ALL_VERSIONS, DAYS, SOURCE_DAYS, WEEKS

MOST_PEOPLE = 12
FORTNIGHT = 14


@dataclass(frozen=True)
class View:
    """Which part of the counts is looked at, and where its items are listed.

    `version` and `kind` are 0 and "" for all; `items` is the address of the items browser.
    """

    question: str
    version: GuidelineVersion | None
    kind: str
    items: str

    @property
    def number(self) -> int:
        return self.version.pk if self.version else ALL_VERSIONS

    def items_url(self, **more: Any) -> str:
        """Items with an answer of this part of the counts, and like `more`."""
        asked = {
            "question": self.question,
            "version": self.version.number if self.version else "",
            "kind": self.kind or "people",
            **more,
        }
        return f"{self.items}?{urlencode({name: value for name, value in asked.items() if value})}"


@dataclass(frozen=True)
class PersonRow:
    """A source and its answers of the last four weeks; `percent` of the busiest one's."""

    name: str
    n: int
    percent: float
    url: str


@dataclass(frozen=True)
class Throughput:
    """Answers of the last 7 days, of the 7 before, and both pictures; people of the last weeks."""

    total: int
    this_week: int
    week_before: int
    spark: Sparkline | None
    days: LineChart
    weeks: LineChart
    people: list[PersonRow]
    n_people: int


def throughput_of(
    figures: Mapping[str, Any], view: View, versions: list[GuidelineVersion]
) -> Throughput:
    """From the figures of an overview run."""
    answers = figures["answers"]
    today = date.fromisoformat(figures["today"])
    by_day = _of(answers["days"], view.number, view.kind)
    last = [by_day.get(today - timedelta(days=ago), (0, 0))[0] for ago in range(FORTNIGHT)]
    people = _people(answers["sources"], view, today)
    return Throughput(
        total=sum(
            n
            for version, kind, n, _sources in answers["totals"]
            if (version, kind) == (view.number, view.kind)
        ),
        this_week=sum(last[:7]),
        week_before=sum(last[7:]),
        spark=sparkline(last[::-1], _("Answers of the last 14 days, day by day")),
        days=_chart(answers["days"], view, _days(answers["days"], today), versions, 1),
        weeks=_chart(answers["weeks"], view, _weeks(answers["weeks"], today), versions, 7),
        people=people[:MOST_PEOPLE],
        n_people=len(people),
    )


def short_day(day: date) -> str:
    """As it stands under an axis."""
    # Translators: how a day is written in a chart, in the letters of Django's date formats.
    return date_format(day, _("M j"))


def _of(rows: list[list[Any]], version: int, kind: str) -> dict[date, tuple[int, int]]:
    """(answers, sources) by day."""
    return {
        date.fromisoformat(at): (n, sources)
        for at, of, by, n, sources in rows
        if (of, by) == (version, kind)
    }


def _days(rows: list[list[Any]], today: date) -> list[date]:
    """From the first day with answers, at most five weeks back, to today."""
    first = min((date.fromisoformat(row[0]) for row in rows), default=today)
    first = max(min(first, today - timedelta(days=6)), today - timedelta(days=DAYS - 1))
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def _weeks(rows: list[list[Any]], today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    first = min((date.fromisoformat(row[0]) for row in rows), default=monday)
    first = max(min(first, monday - timedelta(weeks=3)), monday - timedelta(weeks=WEEKS - 1))
    return [first + timedelta(weeks=number) for number in range((monday - first).days // 7 + 1)]


def _chart(
    rows: list[list[Any]],
    view: View,
    places: list[date],
    versions: list[GuidelineVersion],
    length: int,
) -> LineChart:
    kinds = _kinds(rows, view)
    found = {kind: _of(rows, view.number, kind) for kind in kinds}
    together = _of(rows, view.number, view.kind)
    most = [float(n) for of in found.values() for n, _sources in of.values()]
    last = places[-1] + timedelta(days=length - 1)
    return line_chart(
        [
            Series(
                name=_kind_name(kind),
                points=[
                    _point(day, found[kind].get(day, (0, 0))[0], view, kind, length)
                    for day in places
                ],
                hue=None if len(kinds) == 1 else place,
            )
            for place, kind in enumerate(kinds)
        ],
        title=_("Answers by day") if length == 1 else _("Answers by week"),
        description="",
        x_label=_("Day") if length == 1 else _("Week from"),
        y_label=_("Answers"),
        marks=_version_marks(versions, places[0], last, length),
        y_range=nice_range(most, whole=True),
        decimals=0,
        beside=[
            (
                _("People"),
                {
                    float(day.toordinal()): number_format(together.get(day, (0, 0))[1])
                    for day in places
                },
            )
        ],
    )


def _kinds(rows: list[list[Any]], view: View) -> list[str]:
    """The chosen kind, or each kind of people that has answered; all of them as one when few."""
    if view.kind:
        return [view.kind]
    present = {row[2] for row in rows if row[1] == view.number and row[2] in PEOPLE}
    return (
        [kind for kind in SourceKind.values if kind in present]
        if len(present) > 1
        else [ALL_PEOPLE]
    )


def _kind_name(kind: str) -> str:
    return str(SourceKind(kind).label) if kind else _("Answers")


def _point(day: date, n: int, view: View, kind: str, length: int) -> Point:
    asked: dict[str, Any] = {"since": day, "until": day + timedelta(days=length - 1)}
    if kind:
        asked["kind"] = kind
    url = view.items_url(**asked) if n else ""
    name = short_day(day)
    return Point(float(day.toordinal()), float(n), name=name, url=url)


def _version_marks(
    versions: list[GuidelineVersion], first: date, last: date, length: int
) -> list[Mark]:
    """When each version was published, on its day or in its week."""
    marks = []
    for version in reversed(versions):
        if version.published_at is None:
            continue
        published = timezone.localtime(version.published_at, timezone.get_default_timezone()).date()
        if first <= published <= last:
            day = published if length == 1 else published - timedelta(days=published.weekday())
            marks.append(Mark(float(day.toordinal()), f"v{version.number}"))
    return marks


def _people(rows: list[list[Any]], view: View, today: date) -> list[PersonRow]:
    """The busiest first."""
    counts: dict[int, int] = {}
    for source, version, kind, n in rows:
        fits = kind == view.kind if view.kind else kind in PEOPLE
        if fits and view.number in (ALL_VERSIONS, version):
            counts[source] = counts.get(source, 0) + n
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    names = source_names([source for source, _n in ranked[:MOST_PEOPLE]])
    most = ranked[0][1] if ranked else 1
    since = today - timedelta(days=SOURCE_DAYS - 1)
    return [
        PersonRow(
            names.get(source, ""),
            n,
            100.0 * n / most,
            view.items_url(source=source, kind="", since=since),
        )
        for source, n in ranked
    ]
