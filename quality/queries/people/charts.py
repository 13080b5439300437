"""Geometry of the two pictures about a person: pace over time, and drift with its alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

WIDTH, HEIGHT = 640.0, 120.0


@dataclass(frozen=True)
class Point:
    """One point with what it stands for; `y` is None where nothing was measured."""

    at: datetime
    until: datetime
    x: float
    y: float | None
    value: float | None
    n: int


@dataclass(frozen=True)
class Line:
    """A line over time. `path` joins the points; `limit` is where the alarm begins on either side
    of 0, if anywhere. `is_small`: it is crossed, by too little to matter."""

    points: list[Point]
    path: str
    low: float
    high: float
    limit: float | None = None
    limit_y: float | None = None
    top_limit_y: float | None = None
    zero_y: float | None = None
    alarm_x: float | None = None
    has_alarm: bool = False
    is_small: bool = False

    @property
    def last(self) -> Point:
        """Where it ends."""
        return self.points[-1]


def pace_line(blocks: Sequence[dict[str, Any]]) -> Line | None:
    """Median seconds per answer of each block; None when nothing was measured."""
    values = [block["seconds"] for block in blocks if block["seconds"] is not None]
    if not values:
        return None
    high = max(values) * 1.1 or 1.0
    points = [
        _point(place, len(blocks), block, block["seconds"], 0.0, high)
        for place, block in enumerate(blocks)
    ]
    return Line(points, _path(points), 0.0, high)


def drift_line(drift: dict[str, Any]) -> Line | None:
    """The cumulated deviation of each block, with the limits of the alarm."""
    blocks = drift.get("blocks") or []
    if not blocks:
        return None
    limit = drift.get("threshold")
    ends = [block["cusum"] for block in blocks] + [0.0]
    if limit is not None:
        ends += [limit, -limit]
    low, high = min(ends), max(ends)
    low, high = (low - 1.0, high + 1.0) if low == high else (low, high)
    points = [
        _point(place, len(blocks), block, block["cusum"], low, high)
        for place, block in enumerate(blocks)
    ]
    at = drift.get("alarm_block")
    return Line(
        points=points,
        path=_path(points),
        low=low,
        high=high,
        limit=limit,
        limit_y=None if limit is None else _y(-limit, low, high),
        top_limit_y=None if limit is None else _y(limit, low, high),
        zero_y=_y(0.0, low, high),
        alarm_x=points[at].x if at is not None and at < len(points) else None,
        has_alarm=bool(drift.get("alarm")),
        is_small=bool(drift.get("is_small")),
    )


def moment(milliseconds: int) -> datetime:
    """A stored time as a time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _point(
    place: int, count: int, block: dict[str, Any], value: float | None, low: float, high: float
) -> Point:
    x = WIDTH * (place + 0.5) / count
    y = None if value is None else _y(value, low, high)
    at, until = moment(block["from"]), moment(block["to"])
    return Point(at, until, round(x, 1), y, value, block["n"])


def _y(value: float, low: float, high: float) -> float:
    return round(HEIGHT - HEIGHT * (value - low) / (high - low), 1)


def _path(points: Sequence[Point]) -> str:
    known = [point for point in points if point.y is not None]
    return " ".join(f"{'L' if n else 'M'}{point.x} {point.y}" for n, point in enumerate(known))
