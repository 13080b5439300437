"""Both intervals of a coefficient at once: over items and over annotators."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quality.agreement.bootstrap import histogram_of
from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.leave_one_out import influences
from quality.agreement.table import ReliabilityTable


@dataclass(frozen=True)
class TwoIntervals:
    """A coefficient with its interval over items, and the ends of the one over annotators.

    `without` (n_annotators,): the value without each annotator, NaN where undefined then.
    """

    coefficient: Coefficient
    annotator_low: float | None
    annotator_high: float | None
    without: FloatArray = field(compare=False, repr=False)


def measure_with_intervals(
    table: ReliabilityTable,
    statistics: Sequence[ItemStatistic],
    *,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int,
) -> list[TwoIntervals]:
    """Several coefficients of one table, each with both intervals.

    The numbers of `bootstrap_interval` and `leave_one_annotator_out`, from one draw of items and
    one reading of the labels. Raises ValueError for impossible settings.
    """
    over_items = histogram_of(table).measure_all(
        statistics, confidence=confidence, resamples=resamples, seed=seed
    )
    over_annotators = influences(table, statistics, confidence=confidence)
    return [
        TwoIntervals(mine, other.coefficient.low, other.coefficient.high, other.without)
        for mine, other in zip(over_items, over_annotators, strict=True)
    ]
