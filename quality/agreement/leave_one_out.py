"""Interval over annotators: how much does a coefficient depend on single people?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import stdtrit

from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.histogram import check_interval
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.table import IntArray, ReliabilityTable

# Feature values held in memory at once.
_CELLS = 4_000_000
# Up to this many different (annotator, pattern, label) they are counted in a table, not sorted.
_MOST_COUNTED = 16_000_000


@dataclass(frozen=True, eq=False)
class AnnotatorInfluence:
    """`coefficient`: the statistic with its interval over annotators. `without` (n_annotators,):
    the statistic without each annotator's labels, NaN where undefined then."""

    coefficient: Coefficient
    without: FloatArray

    @property
    def changes(self) -> FloatArray:
        """By how much leaving each annotator out moves the statistic: (n_annotators,), above 0
        where it agrees better without them; NaN where there is no such number."""
        value = self.coefficient.value
        return self.without - (np.nan if value is None else value)


def leave_one_annotator_out(
    table: ReliabilityTable,
    *,
    statistic: ItemStatistic | None = None,
    confidence: float = 0.95,
) -> AnnotatorInfluence:
    """The statistic (default: nominal alpha) without each annotator, in one pass.

    Interval: value -+ t * se, with the jackknife se^2 = (A - 1) / A * sum_a (v_a - mean v)^2 over
    the A annotators with labels (Efron and Tibshirani 1993, ch. 11) and Student's t with A - 1
    degrees of freedom, cut at 1. None where leaving somebody out makes the statistic undefined.
    Approximate when workloads differ much, but usually far wider, and nearer the truth, than the
    interval over items.
    """
    (found,) = influences(table, [statistic or KrippendorffAlpha()], confidence=confidence)
    return found


def influences(
    table: ReliabilityTable, statistics: Sequence[ItemStatistic], *, confidence: float = 0.95
) -> list[AnnotatorInfluence]:
    """`leave_one_annotator_out` of several statistics, reading the labels once."""
    check_interval(confidence)
    present = np.bincount(table.annotators, minlength=table.n_annotators) > 0
    met = _cases(table)
    found = []
    for statistic in statistics:
        coefficient = statistic.measure(table)
        without = _without_each(table, statistic, met)
        reach = annotator_reach(without[present], confidence)
        if coefficient.value is not None and reach is not None:
            coefficient = replace(
                coefficient,
                low=coefficient.value - reach,
                high=min(1.0, coefficient.value + reach),
            )
        found.append(AnnotatorInfluence(coefficient, without))
    return found


def annotator_reach(without: FloatArray, confidence: float) -> float | None:
    """Half the width of the jackknife interval from the values (A,) without each of A people.

    None for fewer than two people, or where leaving somebody out makes the statistic undefined.
    """
    people = without.size
    if people < 2 or np.isnan(without).any():
        return None
    error = float(np.sqrt((people - 1) / people * ((without - without.mean()) ** 2).sum()))
    return float(stdtrit(people - 1, (1.0 + confidence) / 2.0)) * error


class _Cases(NamedTuple):
    """Pattern and label (C,) of every kind of row there is, and how often (A, C) each annotator
    met it."""

    pattern: IntArray
    label: IntArray
    often: FloatArray | sparse.csc_array


def _cases(table: ReliabilityTable) -> _Cases:
    patterns = table.patterns
    n_cases = len(patterns.weights) * table.n_labels
    # Rows are sorted by item: repeating is faster than looking every item up.
    met = np.repeat(patterns.of_item * table.n_labels, table.per_item)
    met += table.labels
    if n_cases * table.n_annotators <= _MOST_COUNTED:
        met += table.annotators * n_cases
        counted = np.bincount(met, minlength=table.n_annotators * n_cases)
        often = counted.reshape(table.n_annotators, n_cases)
        cases = np.flatnonzero(often.any(axis=0))
        return _Cases(*np.divmod(cases, max(table.n_labels, 1)), often[:, cases].astype(float))
    cases, case = np.unique(met, return_inverse=True)
    thin = sparse.csr_array(
        (np.ones(len(table)), (table.annotators, case)), shape=(table.n_annotators, cases.size)
    )
    return _Cases(*np.divmod(cases, table.n_labels), thin.tocsc())


def _without_each(table: ReliabilityTable, statistic: ItemStatistic, met: _Cases) -> FloatArray:
    """The statistic without each annotator (n_annotators,).

    Taking away a label c from an item changes its features by f(counts - e_c) - f(counts), which
    depends on the item's pattern and c alone: add up how often each annotator meets each case.
    """
    patterns = table.patterns
    total = statistic.weighted_sums(patterns.counts, patterns.weights[np.newaxis])
    sums = np.repeat(total, table.n_annotators, axis=0)
    step = max(1, _CELLS // max(total.size, 1))
    for start in range(0, met.label.size, step):
        chunk = slice(start, start + step)
        before = patterns.counts[met.pattern[chunk]]
        after = before.copy()
        after[np.arange(len(after)), met.label[chunk]] -= 1
        change = statistic.features(after) - statistic.features(before)
        sums += met.often[:, chunk] @ change
    return statistic.evaluate(sums, table.n_labels).value
