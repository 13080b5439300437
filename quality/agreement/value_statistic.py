"""Coefficients of answers that are more than a class, with both intervals.

Every one of them is a function of features that add up over items. So an interval over items
resamples rows of a matrix, and leaving an annotator out subtracts what that person brought.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.special import stdtrit

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.table import IntArray
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


@dataclass(frozen=True)
class TwoIntervals:
    """A coefficient with its interval over items, and the ends of the one over annotators."""

    coefficient: Coefficient
    annotator_low: float | None
    annotator_high: float | None


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
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}.")
    prepared = statistic.prepare(table, seed=seed)
    coefficient = statistic.describe(prepared)
    if coefficient.value is None:
        return TwoIntervals(coefficient, None, None)
    values = prepared.resampled(resamples, np.random.default_rng(seed))
    defined = values[~np.isnan(values)]
    if 2 * defined.size >= resamples:
        tail = (1.0 - confidence) / 2.0
        low, high = np.quantile(defined, [tail, 1.0 - tail])
        coefficient = replace(coefficient, low=float(low), high=float(high))
    present = np.bincount(table.codes.annotators, minlength=table.n_annotators) > 0
    reach = _jackknife_reach(prepared.without_each()[present], confidence)
    if reach is None or coefficient.value is None:
        return TwoIntervals(coefficient, None, None)
    return TwoIntervals(coefficient, coefficient.value - reach, coefficient.value + reach)


def _jackknife_reach(values: FloatArray, confidence: float) -> float | None:
    people = values.size
    if people < 2 or np.isnan(values).any():
        return None
    error = float(np.sqrt((people - 1) / people * ((values - values.mean()) ** 2).sum()))
    return float(stdtrit(people - 1, (1.0 + confidence) / 2.0)) * error


def only_pairable(table: ValueTable) -> tuple[FloatArray, IntArray]:
    """Answers of items with two or more (0 for others), and each row's number on its item."""
    n = np.where(table.per_item >= 2, table.per_item, 0).astype(np.float64)
    return n, table.per_item[table.codes.items]


def _float_or_none(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
