"""Interval over items: how much would a coefficient change with other items of the same kind?"""

from dataclasses import replace

import numpy as np

from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.table import ReliabilityTable

# Resampled pattern counts held in memory at once.
_CELLS = 4_000_000


def bootstrap_interval(
    table: ReliabilityTable,
    *,
    statistic: ItemStatistic,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int,
) -> Coefficient:
    """The statistic with a percentile bootstrap interval over items (Zapf et al. 2016).

    Drawing items with replacement is drawing how often each count pattern occurs from a
    multinomial, so the cost does not grow with the number of items. The same table and seed give
    the same interval. Resamples in which the statistic is undefined are left out; where they are
    the majority, or the statistic itself is undefined, there is no interval.
    The interval speaks of other *items* only: see `leave_one_annotator_out` for other people.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, not {confidence}.")
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}.")
    coefficient = statistic.measure(table)
    if coefficient.undefined:
        return coefficient
    values = _resample(table, statistic, resamples, np.random.default_rng(seed))
    defined = values[~np.isnan(values)]
    if 2 * defined.size < resamples:
        return coefficient
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(defined, [tail, 1.0 - tail])
    return replace(coefficient, low=float(low), high=float(high))


def _resample(
    table: ReliabilityTable,
    statistic: ItemStatistic,
    resamples: int,
    generator: np.random.Generator,
) -> FloatArray:
    labeled = table.patterns.counts.sum(axis=1) > 0
    counts = table.patterns.counts[labeled]
    weights = table.patterns.weights[labeled]
    n_items = int(weights.sum())
    step = max(1, _CELLS // weights.size)
    values = []
    for start in range(0, resamples, step):
        drawn = generator.multinomial(n_items, weights / n_items, size=min(step, resamples - start))
        values.append(
            statistic.evaluate(statistic.weighted_sums(counts, drawn), table.n_labels).value
        )
    return np.concatenate(values)
