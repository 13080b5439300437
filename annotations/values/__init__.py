"""The registry of question kinds. PURE: one module per kind, one line here."""

from annotations.values import (
    boxes,
    choice,
    choices,
    number,
    pairwise,
    points,
    polygons,
    ranking,
    rating,
    relations,
    segments,
    soft_choice,
    spans,
    text,
)
from annotations.values.base import NOTHING, About, Kind, LabelValue

KINDS: dict[str, Kind] = {
    choice.name: choice,
    choices.name: choices,
    soft_choice.name: soft_choice,
    rating.name: rating,
    number.name: number,
    text.name: text,
    spans.name: spans,
    relations.name: relations,
    pairwise.name: pairwise,
    ranking.name: ranking,
    boxes.name: boxes,
    polygons.name: polygons,
    points.name: points,
    segments.name: segments,
}

__all__ = ["KINDS", "NOTHING", "About", "Kind", "LabelValue"]
