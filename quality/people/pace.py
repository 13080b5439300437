"""How long somebody usually takes for an answer."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

from quality.agreement.histogram import check_interval


class Pace(NamedTuple):
    """Median `seconds` per answer with its interval, the quartiles, and of how many answers.

    `low` and `high` are None for too few answers to say."""

    seconds: float | None
    low: float | None
    high: float | None
    lower_quartile: float | None
    upper_quartile: float | None
    n: int


def pace(seconds: npt.ArrayLike, *, confidence: float = 0.95) -> Pace:
    """The median of the seconds (n,) with the interval between two of the sorted answers that
    holds for any distribution (Thompson 1936): breaks do not matter. NaN is left out."""
    check_interval(confidence)
    known = np.sort(np.asarray(seconds, np.float64))
    known = known[~np.isnan(known)]
    if known.size == 0:
        return Pace(None, None, None, None, None, 0)
    lower, median, upper = (float(each) for each in np.quantile(known, [0.25, 0.5, 0.75]))
    # The most answers that may lie outside on one side.
    outside = np.arange(known.size // 2)
    allowed = np.flatnonzero(bdtr(outside, known.size, 0.5) <= (1.0 - confidence) / 2.0)
    if allowed.size == 0:
        return Pace(median, None, None, lower, upper, known.size)
    place = int(allowed[-1])
    low, high = float(known[place]), float(known[-1 - place])
    return Pace(median, low, high, lower, upper, known.size)
