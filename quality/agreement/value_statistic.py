"""Coefficients of answers that are more than a class, with both intervals.

Every one of them is a function of features that add up over items. So an interval over items
resamples rows of a matrix, and leaving an annotator out subtracts what that person brought.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.histogram import check_interval, with_percentiles
from quality.agreement.leave_one_out import annotator_reach
from quality.agreement.table import IntArray
from quality.agreement.two_intervals import TwoIntervals
from quality.agreement.values import ValueTable

SparseArray = sparse.csr_array[np.float64]
Features = FloatArray | SparseArray
# Drawn items held in memory at once.
_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Prepared:
    """A statistic of one table, ready to be computed for any sample of its items.

    `features` (n_items, F) add up over items. `changes` (n, F): what the features of its item
    change by when a row is taken away. `evaluate`: the coefficient from feature sums (R, F).
    """

    table: ValueTable
    features: Features
    changes: Features
    evaluate: Callable[[FloatArray], Estimates]

    def total(self) -> Estimates:
        """The coefficient of the whole table (R = 1)."""
        return self.evaluate(np.asarray(self.features.sum(axis=0)).reshape(1, -1))

    def resampled(self, resamples: int, generator: np.random.Generator) -> FloatArray:
        """Values (R,) of samples of the labeled items, drawn with replacement."""
        labeled = np.flatnonzero(self.table.per_item)
        step = max(1, _CELLS // max(labeled.size, 1))
        found = []
        for start in range(0, resamples, step):
            size = min(step, resamples - start)
            drawn = generator.integers(0, labeled.size, (size, labeled.size))
            drawn += np.arange(size)[:, np.newaxis] * labeled.size
            often = np.bincount(drawn.ravel(), minlength=size * labeled.size)
            weights = often.reshape(size, labeled.size).astype(np.float64)
            found.append(self.evaluate(np.asarray(weights @ self.features[labeled])).value)
        return np.concatenate(found)

    def without_each(self) -> FloatArray:
        """The value without each annotator: (n_annotators,)."""
        codes = self.table.codes
        by_annotator = sparse.csr_array(
            (np.ones(len(codes)), (codes.annotators, np.arange(len(codes)))),
            shape=(codes.n_annotators, len(codes)),
        )
        change = by_annotator @ self.changes
        change = change.toarray() if sparse.issparse(change) else np.asarray(change)
        total = np.asarray(self.features.sum(axis=0)).reshape(1, -1)
        return self.evaluate(total + change).value


class ValueStatistic(ABC):
    """A coefficient of answers; `undefined` says why it can have no value when pairs are there."""

    undefined = Undefined.ONLY_ONE_CATEGORY

    @abstractmethod
    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        """Features of every item, and how they change without each row."""

    def measure(self, table: ValueTable, *, seed: int = 1) -> Coefficient:
        """The coefficient without an interval."""
        return self.describe(self.prepare(table, seed=seed))

    def describe(self, prepared: Prepared) -> Coefficient:
        """The coefficient of a prepared table, or the reason why there is none."""
        table, estimates = prepared.table, prepared.total()
        pairable = table.per_item >= 2
        n_items = int(pairable.sum())
        undefined = None
        if np.unique(table.codes.annotators).size < 2:
            undefined = Undefined.FEWER_THAN_TWO_ANNOTATORS
        elif n_items == 0:
            undefined = Undefined.NO_ITEM_WITH_TWO_LABELS
        elif np.isnan(estimates.value[0]):
            undefined = self.undefined
        entered = pairable[table.codes.items]
        return Coefficient(
            value=None if undefined else float(estimates.value[0]),
            low=None,
            high=None,
            n_items=n_items,
            n_annotators=int(np.unique(table.codes.annotators[entered]).size),
            n_labels=int(table.per_item[pairable].sum()),
            undefined=undefined,
            observed=_float_or_none(estimates.observed[0]) if n_items else None,
            expected=_float_or_none(estimates.expected[0]) if n_items else None,
        )


def with_intervals(
    statistic: ValueStatistic,
    table: ValueTable,
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int,
) -> TwoIntervals:
    """Percentile bootstrap over items, and the jackknife over annotators with Student's t.

    The same definitions as `bootstrap_interval` and `leave_one_annotator_out`, for any values.
    """
    check_interval(confidence, resamples)
    prepared = statistic.prepare(table, seed=seed)
    coefficient = statistic.describe(prepared)
    without = prepared.without_each()
    if coefficient.value is None:
        return TwoIntervals(coefficient, None, None, without)
    values = prepared.resampled(resamples, np.random.default_rng(seed))
    value, coefficient = coefficient.value, with_percentiles(coefficient, values, confidence)
    present = np.bincount(table.codes.annotators, minlength=table.n_annotators) > 0
    reach = annotator_reach(without[present], confidence)
    if reach is None:
        return TwoIntervals(coefficient, None, None, without)
    return TwoIntervals(coefficient, value - reach, value + reach, without)


def only_pairable(table: ValueTable) -> tuple[FloatArray, IntArray]:
    """Answers of items with two or more (0 for others), and each row's number on its item."""
    n = np.where(table.per_item >= 2, table.per_item, 0).astype(np.float64)
    return n, table.per_item[table.codes.items]


def _float_or_none(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
