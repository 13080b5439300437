"""Distinct count vectors of items and how often each occurs.

An item enters alpha, Fleiss' kappa and AC1 only through its label counts. With 5 classes and 3 to
5 labels an item there are 231 distinct count vectors, whatever the number of items: coefficients,
bootstrap and leave-one-out work on this histogram instead of on the items.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_MAX_KEY = 2**62
# A key range up to this size is ranked by a lookup table, which beats sorting.
_LOOKUP_RANGE = 2**21


@dataclass(frozen=True, eq=False)
class CountPatterns:
    """`counts` (P, K): the distinct vectors, in lexicographic order; `weights` (P,): items with
    each; `of_item` (n_items,): index of each item's pattern."""

    counts: npt.NDArray[np.int64]
    weights: npt.NDArray[np.int64]
    of_item: npt.NDArray[np.int64]


def count_patterns(counts: npt.NDArray[np.int64]) -> CountPatterns:
    """Group equal rows of a count table of shape (n_items, K)."""
    n_items, n_labels = counts.shape
    key = np.zeros(n_items, np.int64)
    size = 1
    for label in range(n_labels if n_items else 0):
        column = counts[:, label]
        base = int(column.max()) + 1
        if size * base > _MAX_KEY:
            # Ranks keep the order of the keys, so the final order stays lexicographic.
            key, size = _ranks(key, size)
        key = key * base + column
        size *= base
    of_item, n_patterns = _ranks(key, size)
    representative = np.zeros(n_patterns, np.int64)
    representative[of_item] = np.arange(n_items)
    return CountPatterns(
        counts=counts[representative],
        weights=np.bincount(of_item, minlength=n_patterns),
        of_item=of_item,
    )


def _ranks(key: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.int64], int]:
    """Replace keys below `size` by their dense ranks; also the number of distinct keys."""
    if size <= _LOOKUP_RANGE:
        rank_of_key = np.cumsum(np.bincount(key, minlength=size) > 0) - 1
        n_ranks = int(rank_of_key[-1]) + 1
        return rank_of_key[key], n_ranks
    distinct, ranks = np.unique(key, return_inverse=True)
    return ranks, distinct.size
