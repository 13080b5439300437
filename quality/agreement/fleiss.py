"""Fleiss' kappa: agreement beyond chance of any number of annotators."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import (
    Coefficient,
    Estimates,
    FloatArray,
    ItemStatistic,
    chance_corrected,
)
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.weights import Weights, pair_agreement, weight_matrix


def share_features(counts: IntArray, weights: FloatArray) -> FloatArray:
    """Features (P, 3 + K): pairable, agreement of its pairs, labeled, share of each class."""
    numbers = counts.astype(np.float64)
    per_item = numbers.sum(axis=1)
    shares = np.zeros_like(numbers)
    np.divide(numbers, per_item[:, np.newaxis], out=shares, where=per_item[:, np.newaxis] > 0)
    return np.column_stack(
        [per_item >= 2, pair_agreement(numbers, weights), per_item >= 1, shares]
    ).astype(np.float64)


def observed_and_shares(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Observed agreement (R,) and mean class shares (R, K) from sums of `share_features`."""
    observed = np.full(len(sums), np.nan)
    np.divide(sums[:, 1], sums[:, 0], out=observed, where=sums[:, 0] > 0)
    shares = sums[:, 3:] / np.maximum(sums[:, 2:3], 1.0)
    return observed, shares


@dataclass(frozen=True)
class FleissKappa(ItemStatistic):
    """Chance agreement: two labels drawn from the mean class shares of the items."""

    weights: Weights | str = Weights.IDENTITY

    def features(self, counts: IntArray) -> FloatArray:
        return share_features(counts, weight_matrix(self.weights, counts.shape[1]))

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        observed, shares = observed_and_shares(sums)
        weights = weight_matrix(self.weights, n_labels)
        expected = np.einsum("rc,rc->r", shares @ weights, shares)
        return chance_corrected(observed, expected)


def fleiss_kappa(
    table: ReliabilityTable, *, weights: Weights | str = Weights.IDENTITY
) -> Coefficient:
    """Fleiss' kappa (Fleiss 1971), generalised to unequal numbers of labels (Gwet 2014).

    Observed agreement is `percent_agreement`; expected agreement is sum_c p_c^2, with p_c the
    mean over all labeled items of the share of class c. Items with a single label count towards
    p_c only. With two annotators it is Scott's pi. Linear or quadratic `weights` give credit for
    near misses between ordered labels.
    """
    return FleissKappa(weights).measure(table)
