"""Interval over annotators: how much does a coefficient depend on single people?"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.special import stdtrit

from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.table import ReliabilityTable

# Feature values held in memory at once.
_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class AnnotatorInfluence:
    """`coefficient`: the statistic with its interval over annotators. `without` (n_annotators,):
    the statistic without each annotator's labels, NaN where undefined then."""

    coefficient: Coefficient
    without: FloatArray


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
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    chosen = statistic or KrippendorffAlpha()
    coefficient = chosen.measure(table)
    without = _without_each(table, chosen)
    present = np.bincount(table.annotators, minlength=table.n_annotators) > 0
    values = without[present]
    if coefficient.value is None or np.isnan(values).any():
        return AnnotatorInfluence(coefficient, without)
    people = values.size
    error = float(np.sqrt((people - 1) / people * ((values - values.mean()) ** 2).sum()))
    reach = float(stdtrit(people - 1, (1.0 + confidence) / 2.0)) * error
    interval = replace(
        coefficient,
        low=coefficient.value - reach,
        high=min(1.0, coefficient.value + reach),
    )
    return AnnotatorInfluence(interval, without)


def _without_each(table: ReliabilityTable, statistic: ItemStatistic) -> FloatArray:
    """The statistic without each annotator (n_annotators,).

    Taking away a label c from an item changes its features by f(counts - e_c) - f(counts), which
    depends on the item's pattern and c alone: add up how often each annotator meets each case.
    """
    patterns = table.patterns
    total = statistic.weighted_sums(patterns.counts, patterns.weights[np.newaxis])
    met = patterns.of_item[table.items] * table.n_labels + table.labels
    cases, case = np.unique(met, return_inverse=True)
    often = sparse.csr_array(
        (np.ones(len(table)), (table.annotators, case)), shape=(table.n_annotators, cases.size)
    ).tocsc()
    sums = np.repeat(total, table.n_annotators, axis=0)
    step = max(1, _CELLS // max(total.size, 1))
    for start in range(0, cases.size, step):
        chunk = slice(start, start + step)
        pattern, label = np.divmod(cases[chunk], table.n_labels)
        before = patterns.counts[pattern]
        after = before.copy()
        after[np.arange(label.size), label] -= 1
        change = statistic.features(after) - statistic.features(before)
        sums += often[:, chunk] @ change
    return statistic.evaluate(sums, table.n_labels).value
