"""Chance agreement on a single class of marked places.

Of two answers with nothing but this class, one of which is empty, the distance is 1, and of two
empty ones 0. How often either happens follows from sums; only how far two answers are apart that
both have the class is taken from the sample of items.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from quality.agreement.distance import DistanceAlpha
from quality.agreement.values import Value
from quality.kinds import KIND_QUALITY, classes_in
from quality.models import CoefficientName
from quality.queries.live.values_amounts import CLASS
from quality.queries.live.values_ledger import texts_of
from quality.queries.live.values_sample import Sample
from quality.queries.live.values_sums import SliceSums

# Classes that are given most often; of others only what needs no sample is shown.
MOST_CLASSES = 20
# Up to so many different answers with a class all are compared, and of more so many pairs.
_MOST_EXACT = 60
_MOST_COMPARED = 1_000


def apart_of_classes(kind_name: str, sums: SliceSums, sample: Sample) -> dict[str, float]:
    """Mean distance of two answers that both have a class, by the key of the class."""
    kind = KIND_QUALITY[kind_name]
    alpha = kind.by_class.get(CoefficientName.ALPHA)
    if not kind.marks_places or not isinstance(alpha, DistanceAlpha):
        return {}
    texts = texts_of(set(sample.labels))
    value_of: dict[str, Value] = {
        name: json.loads(texts[label])
        for name, label in zip(sample.names, sample.labels, strict=True)
    }
    found = {}
    is_all = sample.items.size == sums.whole.get("items", 0)
    for key in _frequent(sums):
        has = {name for name, value in value_of.items() if key in classes_in(kind, value)}
        rows = [row for row, name in enumerate(sample.names) if name in has]
        only = {name: _only(value_of[name], kind.elements, key) for name in has}
        found[key] = _apart(sample, rows, only, alpha.distance, is_all=is_all)
    return found


def _frequent(sums: SliceSums) -> list[str]:
    given = [
        (-amount, name[len(CLASS) :])
        for name, amount in sums.whole.items()
        if name.startswith(CLASS) and amount > 0
    ]
    return [key for _often, key in sorted(given)[:MOST_CLASSES]]


def _only(value: Value, elements: str, key: str) -> Value:
    return {**value, elements: [each for each in value[elements] if each["choice"] == key]}


def _apart(
    sample: Sample,
    rows: Sequence[int],
    only: Mapping[str, Value],
    distance: Callable[[Value, Value], float],
    *,
    is_all: bool,
) -> float:
    """1 where there are no two answers to compare."""
    different = {json.dumps(value, sort_keys=True): value for value in only.values()}
    if is_all and len(different) <= _MOST_EXACT:
        text_of = {name: json.dumps(value, sort_keys=True) for name, value in only.items()}
        counts = dict.fromkeys(different, 0)
        for row in rows:
            counts[text_of[sample.names[row]]] += 1
        n = len(rows)
        apart = sum(
            2 * counts[one] * counts[other] * distance(different[one], different[other])
            for one, other in combinations(sorted(different), 2)
        )
        return float(apart / (n * (n - 1))) if n > 1 else 1.0
    item_of = np.repeat(np.arange(len(sample.per_item)), sample.per_item).tolist()
    pairs: list[tuple[int, int]] = []
    for shift in range(1, len(rows)):
        if len(pairs) >= _MOST_COMPARED:
            break
        met = zip(rows, [*rows[shift:], *rows[:shift]], strict=True)
        pairs += [(one, other) for one, other in met if item_of[one] != item_of[other]]
    found = [
        distance(only[sample.names[one]], only[sample.names[other]])
        for one, other in pairs[:_MOST_COMPARED]
    ]
    return float(np.mean(found)) if found else 1.0
