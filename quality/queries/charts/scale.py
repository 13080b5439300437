"""Where values stand in a drawing, and round numbers for its axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Height of the part of a chart that holds its lines, in pixels.
HEIGHT = 168.0


@dataclass(frozen=True)
class Place:
    """Where values stand, and with how many decimals they are written."""

    first: float
    last: float
    low: float
    high: float
    decimals: int

    def x(self, value: float) -> float:
        """In percent of the width; one lonely place stands in the middle."""
        if self.last == self.first:
            return 50.0
        return (value - self.first) / (self.last - self.first) * 100.0

    def y(self, value: float) -> float:
        """In units from the top; values outside the axis stand at its end."""
        inside = min(max(value, self.low), self.high)
        return (1 - (inside - self.low) / (self.high - self.low)) * HEIGHT

    def path(self, points: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{coordinate(self.x(x))},{coordinate(self.y(y))}" for x, y in points)


def coordinate(value: float) -> str:
    """A number for an SVG attribute, the same in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def nice_step(low: float, high: float, most: int = 4) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that needs at most `most` steps."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(
        factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * 0.999
    )


def nice_range(values: Sequence[float], *, whole: bool = False) -> tuple[float, float]:
    """From zero, or below it when some values are, to the next round number above all."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if high == low:
        high = low + 1.0
    step = nice_step(low, high)
    step = max(1.0, step) if whole else step
    return math.floor(low / step) * step, math.ceil(high / step) * step
