"""A share of cases with an honest interval, also for few cases and shares near 0 or 1."""

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
    z = float(ndtri((1.0 + confidence) / 2.0))
    share, room = hits / n, 1.0 + z * z / n
    middle = (share + z * z / (2.0 * n)) / room
    reach = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)) ** 0.5 / room
    # Rounding must not put the ends beyond what all or none of the cases allow.
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    high = 1.0 if hits == n else min(1.0, middle + reach)
    return Proportion(hits, n, share, low, high)


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
