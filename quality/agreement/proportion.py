"""A share of cases with an honest interval, also for few cases and shares near 0 or 1."""

import math
from typing import NamedTuple

from scipy.special import betaincinv, ndtri

from quality.agreement.histogram import check_interval


class Proportion(NamedTuple):
    """`hits` of `n` cases, their share and its interval; None for the three without a case."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def wilson(hits: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """The score interval of Wilson (JASA 22, 1927): right on average for any true share."""
    _check(hits, n, confidence)
    if n == 0:
        return Proportion(0, 0, None, None, None)
    low, high = wilson_interval(hits / n, n, confidence=confidence)
    return Proportion(hits, n, hits / n, low, high)


def wilson_interval(share: float, n: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22:209-212).

    centre = (p + z^2/2n) / (1 + z^2/n), half = z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n).
    `n` is the number of trials, or the effective number of a weighted sample. It stays within
    0 and 1 and holds its level for shares near them, unlike the normal interval.
    Raises ValueError unless 0 <= share <= 1, n > 0 and 0 < confidence < 1.
    """
    if not 0 <= share <= 1 or not n > 0 or not 0 < confidence < 1:
        raise ValueError("A share from 0 to 1, n > 0 and a confidence between 0 and 1 are needed.")
    z = float(ndtri(0.5 + confidence / 2))
    room = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / room
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / room
    # Rounding must not put the ends beyond what all or none of the cases allow.
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return low, high


def jeffreys(hits: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """Equal tails of the posterior Beta(hits + 1/2, n - hits + 1/2), with the end 0 where there is
    no hit and 1 where all are (Brown, Cai and DasGupta, Statistical Science 16, 2001)."""
    _check(hits, n, confidence)
    if n == 0:
        return Proportion(0, 0, None, None, None)
    tail = (1.0 - confidence) / 2.0
    low, high = (float(betaincinv(hits + 0.5, n - hits + 0.5, each)) for each in (tail, 1.0 - tail))
    return Proportion(hits, n, hits / n, 0.0 if hits == 0 else low, 1.0 if hits == n else high)


def _check(hits: int, n: int, confidence: float) -> None:
    check_interval(confidence)
    if not 0 <= hits <= n:
        raise ValueError(f"hits must be between 0 and n, not {hits} of {n}.")
