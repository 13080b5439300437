"""What a coefficient returns, and the shape that coefficients over item counts share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quality.agreement.table import Basis, IntArray, ReliabilityTable

FloatArray = npt.NDArray[np.float64]

# Feature values held in memory at once.
_CELLS = 4_000_000
# Where 1 - expected is below this, only rounding keeps it from 0.
_NO_ROOM = 1e-12


class Undefined(StrEnum):
    """Why a coefficient has no value."""

    FEWER_THAN_TWO_ANNOTATORS = "fewer_than_two_annotators"
    NO_ITEM_WITH_TWO_LABELS = "no_item_with_two_labels"
    ONLY_ONE_CATEGORY = "only_one_category"
    NOTHING_MARKED = "nothing_marked"
    CANNOT_SEPARATE = "cannot_separate"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_FEW_ANNOTATORS = "too_few_annotators"

    @property
    def message(self) -> str:
        """The reason as a sentence."""
        return _MESSAGES[self]


_MESSAGES = {
    Undefined.FEWER_THAN_TWO_ANNOTATORS: "Fewer than two annotators have labeled.",
    Undefined.NO_ITEM_WITH_TWO_LABELS: "No item has labels from two annotators.",
    Undefined.ONLY_ONE_CATEGORY: (
        "All labels are in one category, so chance agreement cannot be told from real agreement."
    ),
    Undefined.NOTHING_MARKED: "Nobody has marked anything on an item that two people labeled.",
    Undefined.CANNOT_SEPARATE: (
        "Too few answers to tell differences between items, between people and chance apart."
    ),
    Undefined.TOO_FEW_ITEMS: "Fewer than 30 items have labels from two annotators.",
    Undefined.TOO_FEW_ANNOTATORS: "Fewer than three annotators have labeled the same items.",
}


@dataclass(frozen=True)
class Coefficient:
    """An agreement coefficient with its interval, or the reason why it is undefined.

    `n_items` counts the items with at least two labels, `n_labels` the labels on them and
    `n_annotators` the people who gave those labels. `low` and `high` are None when no interval
    was asked for or none can be given. `value` is (observed - expected) / (1 - expected);
    `observed` and `expected` are the agreement seen and the agreement due to chance.
    """

    value: float | None
    low: float | None
    high: float | None
    n_items: int
    n_annotators: int
    n_labels: int
    undefined: Undefined | None
    observed: float | None = None
    expected: float | None = None


class Estimates(NamedTuple):
    """Agreement of R samples of items, each of shape (R,); `value` is NaN where undefined."""

    value: FloatArray
    observed: FloatArray
    expected: FloatArray


class ItemStatistic(ABC):
    """A coefficient that is a function of features summed over items.

    The features of an item depend on its label counts alone. That is what lets `bootstrap` and
    `leave_one_out` recompute it a thousand times from the histogram of count patterns.
    """

    @abstractmethod
    def features(self, counts: IntArray) -> FloatArray:
        """Features (P, F) of items with the given label counts (P, K)."""

    @abstractmethod
    def evaluate(self, sums: FloatArray, n_labels: int) -> Estimates:
        """The coefficient of R samples from their feature sums (R, F); `n_labels` is K."""

    def measure(self, table: ReliabilityTable) -> Coefficient:
        """The coefficient of a table, without an interval."""
        patterns = table.patterns
        sums = self.weighted_sums(patterns.counts, patterns.weights[np.newaxis])
        return described(self.evaluate(sums, table.n_labels), table.basis)

    def weighted_sums(self, counts: IntArray, often: IntArray) -> FloatArray:
        """Feature sums (R, F) of R samples that have each pattern as often as (R, P) says."""
        # In chunks of patterns: an item has up to K^2 features, too many to hold for long scales.
        step = max(1, _CELLS // max(counts.shape[1], 1) ** 2)
        # As floats, which multiply far faster and are exact for whole numbers below 2**53.
        weights = often.astype(np.float64)
        sums: FloatArray = weights[:, :step] @ self.features(counts[:step])
        for start in range(step, len(counts), step):
            chunk = slice(start, start + step)
            sums += weights[:, chunk] @ self.features(counts[chunk])
        return sums


def chance_corrected(observed: FloatArray, expected: FloatArray) -> Estimates:
    """(observed - expected) / (1 - expected), NaN where chance explains everything."""
    room = 1.0 - expected
    value = np.full(observed.shape, np.nan)
    np.divide(observed - expected, room, out=value, where=room > _NO_ROOM)
    return Estimates(value, observed, expected)


def described(estimates: Estimates, basis: Basis) -> Coefficient:
    """Turn the estimate of a whole table (R = 1) into a result with its reason and counts."""
    undefined = None
    if basis.n_people < 2:
        undefined = Undefined.FEWER_THAN_TWO_ANNOTATORS
    elif basis.n_items == 0:
        undefined = Undefined.NO_ITEM_WITH_TWO_LABELS
    elif np.isnan(estimates.value[0]):
        undefined = Undefined.ONLY_ONE_CATEGORY
    return Coefficient(
        value=None if undefined else float(estimates.value[0]),
        low=None,
        high=None,
        n_items=basis.n_items,
        n_annotators=basis.n_annotators,
        n_labels=basis.n_labels,
        undefined=undefined,
        observed=_float_or_none(estimates.observed[0]) if basis.n_items else None,
        expected=_float_or_none(estimates.expected[0]) if basis.n_items else None,
    )


def _float_or_none(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
