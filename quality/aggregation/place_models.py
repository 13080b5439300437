"""How each kind of marked place is measured and made: boxes, polygons, points, segments."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from quality.aggregation.marked_places import BoxFusion, PointMean, PolygonMedoid, SegmentFusion
from quality.aggregation.place_model import Element, PlaceModel
from quality.aggregation.presence import Candidate
from quality.agreement.polygons import iou_of_polygons

# Digits after the point of pixels and of seconds.
_PIXEL, _SECOND = 2, 3
_SIDES = ("left", "top", "right", "bottom")


class CalibratedBoxes(PlaceModel):
    """Boxes: the four sides, each with a margin per annotator, in pixels."""

    clusters = BoxFusion
    sides = _SIDES

    def measure(self, element: Element) -> tuple[float, ...]:
        x, y = element["x"], element["y"]
        return x, y, x + element["width"], y + element["height"]

    def element(
        self, sides: Sequence[float], candidate: Candidate, sizes: Mapping[str, str]
    ) -> Element:
        across, down = size_of(candidate, sizes, 2, self.measure)
        left, right = within(sides[0], 0.0, across), within(sides[2], 0.0, across)
        top, bottom = within(sides[1], 0.0, down), within(sides[3], 0.0, down)
        if right - left < 10**-_PIXEL or bottom - top < 10**-_PIXEL:
            # Margins are larger than the box: they say nothing about this one.
            return BoxFusion().fuse(list(candidate.elements))
        return {
            "x": whole(left, _PIXEL),
            "y": whole(top, _PIXEL),
            "width": whole(round(right, _PIXEL) - round(left, _PIXEL), _PIXEL),
            "height": whole(round(bottom, _PIXEL) - round(top, _PIXEL), _PIXEL),
        }


class CalibratedPoints(PlaceModel):
    """Points: both coordinates, in pixels."""

    clusters = PointMean
    sides = ("x", "y")

    def measure(self, element: Element) -> tuple[float, ...]:
        return element["x"], element["y"]

    def element(
        self, sides: Sequence[float], candidate: Candidate, sizes: Mapping[str, str]
    ) -> Element:
        across, down = size_of(candidate, sizes, 2, self.measure)
        return {
            "x": whole(within(sides[0], 0.0, across), _PIXEL),
            "y": whole(within(sides[1], 0.0, down), _PIXEL),
        }


class CalibratedSegments(PlaceModel):
    """Segments: both borders, in seconds; their texts by ROVER, as `SegmentFusion` has them."""

    clusters = SegmentFusion
    sides = ("start", "end")

    def measure(self, element: Element) -> tuple[float, ...]:
        return element["start"], element["end"]

    def element(
        self, sides: Sequence[float], candidate: Candidate, sizes: Mapping[str, str]
    ) -> Element:
        fused = SegmentFusion().fuse(list(candidate.elements))
        (last,) = size_of(candidate, sizes, 1, self.measure)
        start, end = within(sides[0], 0.0, last), within(sides[1], 0.0, last)
        if end - start < 10**-_SECOND:
            return fused
        return {**fused, "start": round(start, _SECOND), "end": round(end, _SECOND)}


class CalibratedPolygons(PlaceModel):
    """Polygons: people are judged by the sides of the rectangle around each outline; the outline
    that overlaps most with the others, weighted by precision, stands for all."""

    clusters = PolygonMedoid
    sides = _SIDES

    def measure(self, element: Element) -> tuple[float, ...]:
        across, down = zip(*element["points"], strict=True)
        return min(across), min(down), max(across), max(down)

    def element(
        self, sides: Sequence[float], candidate: Candidate, sizes: Mapping[str, str]
    ) -> Element:
        assert self.skills_ is not None
        weights = self.skills_[list(candidate.people)].tolist()
        common = [
            round(
                sum(
                    sorted(
                        weight * iou_of_polygons(one, other)
                        for weight, other in zip(weights, candidate.elements, strict=True)
                    )
                ),
                9,
            )
            for one in candidate.elements
        ]
        nearest = [
            each
            for each, sum_ in zip(candidate.elements, common, strict=True)
            if sum_ == max(common)
        ]
        return {"points": min(each["points"] for each in nearest)}


def size_of(
    candidate: Candidate,
    sizes: Mapping[str, str],
    dims: int,
    measure: Callable[[Element], tuple[float, ...]],
) -> tuple[float, ...]:
    """How far the part reaches along each dimension; where that is not known, as far as somebody
    marked."""
    known = sizes.get(candidate.elements[0]["part"], "").split()
    if len(known) == dims:
        return tuple(float(each) for each in known)
    marked = np.array([measure(each) for each in candidate.elements], np.float64)
    return tuple(marked.reshape(len(marked), -1, dims).max(axis=(0, 1)).tolist())


def within(value: float, low: float, high: float) -> float:
    """The value, or the border that it lies beyond."""
    return min(max(value, low), high)


def whole(value: float, digits: int) -> float:
    """Rounded; whole numbers stay whole in JSON."""
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded
