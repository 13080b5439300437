"""Interval over items: how much would a coefficient change with other items of the same kind?"""

from quality.agreement.coefficient import Coefficient, ItemStatistic
from quality.agreement.histogram import PatternHistogram
from quality.agreement.table import ReliabilityTable


def histogram_of(table: ReliabilityTable) -> PatternHistogram:
    """The histogram of the count patterns of the labeled items of a table."""
    patterns = table.patterns
    labeled = patterns.counts.any(axis=1)
    return PatternHistogram(
        patterns.counts[labeled],
        patterns.weights[labeled],
        n_annotators=table.basis.n_annotators,
        n_people=table.basis.n_people,
    )


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
    return histogram_of(table).measure(
        statistic, confidence=confidence, resamples=resamples, seed=seed
    )
