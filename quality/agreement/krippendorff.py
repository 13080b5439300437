"""Krippendorff's alpha at the nominal, ordinal, interval and ratio level."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import (
    Coefficient,
    Estimates,
    FloatArray,
    ItemStatistic,
    chance_corrected,
)
from quality.agreement.table import IntArray, ReliabilityTable


class Level(StrEnum):
    """What the distance between two labels means."""

    NOMINAL = "nominal"  # same or different
    ORDINAL = "ordinal"  # how many labels lie between them; labels in the order of their codes
    INTERVAL = "interval"  # squared difference of the values
    RATIO = "ratio"  # squared difference relative to the sum of the values


@dataclass(frozen=True)
class KrippendorffAlpha(ItemStatistic):
    """Features: the labels of pairable items and the disagreement of their pairs.

    The ordinal distance depends on how often each label is used in the sample, so that level
    keeps the whole coincidence matrix (K * K features); the others keep one sum (1 + K).
    """

    level: Level | str = Level.NOMINAL
    values: tuple[float, ...] | None = None

    def features(self, counts: IntArray) -> FloatArray:
        numbers = counts * (counts.sum(axis=1, keepdims=True) >= 2).astype(np.float64)
        # Every label of an item is paired with its m - 1 others and must count once.
        share = 1.0 / np.maximum(numbers.sum(axis=1) - 1.0, 1.0)
        if Level(self.level) is Level.ORDINAL:
            return _coincidences(numbers, share)
        distance = self._distance(counts.shape[1])
        disagreement = np.einsum("pc,pc->p", numbers @ distance, numbers) * share
        return np.column_stack([disagreement, numbers])

    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        if Level(self.level) is Level.ORDINAL:
            disagreement, expected_sum, total = _ordinal_sums(sums, n_labels)
        else:
            disagreement, totals = sums[:, 0], sums[:, 1:]
            total = totals.sum(axis=1)
            expected_sum = np.einsum("rc,rc->r", totals @ self._distance(n_labels), totals)
        observed = disagreement / np.maximum(total, 1.0)
        expected = expected_sum / np.maximum(total * (total - 1.0), 1.0)
        if Level(self.level) is Level.NOMINAL:
            return chance_corrected(1.0 - observed, 1.0 - expected)
        value = np.full(len(sums), np.nan)
        np.divide(expected - observed, expected, out=value, where=expected > 0)
        # Distances have the unit of the values here: there is no share of agreement to report.
        nothing = np.full(len(sums), np.nan)
        return Estimates(value, nothing, nothing)

    def _distance(self, n_labels: int) -> FloatArray:
        """Squared distances (K, K) of the levels whose distance does not depend on the sample."""
        if Level(self.level) is Level.NOMINAL:
            return 1.0 - np.eye(n_labels)
        values = _checked_values(self.values, n_labels, Level(self.level))
        difference = values[:, np.newaxis] - values
        if Level(self.level) is Level.INTERVAL:
            # Scaled to a range of 1: alpha does not change, and large values cannot overflow.
            spread = np.ptp(values) if n_labels else 0.0
            return (difference / (spread or 1.0)) ** 2
        both = values[:, np.newaxis] + values
        return np.divide(difference, both, out=np.zeros_like(both), where=both > 0) ** 2


def krippendorff_alpha(
    table: ReliabilityTable,
    *,
    level: Level | str = Level.NOMINAL,
    values: Sequence[float] | npt.NDArray[np.float64] | None = None,
) -> Coefficient:
    """Krippendorff's alpha = 1 - D_o / D_e (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability).

    D_o is the mean squared distance of labels within items, D_e that of labels drawn from all
    items with at least two labels; items with one label do not count. `values` (n_labels,) gives
    the number behind each label and is required at the interval and ratio level (not negative
    there). 1 is perfect, 0 is chance, below 0 is systematic disagreement. `observed` and
    `expected` (1 - D) are given at the nominal level only.
    Raises ValueError for an unknown level or missing or unsuitable values.
    """
    given = None if values is None else tuple(float(value) for value in values)
    return KrippendorffAlpha(Level(level), given).measure(table)


def _checked_values(values: tuple[float, ...] | None, n_labels: int, level: Level) -> FloatArray:
    if values is None:
        raise ValueError(f"Alpha at the {level} level needs the value of every label.")
    if len(values) != n_labels:
        raise ValueError(f"{len(values)} values were given for {n_labels} labels.")
    numbers = np.array(values, np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("The values of labels must be finite numbers.")
    if level is Level.RATIO and (numbers < 0).any():
        raise ValueError("Alpha at the ratio level needs values that are not negative.")
    return numbers


def _coincidences(numbers: FloatArray, share: FloatArray) -> FloatArray:
    """Coincidence matrices (P, K * K): pairs of labels within an item, each label counting once."""
    n_labels = numbers.shape[1]
    pairs = numbers[:, :, np.newaxis] * numbers[:, np.newaxis, :]
    diagonal = np.arange(n_labels)
    pairs[:, diagonal, diagonal] -= numbers
    return (pairs * share[:, np.newaxis, np.newaxis]).reshape(len(numbers), n_labels * n_labels)


def _ordinal_sums(sums: FloatArray, n_labels: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observed and expected sums of squared ordinal distances, and the number of labels.

    The ordinal distance of two labels is the difference of their mid-ranks in the sample.
    Ranks are scaled to [0, 1], which alpha does not see, to keep the sums well-conditioned.
    """
    coincidence = sums.reshape(len(sums), n_labels, n_labels)
    totals = coincidence.sum(axis=2)
    total = totals.sum(axis=1)
    ranks = (np.cumsum(totals, axis=1) - totals / 2) / np.maximum(total, 1.0)[:, np.newaxis]
    distance = (ranks[:, :, np.newaxis] - ranks[:, np.newaxis, :]) ** 2
    observed = np.einsum("rck,rck->r", coincidence, distance)
    expected = np.einsum("rck,rc,rk->r", distance, totals, totals)
    return observed, expected, total
