"""Stacked bars, heat maps and sparklines: values in, the contexts of small templates out.

A class is told by its letter as well as by its colour; every picture has its numbers as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from quality.queries.charts.intervals import heat, percent
from quality.queries.charts.scale import HEIGHT, Place, coordinate, nice_range

# A part narrower than this, in percent of the bar, has no room for its letter.
ROOM_FOR_LETTER = 6.0
SPARK_HEIGHT = 28.0


@dataclass(frozen=True)
class Part:
    """How much of a bar is one class; `url`: the rows behind it."""

    n: int
    url: str = ""


@dataclass(frozen=True)
class Band:
    """What a part of every bar stands for. `letter` tells it apart without colours."""

    name: str
    hue: int | None
    letter: str


@dataclass(frozen=True)
class Segment:
    """One part as it is drawn, in percent of the bar; `letter` empty where there is no room."""

    band: Band
    part: Part
    percent: float
    x: str
    width: str
    middle: str
    letter: str


@dataclass(frozen=True)
class Bar:
    """One bar of the height of one line: a version, a week, a person."""

    name: str
    total: int
    segments: list[Segment]


@dataclass(frozen=True)
class StackedBars:
    """The context of `_components/charts/stacked.html`. `label` names what a bar is."""

    title: str
    description: str
    label: str
    bands: list[Band]
    bars: list[Bar]


@dataclass(frozen=True)
class HeatCell:
    """`text` and `detail` are read; `label` says it all in one sentence, for the link."""

    text: str
    detail: str = ""
    heat: int = 0
    url: str = ""
    label: str = ""
    is_self: bool = False


@dataclass(frozen=True)
class HeatMap:
    """The context of `_components/charts/heatmap.html`: a table whose shades are a picture."""

    title: str
    description: str
    columns: list[str]
    rows: list[tuple[str, list[HeatCell]]]


@dataclass(frozen=True)
class Sparkline:
    """The context of `_components/charts/sparkline.html`; `label` is its text alternative."""

    path: str
    dot_x: str
    dot_y: str
    label: str


def letter_of(number: int) -> str:
    """A to Z, then AA: the sign of the n-th class."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def bands_of(classes: Sequence[tuple[str, int | None]]) -> list[Band]:
    """Name and hue of each class, lettered in their order."""
    return [Band(name, hue, letter_of(place)) for place, (name, hue) in enumerate(classes)]


def stacked_bars(
    bars: Sequence[tuple[str, Sequence[Part]]],
    *,
    title: str,
    description: str,
    label: str,
    bands: Sequence[Band],
) -> StackedBars:
    """Bars of equal length, split by the shares of their parts (one a band, in their order)."""
    drawn = [_bar(name, parts, bands) for name, parts in bars]
    return StackedBars(title, description, label, list(bands), drawn)


def _bar(name: str, parts: Sequence[Part], bands: Sequence[Band]) -> Bar:
    total = sum(part.n for part in parts)
    segments = []
    at = 0.0
    for band, part in zip(bands, parts, strict=True):
        width = percent(part.n, total)
        segments.append(
            Segment(
                band=band,
                part=part,
                percent=width,
                x=coordinate(at),
                width=coordinate(width),
                middle=coordinate(at + width / 2),
                letter=band.letter if width >= ROOM_FOR_LETTER else "",
            )
        )
        at += width
    return Bar(name, total, segments)


def shades(values: Sequence[float | None], most: float | None = None) -> list[int]:
    """Heat 0 to 9 of each value against the largest of them, or against `most`."""
    known = [value for value in values if value is not None]
    top = max(known, default=0.0) if most is None else most
    return [0 if value is None else heat(value, top) for value in values]


def sparkline(values: Sequence[float], label: str) -> Sparkline | None:
    """A small line without axes, 100 units wide; None for fewer than two values."""
    if len(values) < 2:
        return None
    low, high = nice_range(values)
    place = Place(0.0, len(values) - 1.0, low, high, 0)
    scale = SPARK_HEIGHT / HEIGHT
    points = [
        (coordinate(place.x(x)), coordinate(2 + place.y(value) * scale * 0.86))
        for x, value in enumerate(values)
    ]
    path = " ".join(f"{x},{y}" for x, y in points)
    return Sparkline(path, *points[-1], label)
