"""Gwet's AC1 (AC2 with weights): a coefficient that stays stable when one class dominates."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import (
    Coefficient,
    Estimates,
    FloatArray,
    ItemStatistic,
    chance_corrected,
)
from quality.agreement.fleiss import observed_and_shares, share_features
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.weights import Weights, weight_matrix


@dataclass(frozen=True)
class GwetAC1(ItemStatistic):
    """Chance agreement: only labels given at random can agree by chance."""

    weights: Weights | str = Weights.IDENTITY

    def features(self, counts: IntArray) -> FloatArray:
        return share_features(counts, weight_matrix(self.weights, counts.shape[1]))

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        observed, shares = observed_and_shares(sums)
        if n_labels < 2:
            return chance_corrected(observed, np.ones(len(sums)))
        credit = weight_matrix(self.weights, n_labels).sum()
        spread = (shares * (1.0 - shares)).sum(axis=1)
        return chance_corrected(observed, credit * spread / (n_labels * (n_labels - 1)))


def gwet_ac1(table: ReliabilityTable, *, weights: Weights | str = Weights.IDENTITY) -> Coefficient:
    """Gwet's AC1; with linear or quadratic `weights`, AC2 (Gwet 2014, ch. 4 and 5).

    Expected agreement is sum_c p_c (1 - p_c) / (K - 1), with p_c as in `fleiss_kappa` and K the
    number of labels of the scale (`table.n_labels`, used or not). Undefined only for K < 2:
    where every label is the same of several possible ones, AC1 is 1.
    """
    return GwetAC1(weights).measure(table)


def gwet_ac2(table: ReliabilityTable, *, weights: Weights | str = Weights.QUADRATIC) -> Coefficient:
    """Gwet's AC2: `gwet_ac1` of ordered labels, with credit for near misses."""
    return GwetAC1(weights).measure(table)
