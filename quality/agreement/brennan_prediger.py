"""Brennan and Prediger's kappa: chance is every class alike."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import (
    Coefficient,
    Estimates,
    FloatArray,
    ItemStatistic,
    chance_corrected,
)
from quality.agreement.percent import PercentAgreement
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.weights import Weights, weight_matrix


@dataclass(frozen=True)
class BrennanPrediger(ItemStatistic):
    """Chance agreement: two labels drawn from all labels of the scale alike."""

    weights: Weights | str = Weights.IDENTITY

    def features(self, counts: IntArray) -> FloatArray:
        return PercentAgreement(self.weights).features(counts)

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        observed = PercentAgreement(self.weights).evaluate(sums, n_labels).observed
        expected = 1.0
        if n_labels > 1:
            expected = float(weight_matrix(self.weights, n_labels).sum()) / n_labels**2
        return chance_corrected(observed, np.full(len(sums), expected))


def brennan_prediger(
    table: ReliabilityTable, *, weights: Weights | str = Weights.IDENTITY
) -> Coefficient:
    """Brennan and Prediger's kappa (1981), generalised to weights and unequal numbers of labels
    (Gwet 2014): observed is `percent_agreement`, expected is sum_cd w_cd / K^2.

    Undefined only for a scale of one label.
    """
    return BrennanPrediger(weights).measure(table)
