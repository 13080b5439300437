"""Accuracy on gold items, as a whole and by class."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.proportion import Proportion, jeffreys, wilson
from quality.people.alerts import Alert, Reason

INTERVALS: dict[str, Callable[..., Proportion]] = {"wilson": wilson, "jeffreys": jeffreys}


@dataclass(frozen=True)
class GoldAccuracy:
    """`overall`: gold items answered rightly; `by_class`: those of each true class (K)."""

    overall: Proportion
    by_class: tuple[Proportion, ...]

    def alert(self, annotator: int, *, least: float) -> Alert | None:
        """An alert if even the upper end of the interval is below `least`."""
        share, low, high = self.overall.share, self.overall.low, self.overall.high
        if share is None or low is None or high is None or high >= least:
            return None
        numbers = {"share": share, "low": low, "high": high, "n": self.overall.n, "least": least}
        return Alert(Reason.BELOW_GOLD, (annotator,), numbers)


def gold_accuracy(
    said: npt.ArrayLike,
    gold: npt.ArrayLike,
    *,
    n_labels: int,
    confidence: float = 0.95,
    interval: str = "wilson",
) -> GoldAccuracy:
    """One person's answers (n,) to gold items and the trusted answers (n,), as codes below K.

    `interval`: "wilson", or "jeffreys", which is as wide but has no pull towards one half.
    Raises ValueError for another interval, unequal lengths, and codes out of range.
    """
    answers, truth = np.asarray(said, np.int64), np.asarray(gold, np.int64)
    if answers.shape != truth.shape or answers.ndim != 1:
        raise ValueError("said and gold must have one dimension and the same length.")
    if truth.size and (truth.min() < 0 or truth.max() >= n_labels):
        raise ValueError(f"gold must be between 0 and {n_labels - 1}.")
    if interval not in INTERVALS:
        raise ValueError(f"interval must be one of {', '.join(INTERVALS)}, not {interval}.")
    share = INTERVALS[interval]
    n = np.bincount(truth, minlength=n_labels).tolist()
    hits = np.bincount(truth[answers == truth], minlength=n_labels).tolist()
    return GoldAccuracy(
        overall=share(sum(hits), sum(n), confidence=confidence),
        by_class=tuple(
            share(mine, of, confidence=confidence) for mine, of in zip(hits, n, strict=True)
        ),
    )
