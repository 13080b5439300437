"""Percent agreement: how often two annotators of the same item agree."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, ItemStatistic
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.weights import Weights, pair_agreement, weight_matrix


@dataclass(frozen=True)
class PercentAgreement(ItemStatistic):
    """Features: is the item pairable, and the share of its pairs that agree."""

    weights: Weights | str = Weights.IDENTITY

    def features(self, counts: IntArray) -> FloatArray:
        weights = weight_matrix(self.weights, counts.shape[1])
        numbers = counts.astype(np.float64)
        pairable = (counts.sum(axis=1) >= 2).astype(np.float64)
        return np.column_stack([pairable, pair_agreement(numbers, weights)])

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        observed = np.full(len(sums), np.nan)
        np.divide(sums[:, 1], sums[:, 0], out=observed, where=sums[:, 0] > 0)
        return Estimates(observed, observed, np.full(len(sums), np.nan))


def percent_agreement(
    table: ReliabilityTable, *, weights: Weights | str = Weights.IDENTITY
) -> Coefficient:
    """Share of agreeing annotator pairs, averaged over the items with at least two labels.

    p = mean over items of sum_c n_c (n_c - 1) / (m (m - 1)), with n_c labels of class c among the
    m labels of an item (Fleiss 1971; Gwet 2014 for unequal m). In [0, 1]; not corrected for
    chance, so defined even when all labels are equal.
    """
    return PercentAgreement(weights).measure(table)
