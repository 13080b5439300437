"""The distance that two answers have by chance, from a sample of items.

Alpha's expected distance is a mean over all pairs of answers, which grows with the square of their
number. Here it is a mean over pairs from a sample of items; exact where the sample is all there is
and has few different answers. It depends on the sample alone, not on how it came about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

# Pairs of answers that are compared, where not all can be.
MOST_COMPARED = 10_000
# Of an item so many answers are compared with those of another.
_OF_ITEM = 2


@dataclass(frozen=True, eq=False)
class AnswerSample:
    """Answers of items in the order of their marks: `starts` (I + 1,) of their rows; `raters` and
    `values` (n,) are codes below `n_raters` and `n_values`."""

    starts: IntArray
    raters: IntArray
    values: IntArray
    n_raters: int
    n_values: int

    @property
    def per_item(self) -> IntArray:
        """Answers of each item: (I,)."""
        return np.diff(self.starts)


class Totals(NamedTuple):
    """Of all items with two or more answers, in and outside the sample, each of shape (R,):
    answers; twice the distance of all pairs of an item; twice their number."""

    n: FloatArray
    within: FloatArray
    pairs: FloatArray


class ExpectedDistance(NamedTuple):
    """`whole`: by chance. `without` (n_raters,): when a rater is left out. `of_items` (I,): sum
    over an item's answers of their mean distance to others."""

    whole: float
    without: FloatArray
    of_items: FloatArray


class Partners(NamedTuple):
    """Rows `left` and `right` of pairs of answers to different items, and for how many pairs of
    answers to their two items each stands: (P,)."""

    left: IntArray
    right: IntArray
    weight: FloatArray


def expected_exactly(sample: AnswerSample, between: FloatArray) -> ExpectedDistance:
    """From all answers, with the distances (n_values, n_values) `between` them."""
    counts = np.bincount(sample.values, minlength=sample.n_values).astype(np.float64)
    item = np.repeat(np.arange(len(sample.starts) - 1), sample.per_item)
    # The last but one to leave takes the other along: one answer is no pair.
    lost = np.zeros((sample.n_raters, sample.n_values))
    np.add.at(lost, (sample.raters, sample.values), 1.0)
    for row in np.flatnonzero(sample.per_item[item] == 2).tolist():
        first = int(sample.starts[item[row]])
        mate = 2 * first + 1 - row
        lost[sample.raters[row], sample.values[mate]] += 1.0
    mean = between @ counts / max(counts.sum() - 1.0, 1.0)
    of_items = np.bincount(item, weights=mean[sample.values], minlength=len(sample.starts) - 1)
    return ExpectedDistance(
        float(_mean_distance(counts[np.newaxis], between)[0]),
        _mean_distance(counts - lost, between),
        of_items.astype(np.float64),
    )


def expected_from_pairs(
    sample: AnswerSample,
    partners: Partners,
    found: FloatArray,
    *,
    total: Totals,
    without: Totals,
) -> ExpectedDistance:
    """From the distances `found` (P,) of partners; what is within items is known. `total` (R = 1)
    and `without` (n_raters,) of all items."""
    left, right, weight = partners
    items = len(sample.starts) - 1
    item = np.repeat(np.arange(items), sample.per_item)
    apart, often = weight @ found, weight.sum()
    lost_apart, lost = (_lost(sample, item, left, right, each) for each in (found * weight, weight))
    across = _divided(np.array([apart]), np.array([often]))
    across_without = _divided(apart - lost_apart, often - lost)
    # Each answer's mean distance to the items it was compared with, for as many as its item has.
    met = np.bincount(item[left], weights=weight, minlength=items)
    met += np.bincount(item[right], weights=weight, minlength=items)
    seen = np.bincount(item[left], weights=weight * found, minlength=items)
    seen += np.bincount(item[right], weights=weight * found, minlength=items)
    return ExpectedDistance(
        float(_joined(total, across)[0]),
        _joined(without, across_without),
        sample.per_item * seen / np.maximum(met, 1.0),
    )


def _joined(total: Totals, across: FloatArray) -> FloatArray:
    """The mean of all pairs, within items and across them."""
    everything = total.n * (total.n - 1.0)
    apart = total.within + (everything - total.pairs) * across
    return _divided(apart, everything)


def _mean_distance(counts: FloatArray, between: FloatArray) -> FloatArray:
    n = counts.sum(axis=1)
    return _divided(np.einsum("rc,rc->r", counts @ between, counts), n * (n - 1.0))


def _divided(amounts: FloatArray, by: FloatArray) -> FloatArray:
    return np.divide(amounts, by, out=np.zeros(np.shape(amounts)), where=by > 0)


def partners_in(sample: AnswerSample) -> Partners:
    """Every item is compared with the next ones in the order of marks, around a ring, for as many
    turns as `MOST_COMPARED` allows: an item that comes or goes changes few of the pairs."""
    sizes = sample.per_item
    used = np.minimum(sizes, _OF_ITEM)
    items = sizes.size
    pairs: list[tuple[int, int, float]] = []
    starts, sizes_of, used_of = (each.tolist() for each in (sample.starts, sizes, used))
    for shift in range(1, items // 2 + 1):
        if pairs and len(pairs) + int((used * np.roll(used, -shift)).sum()) > MOST_COMPARED:
            break
        # Half-way around the ring every pair of items would come twice.
        for one in range(items // 2 if 2 * shift == items else items):
            other = (one + shift) % items
            share = sizes_of[one] * sizes_of[other] / (used_of[one] * used_of[other])
            pairs += [
                (mine, theirs, share)
                for mine in _rows(starts[one], sizes_of[one], shift)
                for theirs in _rows(starts[other], sizes_of[other], shift)
            ]
    table = np.array(pairs, np.float64).reshape(-1, 3)
    return Partners(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def _rows(start: int, size: int, shift: int) -> Sequence[int]:
    """Rows of an item that take part; others at every turn of the ring."""
    return [start + (shift + place) % size for place in range(min(size, _OF_ITEM))]


def _lost(
    sample: AnswerSample, item: IntArray, left: IntArray, right: IntArray, amounts: FloatArray
) -> FloatArray:
    """What goes with each rater: pairs with an answer of theirs, or of somebody who would be the
    only one left on the item. (n_raters,)"""
    rows = np.arange(item.size)
    pair_of = sample.per_item[item] == 2
    mate = np.where(pair_of, 2 * sample.starts[item] + 1 - rows, rows)
    owners = np.stack(
        [sample.raters[each] for each in (left, mate[left], right, mate[right])], axis=1
    )
    owners.sort(axis=1)
    first = np.ones(owners.shape, bool)
    first[:, 1:] = owners[:, 1:] != owners[:, :-1]
    spread = np.broadcast_to(amounts[:, np.newaxis], owners.shape)
    found = np.bincount(owners[first], weights=spread[first], minlength=sample.n_raters)
    return found.astype(np.float64)
