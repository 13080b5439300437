"""Geometry of the small charts in tables, and the shades of matrices. Numbers in, numbers out."""

import math
from dataclasses import dataclass

WIDTH = 200.0
HEAT_CLASSES = 10


@dataclass(frozen=True)
class Axis:
    """A horizontal axis from `low` to `high` over `WIDTH` units."""

    low: float
    high: float = 1.0

    def x(self, value: float) -> float:
        """Where a value stands; values outside stand at the end."""
        inside = min(max(value, self.low), self.high)
        return round((inside - self.low) / (self.high - self.low) * WIDTH, 2)


@dataclass(frozen=True)
class IntervalMark:
    """A point with two intervals on one axis; missing ones are None."""

    zero: float
    point: float | None
    low: float | None
    high: float | None
    wide_low: float | None
    wide_high: float | None


def axis_for(values: list[float | None]) -> Axis:
    """From 0 to 1, or from the tenth below the lowest value when some are negative."""
    known = [value for value in values if value is not None]
    lowest = min(known, default=0.0)
    if lowest >= 0:
        return Axis(0.0)
    return Axis(max(-1.0, math.floor(lowest * 10) / 10))


def interval_mark(
    axis: Axis,
    value: float | None,
    interval: tuple[float | None, float | None],
    wide: tuple[float | None, float | None],
) -> IntervalMark:
    """Places of a value, its interval over items and its interval over annotators."""

    def place(number: float | None) -> float | None:
        return None if number is None else axis.x(number)

    return IntervalMark(
        zero=axis.x(0.0),
        point=place(value),
        low=place(interval[0]),
        high=place(interval[1]),
        wide_low=place(wide[0]),
        wide_high=place(wide[1]),
    )


def heat(value: float, most: float) -> int:
    """Shade 0 to 9 of a value between 0 and the largest of its matrix."""
    if most <= 0 or value <= 0:
        return 0
    return min(HEAT_CLASSES - 1, int(value / most * (HEAT_CLASSES - 1) + 0.5))


def percent(part: float, whole: float) -> float:
    """Share in percent, 0 of nothing."""
    return 100.0 * part / whole if whole else 0.0
