"""Mean absolute difference of numbers from counts of a few distinct ones."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import Estimates, FloatArray, ItemStatistic
from quality.agreement.table import IntArray


@dataclass(frozen=True)
class MeanDifference(ItemStatistic):
    """|x - y| over the pairs of an item, then over items: `PairMean` of `absolute_difference`.

    `numbers` (K,): the number behind each label code. Features: the mean over the pairs of the
    item, and whether it has any. In the unit of the numbers; undefined without a pair.
    """

    numbers: tuple[float, ...]

    def features(self, counts: IntArray) -> FloatArray:
        often = counts.astype(np.float64)
        n = often.sum(axis=1)
        apart = np.einsum("pc,pc->p", often @ differences(self.numbers), often)
        pairs = n * (n - 1.0)
        mean = np.zeros(len(often))
        np.divide(apart, pairs, out=mean, where=pairs > 0)
        return np.column_stack([mean, pairs > 0]).astype(np.float64)

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        value = np.full(len(sums), np.nan)
        np.divide(sums[:, 0], sums[:, 1], out=value, where=sums[:, 1] > 0)
        return Estimates(value, value, np.full(len(sums), np.nan))


def differences(numbers: tuple[float, ...]) -> FloatArray:
    """|x - y| of every two numbers: (K, K)."""
    values = np.array(numbers, np.float64)
    apart: FloatArray = np.abs(values[:, np.newaxis] - values)
    return apart
