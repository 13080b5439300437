"""The interval of a share."""

import math

from scipy.special import ndtri


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
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return low, high
