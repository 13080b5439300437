"""Agreement on boxes and points in an image, and on segments of sound."""

from math import hypot
from typing import Any

from quality.agreement.matching import (
    matched_f1,
    matched_score,
    score_matrix,
    soft_distance,
)
from quality.agreement.values import Value

Box = dict[str, Any]
# What counts as the same place, the custom of object detection (Everingham et al. 2010).
HALF = 0.5
# Points this far apart, in pixels of the stored image, are different points.
TOLERANCE = 10.0


def iou(one: Box, other: Box) -> float:
    """Intersection over union of two boxes with sides along the axes, in [0, 1]."""
    width = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    height = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    union = one["width"] * one["height"] + other["width"] * other["height"] - common
    return float(common / union)


def temporal_iou(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Intersection over union of two stretches of time, in [0, 1]."""
    common = min(one["end"], other["end"]) - max(one["start"], other["start"])
    if common <= 0:
        return 0.0
    return float(common / (max(one["end"], other["end"]) - min(one["start"], other["start"])))


def nearness(one: dict[str, Any], other: dict[str, Any]) -> float:
    """1 at the same point, falling to 0 at twice the tolerance: 0.5 at the tolerance."""
    apart = hypot(one["x"] - other["x"], one["y"] - other["y"])
    return max(0.0, 1.0 - apart / (2.0 * TOLERANCE))


def boxes_f1(one: Value, other: Value) -> tuple[float, float]:
    """Matched boxes of the same class at IoU 0.5: numerator and denominator of F1."""
    return matched_f1(score_matrix(one["boxes"], other["boxes"], iou), threshold=HALF)


def boxes_mean_iou(one: Value, other: Value) -> tuple[float, float]:
    """Sum of the IoU of matched boxes, and how many match."""
    return matched_score(score_matrix(one["boxes"], other["boxes"], iou), threshold=HALF)


def boxes_distance(one: Value, other: Value) -> float:
    """1 - 2 * sum of IoU of the best matching / boxes of both, in [0, 1]."""
    return soft_distance(score_matrix(one["boxes"], other["boxes"], iou))


def points_f1(one: Value, other: Value) -> tuple[float, float]:
    """Matched points of the same class within the tolerance: numerator and denominator of F1."""
    return matched_f1(score_matrix(one["points"], other["points"], nearness), threshold=HALF)


def points_distance(one: Value, other: Value) -> float:
    """1 - 2 * sum of the nearness of the best matching / points of both, in [0, 1]."""
    return soft_distance(score_matrix(one["points"], other["points"], nearness))


def segments_f1(one: Value, other: Value) -> tuple[float, float]:
    """Matched segments of the same class at temporal IoU 0.5: numerator, denominator of F1."""
    scores = score_matrix(one["segments"], other["segments"], temporal_iou)
    return matched_f1(scores, threshold=HALF)


def segments_mean_iou(one: Value, other: Value) -> tuple[float, float]:
    """Sum of the temporal IoU of matched segments, and how many match."""
    scores = score_matrix(one["segments"], other["segments"], temporal_iou)
    return matched_score(scores, threshold=HALF)


def segments_distance(one: Value, other: Value) -> float:
    """1 - 2 * sum of temporal IoU of the best matching / segments of both, in [0, 1]."""
    return soft_distance(score_matrix(one["segments"], other["segments"], temporal_iou))
