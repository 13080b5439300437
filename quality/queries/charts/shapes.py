"""What the template of a line chart is given: texts, ready to be drawn."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tick:
    """A place on an axis with its words; `minor` ones are left out on a phone."""

    at: str
    text: str
    anchor: str = "middle"
    minor: bool = False
    row: int = 0


@dataclass(frozen=True)
class Line:
    """A series as it is drawn: SVG point lists and paths, and its dots as (x in %, y, words)."""

    name: str
    hue: int | None
    dashed: bool
    paths: list[str]
    bands: list[str]
    wide_bands: list[str]
    dots: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Cell:
    """A value of the table with its intervals, in words."""

    text: str
    interval: str = ""
    wide: str = ""
    url: str = ""


@dataclass(frozen=True)
class LineChart:
    """The context of `_components/charts/line.html`."""

    title: str
    description: str
    x_label: str
    y_label: str
    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    marks: list[Tick]
    rows: list[tuple[str, list[Cell], list[str]]]
    has_intervals: bool
    has_wide: bool
    zero: str | None = None
    interval_name: str = ""
    wide_name: str = ""
    names: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
