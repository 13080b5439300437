"""Agreement of every pair of annotators."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable


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
    """Cohen's kappa and percent agreement of all pairs from one sparse product.

    With X the one-hot matrix of (annotator, label) per item, X'X counts for every pair how often
    one said c and the other d on the same item. Memory: a few arrays of n_annotators^2.
    """
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
