"""Conger's kappa: Cohen's for more than two annotators, each with class shares of their own."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, chance_corrected
from quality.agreement.percent import PercentAgreement
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.value_statistic import Prepared, SparseArray, ValueStatistic
from quality.agreement.values import ValueTable
from quality.agreement.weights import Weights, weight_matrix


@dataclass(frozen=True)
class CongerKappa(ValueStatistic):
    """Features: is the item pairable, the agreement of its pairs, and who gave which label."""

    weights: Weights | str = Weights.IDENTITY

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        codes = table.codes
        people, n_labels = codes.n_annotators, codes.n_labels
        agreement = PercentAgreement(self.weights)
        columns = codes.annotators * n_labels + codes.labels
        said = _ones(codes.items, columns, (table.n_items, people * n_labels))
        own = _ones(np.arange(len(codes)), columns, (len(codes), people * n_labels))
        before = agreement.features(codes.counts)
        left = codes.counts[codes.items]
        left[np.arange(len(codes)), codes.labels] -= 1
        change = agreement.features(left) - before[codes.items]

        def evaluate(sums: FloatArray) -> Estimates:
            observed = agreement.evaluate(sums[:, :2], n_labels).observed
            cells = sums[:, 2:].reshape(len(sums), people, n_labels)
            return chance_corrected(observed, self._expected(cells))

        return Prepared(table, _beside(before, said), _beside(change, -own), evaluate)

    def _expected(self, cells: FloatArray) -> FloatArray:
        """Chance agreement (R,) from how often each annotator gave each label (R, A, K)."""
        weights = weight_matrix(self.weights, cells.shape[2])
        labeled = cells.sum(axis=2)
        present = labeled > 0
        people = present.sum(axis=1).astype(np.float64)
        shares = cells / np.maximum(labeled, 1.0)[:, :, np.newaxis]
        mean = shares.sum(axis=1) / np.maximum(people, 1.0)[:, np.newaxis]
        # Of two *different* annotators: all pairs without those of somebody with themselves.
        together = np.einsum("rc,cd,rd->r", mean, weights, mean) * people**2
        alone = np.einsum("rac,cd,rad->r", shares, weights, shares)
        expected = np.full(len(cells), np.nan)
        pairs = people * (people - 1.0)
        np.divide(together - alone, pairs, out=expected, where=pairs > 0)
        return expected


def conger_kappa(
    table: ReliabilityTable, *, weights: Weights | str = Weights.IDENTITY
) -> Coefficient:
    """Conger's kappa (Psychological Bulletin 88, 1980), for unequal numbers of labels after Gwet
    (2014): observed is `percent_agreement`, expected the mean over pairs of different annotators
    of sum_cd w_cd p_c q_d, with each one's own class shares over all items they labeled.

    With two annotators of the same items it is Cohen's kappa.
    """
    return CongerKappa(weights).measure(ValueTable.from_codes(table))


def _ones(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> SparseArray:
    return sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=shape)


def _beside(dense: FloatArray, thin: SparseArray) -> SparseArray:
    return sparse.csr_array(sparse.hstack([sparse.csr_array(dense), thin]))
