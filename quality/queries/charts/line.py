"""Lines over time with interval bands and marks: values in, the context of one template out.

Draw with `{% include "_components/charts/line.html" with chart=chart %}`. The drawing is 100 units
wide and stretches with the page; heights, words and dots do not stretch. Every chart carries its
table. Coordinates are texts already, so that no locale can put a comma into them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from quality.queries.charts.scale import Place, coordinate, nice_range, nice_step
from quality.queries.charts.shapes import Cell, Line, LineChart, Tick

# What is imported from here by who draws a line.
__all__ = ["LineChart", "Mark", "Point", "Series", "line_chart"]

MOST_DOTS = 62
MOST_TICKS = 5
# A tick may not stand nearer to the edge than this, in percent, or its words would leave the page.
EDGE = 12.0
# Of the width of a picture on a phone, in per cent.
SHARE_OF_LETTER = 2.5


@dataclass(frozen=True)
class Point:
    """One value. `x`: any number that grows (a day's ordinal, a time stamp); `name`: x in words.

    `low` and `high`: its interval; `wide_low` and `wide_high`: a second one, drawn fainter.
    `y` is None where there is a gap. `url`: the rows behind the value, linked from the table.
    """

    x: float
    y: float | None
    low: float | None = None
    high: float | None = None
    wide_low: float | None = None
    wide_high: float | None = None
    name: str = ""
    url: str = ""


@dataclass(frozen=True)
class Series:
    """A line. `hue`: 0 to 9, or None for the accent; `dashed` for what is not observed."""

    name: str
    points: Sequence[Point]
    hue: int | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """Something that happened at `x` (a version was published), said in a few words."""

    x: float
    text: str


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    description: str,
    x_label: str,
    y_label: str,
    marks: Sequence[Mark] = (),
    y_range: tuple[float, float] | None = None,
    decimals: int = 2,
    interval_name: str = "",
    wide_name: str = "",
    beside: Sequence[tuple[str, Mapping[float, str]]] = (),
) -> LineChart:
    """Lay the series out. `y_range`: the axis from low to high, else from what is to be shown.

    `beside`: further columns of the table, each a name and a text for each x.
    `interval_name` and `wide_name` say what the bands mean ("over items", "over annotators").
    """
    points = [point for each in series for point in each.points]
    xs = [point.x for point in points] or [0.0]
    first, last = min(xs), max(xs)
    low, high = y_range or _extent(points)
    place = Place(first, last, low, high, decimals)
    shown = [mark for mark in marks if first <= mark.x <= last]
    return LineChart(
        title=title,
        description=description,
        x_label=x_label,
        y_label=y_label,
        lines=[_line(each, place) for each in series],
        x_ticks=_x_ticks(points, place),
        y_ticks=_y_ticks(place),
        marks=_marks(shown, place),
        rows=_rows(series, decimals, [texts for _name, texts in beside], shown),
        has_intervals=any(point.low is not None for point in points),
        has_wide=any(point.wide_low is not None for point in points),
        zero=coordinate(place.y(0.0)) if low < 0 < high else None,
        interval_name=interval_name,
        wide_name=wide_name,
        names=[each.name for each in series],
        beside=[name for name, _texts in beside],
    )


def _extent(points: Sequence[Point]) -> tuple[float, float]:
    values = [
        value
        for point in points
        for value in (point.y, point.low, point.high, point.wide_low, point.wide_high)
        if value is not None
    ]
    return nice_range(values)


def _y_ticks(place: Place) -> list[Tick]:
    step = nice_step(place.low, place.high)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) + (step in (0.25, 2.5, 0.025))
    first = math.ceil(place.low / step - 1e-9)
    last = math.floor(place.high / step + 1e-9)
    return [
        Tick(coordinate(place.y(number * step)), number_format(number * step, decimals))
        for number in range(first, last + 1)
    ]


def _x_ticks(points: Sequence[Point], place: Place) -> list[Tick]:
    """At most five names, evenly chosen; every other one is minor."""
    names = {point.x: point.name for point in points if point.name}
    found = sorted(names)
    step = max(1, math.ceil(len(found) / MOST_TICKS))
    return [
        _tick(place.x(at), names[at], minor=bool(number % 2))
        for number, at in enumerate(found[::step])
    ]


def _tick(at: float, text: str, *, minor: bool = False, row: int = 0) -> Tick:
    anchor = "start" if at < EDGE else "end" if at > 100.0 - EDGE else "middle"
    return Tick(coordinate(at), text, anchor, minor, row)


def _marks(marks: Sequence[Mark], place: Place) -> list[Tick]:
    """One a place, in two rows when they stand close together."""
    texts: dict[float, list[str]] = {}
    for mark in marks:
        texts.setdefault(mark.x, []).append(mark.text)
    placed: list[Tick] = []
    before = -100.0
    for x in sorted(texts):
        at = place.x(x)
        text = ", ".join(texts[x])
        room = max(2 * EDGE, SHARE_OF_LETTER * len(text))
        row = 1 - placed[-1].row if placed and at - before < room else 0
        placed.append(_tick(at, text, row=row))
        before = at
    return placed


def _line(series: Series, place: Place) -> Line:
    points = series.points
    dots = [
        (coordinate(place.x(point.x)), coordinate(place.y(point.y)), _words(point, place.decimals))
        for point in points
        if point.y is not None
    ]
    return Line(
        name=series.name,
        hue=series.hue,
        dashed=series.dashed,
        paths=[
            place.path([(x, y) for x, y, _y in run])
            for run in _runs([(point.x, point.y, point.y) for point in points])
        ],
        bands=_bands([(point.x, point.low, point.high) for point in points], place),
        wide_bands=_bands([(point.x, point.wide_low, point.wide_high) for point in points], place),
        dots=dots if len(dots) <= MOST_DOTS else dots[-1:],
    )


def _runs(
    values: Sequence[tuple[float, float | None, float | None]],
) -> list[list[tuple[float, float, float]]]:
    """Unbroken stretches of values."""
    runs: list[list[tuple[float, float, float]]] = [[]]
    for x, low, high in values:
        if low is None or high is None:
            runs.append([])
        else:
            runs[-1].append((x, low, high))
    return [run for run in runs if run]


def _bands(values: Sequence[tuple[float, float | None, float | None]], place: Place) -> list[str]:
    """Polygons along the upper and back along the lower bounds; one value alone is a bar."""
    bands = []
    for run in _runs(values):
        if len(run) == 1:
            x, low, high = run[0]
            width = (place.last - place.first or 1.0) * 0.004
            run = [(x - width, low, high), (x + width, low, high)]
        upper = [(x, high) for x, _low, high in run]
        lower = [(x, low) for x, low, _high in reversed(run)]
        bands.append(place.path([*upper, *lower]))
    return bands


def _words(point: Point, decimals: int) -> str:
    value = _cell(point, decimals)
    return " ".join(part for part in (point.name, value.text, value.interval) if part)


def _cell(point: Point, decimals: int) -> Cell:
    def between(low: float | None, high: float | None) -> str:
        if low is None or high is None:
            return ""
        words = {"low": number_format(low, decimals), "high": number_format(high, decimals)}
        return _("%(low)s to %(high)s") % words

    return Cell(
        text="–" if point.y is None else number_format(point.y, decimals),
        interval=between(point.low, point.high),
        wide=between(point.wide_low, point.wide_high),
        url=point.url,
    )


def _rows(
    series: Sequence[Series],
    decimals: int,
    beside: Sequence[Mapping[float, str]],
    marks: Sequence[Mark],
) -> list[tuple[str, list[Cell], list[str]]]:
    """One row a place on the x axis: one cell a series, and what stands beside them.

    A mark is told with the first place that is not before it.
    """
    names: dict[float, str] = {}
    cells: list[dict[float, Cell]] = []
    for each in series:
        names |= {point.x: point.name or names.get(point.x, "") for point in each.points}
        cells.append({point.x: _cell(point, decimals) for point in each.points})
    places = sorted(names)
    for mark in marks:
        at = min(x for x in places if x >= mark.x)
        names[at] = f"{names[at]} · {mark.text}"
    return [
        (
            names[x],
            [of.get(x, Cell("–")) for of in cells],
            [texts.get(x, "–") for texts in beside],
        )
        for x in places
    ]
