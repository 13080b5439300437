"""What speaks for an answer, part by part: the soft label of methods that pick or order answers."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from quality.agreement.boxes import HALF, iou, nearness, temporal_iou
from quality.agreement.polygons import iou_of_polygons
from quality.agreement.spans import overlap, relation_identity
from quality.agreement.values import Value

Element = dict[str, Any]
Chances = dict[str, float]


def support(decided: Value | None, answers: Sequence[Value], weights: Sequence[float]) -> Chances:
    """Shares of the weight of one item's answers, by what is in them; in [0, 1].

    Of single answers (ratings, verdicts on pairs) by answer; of several choices by class; of soft
    choices the mean share of each class; of rankings by pair of entries, in the decided order; of
    marked places by place in the decided list: who marked the same class there. Nothing for
    numbers and texts, which have no parts. Weights that are all 0 count the same.
    """
    if not answers:
        return {}
    kind = str(answers[0]["kind"])
    total = float(sum(sorted(weights)))
    shares = [each / total if total > 0 else 1.0 / len(answers) for each in weights]
    if kind in _BY_KIND:
        return _added(_BY_KIND[kind], answers, shares)
    if decided is None or kind in ("number", "text"):
        return {}
    if kind == "ranking":
        return of_order(decided["order"], [answer["order"] for answer in answers], shares)
    return {
        str(place): _weight_of([_has(kind, element, answer) for answer in answers], shares)
        for place, element in enumerate(decided[kind], start=1)
    }


def of_order(
    order: Sequence[str], orders: Sequence[Sequence[str]], shares: Sequence[float]
) -> Chances:
    """For every pair of entries in the decided order, "first > later": the share that says so."""
    return {
        f"{first} > {later}": _weight_of(
            [
                float(
                    first in each and (later not in each or each.index(first) < each.index(later))
                )
                for each in orders
            ],
            shares,
        )
        for first, later in combinations(order, 2)
    }


def _weight_of(found: Sequence[float], shares: Sequence[float]) -> float:
    products = sorted(one * share for one, share in zip(found, shares, strict=True))
    return min(1.0, sum(products))


def _added(
    parts: Callable[[Value], Mapping[str, float]], answers: Sequence[Value], shares: Sequence[float]
) -> Chances:
    of_answers = [parts(answer) for answer in answers]
    keys = sorted({key for each in of_answers for key in each})
    return {key: _weight_of([each.get(key, 0.0) for each in of_answers], shares) for key in keys}


_BY_KIND: dict[str, Callable[[Value], Mapping[str, float]]] = {
    "rating": lambda value: {f"{value['number']:g}": 1.0},
    "pairwise": lambda value: {value["winner"]: 1.0},
    "choices": lambda value: dict.fromkeys(value["choices"], 1.0),
    "soft_choice": lambda value: value["shares"],
}


def _span_iou(one: Element, other: Element) -> float:
    common = overlap(one, other)
    return common / (one["end"] - one["start"] + other["end"] - other["start"] - common)


def _same_relation(one: Element, other: Element) -> float:
    return float(relation_identity(one) == relation_identity(other))


_SCORES: dict[str, Callable[[Element, Element], float]] = {
    "boxes": iou,
    "points": nearness,
    "segments": temporal_iou,
    "polygons": iou_of_polygons,
    "spans": _span_iou,
    "relations": _same_relation,
}


def _has(kind: str, element: Element, answer: Value) -> float:
    """1 where the answer has this class at half of this place or more, else 0."""
    score = _SCORES[kind]
    return float(
        any(
            other["choice"] == element["choice"]
            and other.get("part") == element.get("part")
            and score(element, other) >= HALF
            for other in answer[kind]
        )
    )
