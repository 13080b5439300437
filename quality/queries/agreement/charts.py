"""Agreement over time and over guideline versions, as lines with both intervals and marks."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guidelines.models import GuidelineVersion
from quality.models import AgreementResult, AgreementRun, CoefficientName, Scope
from quality.queries.agreement.measures import RAW, UNDEFINED_REASONS, withheld
from quality.queries.agreement.runs import VersionRow
from quality.queries.charts.line import LineChart, Mark, Point, Series, line_chart

MOST_NAMED_CHANGES = 2


class RoundRow(NamedTuple):
    """Agreement on what was answered in a campaign; `raw` is not corrected for chance."""

    number: int
    alpha: AgreementResult | None
    raw: AgreementResult | None

    @property
    def reason(self) -> str:
        """Why there is no coefficient; empty when there is one."""
        code = "" if self.alpha is None else self.alpha.undefined or withheld(self.alpha)
        return str(UNDEFINED_REASONS.get(code, code))


def slice_results(run: AgreementRun) -> list[AgreementResult]:
    """The slices of a run by time and campaign, in one statement."""
    rows = AgreementResult.objects.filter(run=run, scope__in=[Scope.PERIOD, Scope.ROUND])
    return list(rows.order_by("pk"))


def over_time(
    results: Sequence[AgreementResult], versions: Iterable[GuidelineVersion]
) -> LineChart | None:
    """By week or month of the last label of each item; None where there is only one."""
    rows = [each for each in results if each.scope == Scope.PERIOD and each.period is not None]
    if not rows:
        return None
    last = max(rows, key=_day)
    marks = [
        # Within the last period, which is drawn by its first day.
        Mark(float(min(published, _day(last)).toordinal()), f"v{version.number}")
        for version in sorted(versions, key=lambda version: version.number)
        if version.published_at is not None
        and (published := version.published_at.date()) <= (last.period_end or _day(last))
    ]
    return line_chart(
        _series([(float(_day(row).toordinal()), _period_name(row), row) for row in rows]),
        title=_("Agreement over time"),
        description=_("Items by when their last label came; marks: new guideline versions."),
        x_label=_("From"),
        y_label=_("Agreement"),
        marks=marks,
        interval_name=_("over items"),
        wide_name=_("over annotators"),
    )


def over_versions(rows: Sequence[VersionRow]) -> LineChart | None:
    """From version to version, with what each changed; None where there is only one."""
    if len(rows) < 2:
        return None
    ascending = sorted(rows, key=lambda row: row.version.number)
    values = [
        (float(row.version.number), f"v{row.version.number}", each.result)
        for row in ascending
        for each in row.measures
    ]
    marks = [
        Mark(float(row.version.number), words)
        for row in ascending
        if (words := _changes(row.changed))
    ]
    return line_chart(
        _series(values),
        title=_("Agreement by guideline version"),
        description=_("Labels made under each version; marks: what it changed beyond wording."),
        x_label=_("Version"),
        y_label=_("Agreement"),
        marks=marks,
        interval_name=_("over items"),
        wide_name=_("over annotators"),
    )


def rounds(results: Sequence[AgreementResult]) -> list[RoundRow]:
    """Agreement by campaign, ascending."""
    found: dict[int, list[AgreementResult]] = {}
    for each in results:
        if each.scope == Scope.ROUND and each.round is not None:
            found.setdefault(each.round, []).append(each)
    return [
        RoundRow(
            number,
            next((row for row in rows if row.coefficient == CoefficientName.ALPHA), None),
            next((row for row in rows if row.coefficient in RAW), None),
        )
        for number, rows in sorted(found.items())
    ]


def _series(values: Sequence[tuple[float, str, AgreementResult]]) -> list[Series]:
    """Alpha with both intervals, and what is not corrected for chance, where there is any."""
    alpha = [_point(*value) for value in values if value[2].coefficient == CoefficientName.ALPHA]
    raw = [Point(x, row.value, name=name) for x, name, row in values if row.coefficient in RAW]
    raw_name = next((row.coefficient for _x, _name, row in values if row.coefficient in RAW), "")
    series = [Series(str(CoefficientName.ALPHA.label), alpha, hue=0)]
    if raw:
        series.append(Series(str(CoefficientName(raw_name).label), _once(raw), hue=1))
    return series


def _once(points: list[Point]) -> list[Point]:
    """The first of each place: some kinds have several plain measures."""
    found: dict[float, Point] = {}
    for point in points:
        found.setdefault(point.x, point)
    return list(found.values())


def _point(x: float, name: str, row: AgreementResult) -> Point:
    """A gap where there is too little for a coefficient."""
    if withheld(row):
        return Point(x, None, name=name)
    return Point(x, row.value, row.low, row.high, row.annotator_low, row.annotator_high, name=name)


def _day(row: AgreementResult) -> date:
    return row.period or date.min


def _period_name(row: AgreementResult) -> str:
    """The first day of a week, or the month."""
    first = _day(row)
    if row.period_end is not None and (row.period_end - first).days > 7:
        return date_format(first, "YEAR_MONTH_FORMAT")
    return date_format(first, "MONTH_DAY_FORMAT")


def _changes(changed: Sequence[tuple[str, str]]) -> str:
    names = [name for name, _class in changed]
    more = " …" if len(names) > MOST_NAMED_CHANGES else ""
    return ", ".join(names[:MOST_NAMED_CHANGES]) + more
