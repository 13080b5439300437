"""Agreement of every pair of annotators."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable

# Up to this many pairs of codes (annotator, label) are counted in a table.
_MOST_COUNTED = 16_000_000
# Pairs of labels held in memory at once.
_CHUNK = 4_000_000


class PairAgreement(NamedTuple):
    """Two annotators (codes), their common items, and how well they agree on them."""

    first: int
    second: int
    n: int
    percent: float
    kappa: float | None


@dataclass(frozen=True, eq=False)
class PairMatrix:
    """Agreement of all pairs, each array of shape (n_annotators, n_annotators), symmetric.

    `n`: items both labeled (on the diagonal: items the annotator labeled). `percent`: share of
    them with the same label. `kappa`: Cohen's kappa. `percent` and `kappa` are NaN on the
    diagonal and for pairs without a common item; `kappa` also where both used one and the same
    label throughout.
    """

    n: IntArray
    percent: FloatArray
    kappa: FloatArray

    def overlapping(self) -> Iterator[PairAgreement]:
        """The pairs with common items, first < second, in the order of their codes."""
        firsts, seconds = np.nonzero(np.triu(self.n, k=1))
        for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
            kappa = float(self.kappa[first, second])
            yield PairAgreement(
                first=first,
                second=second,
                n=int(self.n[first, second]),
                percent=float(self.percent[first, second]),
                kappa=None if np.isnan(kappa) else kappa,
            )


def pairwise_cohen_kappa(table: ReliabilityTable) -> PairMatrix:
    """Cohen's kappa and percent agreement of all pairs.

    Up to 4000 codes (annotator, label), every pair of labels on an item is counted in one table
    of codes by codes; beyond that, in a sparse product X'X of the one-hot matrix X, which keeps
    only the pairs of codes that meet. Memory: 130 MB at most, and a few arrays of n_annotators^2.
    """
    if (table.n_annotators * table.n_labels) ** 2 <= _MOST_COUNTED:
        return _from_counts(table)
    return _from_product(table)


def _from_counts(table: ReliabilityTable) -> PairMatrix:
    people, n_labels = table.n_annotators, table.n_labels
    counted = _counted_pairs(table).reshape(people, n_labels, people, n_labels)
    # Rows are sorted, so only cells with first < second are filled; whole numbers, exact as floats.
    n = counted.sum(axis=(1, 3)).astype(np.float64)
    agreeing = np.einsum("acbc->ab", counted).astype(np.float64)
    first_said = counted.sum(axis=3).astype(np.float64)
    second_said = counted.sum(axis=1).astype(np.float64)
    chance = np.einsum("acb,abc->ab", first_said, second_said)
    own = np.bincount(table.annotators, minlength=people)
    return _pair_matrix(n + n.T + np.diag(own), agreeing + agreeing.T, chance + chance.T)


def _counted_pairs(table: ReliabilityTable) -> IntArray:
    """How often the codes (annotator * K + label) c and d are on the same item, c's annotator
    before d's: (A * K, A * K) as one flat array."""
    n_codes = table.n_annotators * table.n_labels
    codes = table.annotators * table.n_labels + table.labels
    per_item = np.bincount(table.items, minlength=table.n_items)
    starts = np.concatenate([[0], np.cumsum(per_item)])[:-1]
    counted = np.zeros(n_codes * n_codes, np.int64)
    for size in np.unique(per_item[per_item > 1]).tolist():
        first_rows = starts[per_item == size]
        step = max(1, _CHUNK // (size * size))
        left, right = np.triu_indices(size, k=1)
        for start in range(0, first_rows.size, step):
            # Labels (size, items): contiguous per place, which is what is paired below.
            block = codes[first_rows[start : start + step] + np.arange(size)[:, np.newaxis]]
            met = (block * n_codes)[left] + block[right]
            counted += np.bincount(met.ravel(), minlength=counted.size)
    return counted


def _from_product(table: ReliabilityTable) -> PairMatrix:
    people, n_labels = table.n_annotators, table.n_labels
    said_by, said = _label_pairs(table)
    first, first_label = np.divmod(said_by.first, n_labels)
    second, second_label = np.divmod(said_by.second, n_labels)
    cell = first * people + second
    n = _matrix(cell, said, people)
    same = first_label == second_label
    agreeing = _matrix(cell[same], said[same], people)
    chance = np.zeros((people, people))
    for label in range(n_labels):
        mine = first_label == label
        # How often `first` said the label on the items that `second` labeled too.
        margin = _matrix(cell[mine], said[mine], people)
        chance += margin * margin.T
    return _pair_matrix(n, agreeing, chance)


class _Codes(NamedTuple):
    first: IntArray
    second: IntArray


def _label_pairs(table: ReliabilityTable) -> tuple[_Codes, FloatArray]:
    """Non-zero cells of X'X: codes (annotator * K + label) of row and column, and the count."""
    n_codes = table.n_annotators * table.n_labels
    codes = table.annotators * table.n_labels + table.labels
    starts = np.concatenate([[0], np.cumsum(np.bincount(table.items, minlength=table.n_items))])
    one_hot = sparse.csr_array((np.ones(len(table)), codes, starts), shape=(table.n_items, n_codes))
    product = (one_hot.T @ one_hot).tocoo()
    rows, columns = product.coords
    return _Codes(rows.astype(np.int64), columns.astype(np.int64)), product.data


def _matrix(cell: IntArray, said: FloatArray, people: int) -> FloatArray:
    flat = np.bincount(cell, weights=said, minlength=people * people)
    return flat.reshape(people, people).astype(np.float64, copy=False)


def _pair_matrix(n: FloatArray, agreeing: FloatArray, chance: FloatArray) -> PairMatrix:
    shared = n > 0
    np.fill_diagonal(shared, val=False)
    percent = np.full(n.shape, np.nan)
    np.divide(agreeing, n, out=percent, where=shared)
    # kappa = (n * agreeing - chance) / (n^2 - chance): whole numbers, so 0 / 0 is seen exactly.
    room = n * n - chance
    kappa = np.full(n.shape, np.nan)
    np.divide(n * agreeing - chance, room, out=kappa, where=shared & (room > 0))
    return PairMatrix(n=n.astype(np.int64), percent=percent, kappa=kappa)
