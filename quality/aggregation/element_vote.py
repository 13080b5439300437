"""Spans and relations: what enough people marked in the same way."""

from itertools import pairwise
from typing import Any

from quality.aggregation.base import ItemAggregator
from quality.agreement.spans import relation_identity
from quality.agreement.values import Value


class ElementVote(ItemAggregator):
    """Keeps every span (or relation) that at least `share` of the item's annotators marked with
    the same borders and class. `posteriors_`: share of the annotators, by place in the list.
    The default keeps two of three and two of five: people who mean the same often differ in a
    border, and more than half is seldom reached. `confidences_`: mean certainty of all that
    anybody marked, max(share, 1 - share)."""

    field: str

    def __init__(self, *, share: float = 0.4) -> None:
        self.share = share

    def check(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share must be above 0 and at most 1, not {self.share}.")

    def identity(self, element: dict[str, Any]) -> tuple[Any, ...]:
        """What makes two elements the same."""
        raise NotImplementedError

    def compatible(
        self, kept: list[Any], shares: dict[Any, float], answers: list[Value]
    ) -> list[Any]:
        """Those of the identities that may stand in one answer."""
        return kept

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        votes: dict[tuple[Any, ...], int] = {}
        for answer in answers:
            for key, element in {self.identity(each): each for each in answer[self.field]}.items():
                found.setdefault(key, element)
                votes[key] = votes.get(key, 0) + 1
        shares = {key: votes[key] / len(answers) for key in sorted(found)}
        kept = self.compatible(
            [key for key, share in shares.items() if share >= self.share], shares, answers
        )
        certainty = [max(share, 1.0 - share) for share in shares.values()]
        return (
            {"kind": self.field, self.field: [found[key] for key in kept]},
            sum(certainty) / len(certainty) if certainty else 1.0,
            {str(place): shares[key] for place, key in enumerate(kept, start=1)},
        )


class SpanVote(ElementVote):
    """Votes on spans: the same borders and the same class."""

    field = "spans"

    def identity(self, element: dict[str, Any]) -> tuple[Any, ...]:
        return element["part"], element["start"], element["end"], element["choice"]

    def compatible(
        self, kept: list[Any], shares: dict[Any, float], answers: list[Value]
    ) -> list[Any]:
        """All of them where somebody marked overlapping spans; else, of spans that overlap, the
        one with more votes, then the longer, then the first."""
        if any(_overlap(_places(answer["spans"])) for answer in answers):
            return kept
        apart: list[Any] = []
        for span in sorted(kept, key=lambda each: (-shares[each], each[1] - each[2], each)):
            if not _overlap([*apart, span]):
                apart.append(span)
        return sorted(apart)


def _places(spans: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [(span["part"], span["start"], span["end"]) for span in spans]


def _overlap(places: list[Any]) -> bool:
    """Whether any two of the spans share a character."""
    ordered = sorted(place[:3] for place in places)
    return any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(ordered))


class RelationVote(ElementVote):
    """Votes on relations: the same type between the same two spans."""

    field = "relations"

    def identity(self, element: dict[str, Any]) -> tuple[Any, ...]:
        return relation_identity(element)
