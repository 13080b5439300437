"""How clusters of boxes, polygons, points and segments become one of their kind."""

from quality.aggregation.clusters import ClusterAggregator, Element, mean_of, median_of
from quality.aggregation.rover import rover
from quality.agreement.boxes import iou, nearness, temporal_iou
from quality.agreement.polygons import iou_of_polygons


class BoxFusion(ClusterAggregator):
    """Boxes joined by IoU; the sides are the means of the cluster's sides."""

    field = "boxes"
    order = ("part", "x", "y", "width", "height", "choice")

    def score(self, one: Element, other: Element) -> float:
        return iou(one, other)

    def fuse(self, elements: list[Element]) -> Element:
        return {name: mean_of(elements, name) for name in ("x", "y", "width", "height")}


class PolygonMedoid(ClusterAggregator):
    """Polygons joined by IoU; the one that overlaps most with the others stands for all."""

    field = "polygons"
    order = ("part", "points", "choice")

    def score(self, one: Element, other: Element) -> float:
        return iou_of_polygons(one, other)

    def fuse(self, elements: list[Element]) -> Element:
        common = [
            round(sum(sorted(iou_of_polygons(one, other) for other in elements)), 9)
            for one in elements
        ]
        best = max(common)
        nearest = [each for each, sum_ in zip(elements, common, strict=True) if sum_ == best]
        return {"points": min(each["points"] for each in nearest)}


class PointMean(ClusterAggregator):
    """Points joined within the tolerance; the mean of their places."""

    field = "points"
    order = ("part", "x", "y", "choice")

    def score(self, one: Element, other: Element) -> float:
        return nearness(one, other)

    def fuse(self, elements: list[Element]) -> Element:
        return {name: mean_of(elements, name) for name in ("x", "y")}


class SegmentFusion(ClusterAggregator):
    """Segments joined by temporal IoU; median borders, and texts by ROVER."""

    field = "segments"
    order = ("part", "start", "end", "choice", "text")

    def score(self, one: Element, other: Element) -> float:
        return temporal_iou(one, other)

    def fuse(self, elements: list[Element]) -> Element:
        texts = sorted(" ".join(each["text"].split()) for each in elements if each["text"].strip())
        return {
            "start": median_of(elements, "start"),
            "end": median_of(elements, "end"),
            "text": rover(texts)[0] if texts else "",
        }
