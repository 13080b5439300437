"""Boxes, polygons, points and segments: what several people marked at the same place is one."""

from abc import abstractmethod
from collections import Counter
from typing import Any

import numpy as np

from quality.aggregation.base import ItemAggregator
from quality.agreement.values import Value

Element = dict[str, Any]
# (annotator, element): an annotator has at most one element in a cluster.
Member = tuple[int, Element]


class ClusterAggregator(ItemAggregator):
    """Clusters what people marked, keeps clusters that enough of them see, and fuses each.

    Elements of different people with a score of at least `overlap` are joined, best pairs first
    (Solovyev et al. 2021, weighted boxes fusion, with one element a person). A cluster is kept
    when at least `share` of the item's annotators are in it. Its class is the most frequent; a tie
    of classes in a kept cluster leaves the whole item undecided.
    `posteriors_`: share of the annotators by place in the list. `confidences_`: mean certainty of
    all clusters, max(share, 1 - share).
    """

    field: str
    # The fields that canonical answers of the kind are sorted by.
    order: tuple[str, ...]

    def __init__(self, *, overlap: float = 0.5, share: float = 0.5) -> None:
        self.overlap = overlap
        self.share = share

    def check(self) -> None:
        if not 0 < self.overlap <= 1 or not 0 < self.share <= 1:
            raise ValueError("overlap and share must be above 0 and at most 1.")

    @abstractmethod
    def score(self, one: Element, other: Element) -> float:
        """How far two elements are the same place, in [0, 1]."""

    @abstractmethod
    def fuse(self, elements: list[Element]) -> Element:
        """One element, without its class and part, from those of a cluster."""

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        clusters = self.clusters(answers)
        kept: list[tuple[Element, float]] = []
        certainty, tied = [], False
        for members in clusters:
            share = len(members) / len(answers)
            certainty.append(max(share, 1.0 - share))
            if share < self.share:
                continue
            elements = [element for _person, element in members]
            choice = _most_frequent([element["choice"] for element in elements])
            tied = tied or choice is None
            fused = {"part": elements[0]["part"], "choice": choice or "", **self.fuse(elements)}
            kept.append((fused, share))
        confidence = sum(certainty) / len(certainty) if certainty else 1.0
        kept.sort(key=lambda each: [each[0][name] for name in self.order])
        shares = {str(place): share for place, (_each, share) in enumerate(kept, start=1)}
        value = {"kind": self.field, self.field: [element for element, _share in kept]}
        return (None if tied else value), confidence, shares

    def clusters(self, answers: list[Value]) -> list[list[Member]]:
        """Every element in one cluster; in an order that does not depend on that of people."""
        members = [
            (person, element)
            for person, answer in enumerate(answers)
            for element in answer[self.field]
        ]
        members.sort(key=lambda member: repr(sorted(member[1].items())))
        group = list(range(len(members)))
        people = [{person} for person, _element in members]
        for _score, one, other in self._pairs(members):
            first, second = group[one], group[other]
            if first != second and not people[first] & people[second]:
                people[first] |= people[second]
                group = [first if each == second else each for each in group]
        return [
            [member for member, own in zip(members, group, strict=True) if own == each]
            for each in dict.fromkeys(group)
        ]

    def _pairs(self, members: list[Member]) -> list[tuple[float, int, int]]:
        found = []
        for one, (person, element) in enumerate(members):
            for other in range(one + 1, len(members)):
                rival, theirs = members[other]
                if person == rival or element["part"] != theirs["part"]:
                    continue
                score = self.score(element, theirs)
                if score >= self.overlap:
                    found.append((-round(score, 12), one, other))
        return sorted(found)


def mean_of(elements: list[Element], field: str) -> float:
    """Mean of a field, to a hundredth; whole numbers stay whole in JSON."""
    mean = round(float(np.sort([float(each[field]) for each in elements]).mean()), 2)
    return int(mean) if mean.is_integer() else mean


def median_of(elements: list[Element], field: str) -> float:
    """Median of a field, to a thousandth."""
    return round(float(np.median([float(each[field]) for each in elements])), 3)


def _most_frequent(choices: list[str]) -> str | None:
    """The most frequent class; None for a tie."""
    counts = Counter(choices).most_common()
    tied = len(counts) > 1 and counts[0][1] == counts[1][1]
    return None if tied else counts[0][0]
