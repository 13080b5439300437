"""Agreement on numbers: alpha at the interval level and mean absolute difference."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray
from quality.agreement.value_statistic import Prepared, ValueStatistic
from quality.agreement.values import Value, ValueTable


@dataclass(frozen=True)
class IntervalAlpha(ValueStatistic):
    """Alpha at the interval level from sums of numbers and squares: any number of distinct values.

    Features: answers, their disagreement, sum and sum of squares of the numbers.
    """

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        numbers = numbers_of(table)[table.codes.labels]
        # Alpha does not change, and the sums stay well-conditioned.
        numbers = (numbers - numbers.mean()) / (np.ptp(numbers) or 1.0) if numbers.size else numbers
        items = table.codes.items
        ones, squares = np.ones(len(table)), numbers**2
        columns = [
            np.bincount(items, weights=each, minlength=table.n_items)
            for each in (ones, numbers, squares)
        ]
        total = np.column_stack(columns).astype(np.float64)
        before = _item_features(total)
        after = _item_features(total[items] - np.column_stack([ones, numbers, squares]))
        return Prepared(table, before, after - before[items], interval_alpha_of)


def interval_alpha(table: ValueTable) -> Coefficient:
    """Krippendorff's alpha with squared differences of numbers; see `krippendorff_alpha`."""
    return IntervalAlpha().measure(table)


def numbers_of(table: ValueTable) -> FloatArray:
    """The number of every distinct value: shape (number of values,)."""
    return np.array([float(value["number"]) for value in table.values], np.float64)


def absolute_difference(one: Value, other: Value) -> float:
    """|x - y| in the unit of the numbers."""
    return abs(float(one["number"]) - float(other["number"]))


def scaled_difference(one: Value, other: Value, *, least: float, most: float) -> float:
    """|x - y| as a share of the scale, in [0, 1]."""
    span = most - least
    return min(1.0, absolute_difference(one, other) / span) if span > 0 else 0.0


def _item_features(total: FloatArray) -> FloatArray:
    """[n, sum of squared differences / (n - 1), sum, sum of squares] where n >= 2, else zeros.

    Over ordered pairs the squared differences add up to 2 (n sum x^2 - (sum x)^2).
    """
    n, sums, squares = total.T
    apart = np.maximum(2.0 * (n * squares - sums**2), 0.0) / np.maximum(n - 1.0, 1.0)
    pairable = (n >= 2)[:, np.newaxis]
    return np.where(pairable, np.column_stack([n, apart, sums, squares]), 0.0)


def interval_alpha_of(features: FloatArray) -> Estimates:
    """Alpha of R samples from answers, their disagreement, sums and sums of squares (R, 4)."""
    n, apart, sums, squares = features.T
    observed = apart / np.maximum(n, 1.0)
    spread = np.maximum(2.0 * (n * squares - sums**2), 0.0)
    expected = spread / np.maximum(n * (n - 1.0), 1.0)
    value = np.full(len(features), np.nan)
    np.divide(expected - observed, expected, out=value, where=expected > 1e-15)
    # Distances have the unit of the numbers here: there is no share of agreement to report.
    nothing = np.full(len(features), np.nan)
    return Estimates(value, nothing, nothing)
