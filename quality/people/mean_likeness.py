"""The mean of similarities between 0 and 1, with an interval: gold and repeats of rich answers."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quality.agreement.proportion import wilson_interval


class MeanLikeness(NamedTuple):
    """Mean similarity of `n` pairs of answers and its interval; None without a pair."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def mean_likeness(similarities: npt.ArrayLike, *, confidence: float = 0.95) -> MeanLikeness:
    """The mean of similarities (n,) in [0, 1], with Wilson's interval.

    Nothing between 0 and 1 varies more than a share of the same mean does, so the interval of a
    share of n cases is at least as wide as it must be, and holds where all are alike, too.
    Raises ValueError for numbers outside 0 and 1.
    """
    found = np.asarray(similarities, np.float64)
    if found.size == 0:
        return MeanLikeness(None, None, None, 0)
    if not ((found >= 0.0) & (found <= 1.0)).all():
        raise ValueError("similarities must be between 0 and 1.")
    value = float(found.mean())
    low, high = wilson_interval(value, found.size, confidence=confidence)
    return MeanLikeness(value, low, high, found.size)
