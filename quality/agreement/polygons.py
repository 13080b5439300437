"""Agreement on polygons, by counting the cells of a grid that both cover."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from quality.agreement.boxes import HALF
from quality.agreement.coefficient import FloatArray
from quality.agreement.matching import matched_f1, matched_score, score_matrix, soft_distance
from quality.agreement.values import Value

# Cells along the longer side of the joint bounding box: IoU is right to about 2 / GRID.
GRID = 128


def polygon_iou(one: list[list[float]], other: list[list[float]]) -> float:
    """Intersection over union of two polygons [[x, y], ...], in [0, 1], even-odd filled.

    Counts the centres of a grid of at most 128 x 128 cells over the joint bounding box; 0 for
    polygons without an area.
    """
    first, second = np.array(one, np.float64), np.array(other, np.float64)
    low = np.minimum(first.min(axis=0), second.min(axis=0))
    high = np.maximum(first.max(axis=0), second.max(axis=0))
    apart = (first.max(axis=0) <= second.min(axis=0)) | (second.max(axis=0) <= first.min(axis=0))
    if apart.any() or (high <= low).any():
        return 0.0
    x, y = _grid(low, high)
    mine, theirs = inside(first, x, y), inside(second, x, y)
    union = int((mine | theirs).sum())
    return int((mine & theirs).sum()) / union if union else 0.0


def inside(polygon: FloatArray, x: FloatArray, y: FloatArray) -> npt.NDArray[np.bool_]:
    """Which points of a grid of ascending x and y lie inside a polygon (n, 2): an even number of
    edges to the left is outside. Shape (len(y), len(x))."""
    x1, y1 = polygon.T
    x2, y2 = np.roll(polygon, -1, axis=0).T
    edges, rows = np.nonzero(
        (y >= np.minimum(y1, y2)[:, np.newaxis]) & (y < np.maximum(y1, y2)[:, np.newaxis])
    )
    slope = (x2[edges] - x1[edges]) / (y2[edges] - y1[edges])
    meets = x1[edges] + (y[rows] - y1[edges]) * slope
    # Every crossing turns all points to its right inside out.
    first = np.searchsorted(x, meets, side="right")
    turns = np.bincount(rows * (x.size + 1) + first, minlength=y.size * (x.size + 1))
    return np.cumsum(turns.reshape(y.size, x.size + 1)[:, :-1], axis=1) % 2 == 1


def polygons_f1(one: Value, other: Value) -> tuple[float, float]:
    """Matched polygons of the same class at IoU 0.5: numerator and denominator of F1."""
    return matched_f1(_scores(one, other), threshold=HALF)


def polygons_mean_iou(one: Value, other: Value) -> tuple[float, float]:
    """Sum of the IoU of matched polygons, and how many match."""
    return matched_score(_scores(one, other), threshold=HALF)


def polygons_distance(one: Value, other: Value) -> float:
    """1 - 2 * sum of IoU of the best matching / polygons of both, in [0, 1]."""
    return soft_distance(_scores(one, other))


def iou_of_polygons(one: dict[str, Any], other: dict[str, Any]) -> float:
    """IoU of two canonical polygons, remembered: clustering and F1 ask for the same pairs."""
    first, second = sorted([_corners(one), _corners(other)])
    return 1.0 if first == second else _remembered(first, second)


@lru_cache(maxsize=100_000)
def _remembered(
    one: tuple[tuple[float, float], ...], other: tuple[tuple[float, float], ...]
) -> float:
    return polygon_iou([list(each) for each in one], [list(each) for each in other])


def _corners(polygon: dict[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in polygon["points"])


def _scores(one: Value, other: Value) -> FloatArray:
    return score_matrix(one["polygons"], other["polygons"], iou_of_polygons)


def _grid(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Centres of the cells along x and y; square cells, GRID along the longer side."""
    cell = float((high - low).max()) / GRID
    counts = np.maximum(1, np.ceil((high - low) / cell - 1e-9).astype(np.int64))
    steps = (high - low) / counts
    x = low[0] + (np.arange(counts[0]) + 0.5) * steps[0]
    y = low[1] + (np.arange(counts[1]) + 0.5) * steps[1]
    return x, y
