"""Pairs of answers to the same item, each pair of distinct values looked at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.agreement.values import Value, ValueTable

# Up to this many pairs all are looked at; beyond it, a seeded sample of each item's.
MOST_PAIRS = 500_000
_FEWEST_PAIRS_OF_ITEM = 10


@dataclass(frozen=True, eq=False)
class WithinPairs:
    """Rows `first` and `second` of each pair, its item, and how many pairs it stands for.

    All of shape (P,). `weight` is 1 while every pair is here; a sampled item's weights add up to
    the number of its pairs.
    """

    table: ValueTable
    first: IntArray
    second: IntArray
    items: IntArray
    weight: FloatArray

    @classmethod
    def of(cls, table: ValueTable, *, seed: int = 1, most: int = MOST_PAIRS) -> Self:
        """All pairs, or the same sample for the same table and seed."""
        counts = table.per_item * (table.per_item - 1) // 2
        sampled = int(counts.sum()) > most
        most_of_item = max(_FEWEST_PAIRS_OF_ITEM, most // max(int((counts > 0).sum()), 1))
        generator = np.random.default_rng(seed)
        parts: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
        for size in np.unique(table.per_item[table.per_item > 1]).tolist():
            items = np.flatnonzero(table.per_item == size)
            left, right = np.triu_indices(size, k=1)
            if sampled and left.size > most_of_item:
                for item in items.tolist():
                    kept = generator.choice(left.size, most_of_item, replace=False)
                    parts.append(
                        _block(table, np.array([item]), left[kept], right[kept], left.size)
                    )
            else:
                parts.append(_block(table, items, left, right, left.size))
        if not parts:
            nothing = np.empty(0, np.int64)
            return cls(table, nothing, nothing, nothing, np.empty(0))
        first, second, of, weight = (np.concatenate(each) for each in zip(*parts, strict=True))
        order = np.lexsort((second, first))
        return cls(table, first[order], second[order], of[order], weight[order])

    def evaluate(self, function: Callable[[Value, Value], tuple[float, ...]]) -> FloatArray:
        """What the symmetric function says of each pair: (P, values of the function)."""
        low, high = self._codes()
        distinct, place = np.unique(low * len(self.table.values) + high, return_inverse=True)
        values = self.table.values
        found = [
            function(values[one], values[other])
            for one, other in zip(
                *(each.tolist() for each in _split(distinct, len(values))), strict=True
            )
        ]
        if not found:
            return np.empty((0, 1))
        return np.array(found, np.float64)[place]

    def _codes(self) -> tuple[IntArray, IntArray]:
        one = self.table.codes.labels[self.first]
        other = self.table.codes.labels[self.second]
        return np.minimum(one, other), np.maximum(one, other)

    def by_item(self, amounts: FloatArray) -> FloatArray:
        """Sum over the pairs of each item: (P,) -> (n_items,)."""
        return _sums(self.items, amounts * self.weight, self.table.n_items)

    def by_row(self, amounts: FloatArray) -> FloatArray:
        """Sum over the pairs that each row is part of: (P,) -> (n,)."""
        weighted = amounts * self.weight
        n = len(self.table)
        return _sums(self.first, weighted, n) + _sums(self.second, weighted, n)


def _sums(places: IntArray, amounts: FloatArray, n: int) -> FloatArray:
    return np.bincount(places, weights=amounts, minlength=n).astype(np.float64)


def _split(keys: IntArray, base: int) -> tuple[IntArray, IntArray]:
    low, high = np.divmod(keys, max(base, 1))
    return low, high


def _block(
    table: ValueTable, items: IntArray, left: IntArray, right: IntArray, n_pairs: int
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    starts = table.starts[items][:, np.newaxis]
    return (
        (starts + left).ravel(),
        (starts + right).ravel(),
        np.repeat(items, left.size),
        np.full(items.size * left.size, n_pairs / left.size),
    )
