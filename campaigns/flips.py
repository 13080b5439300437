"""How many labels came out otherwise when they were made again. PURE, numpy.

A label *flips* when its new answer is none of the choices that its old choice became: the same
one, the one it was merged into, any part of a split. A retired choice became none, so its labels
always flip.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.proportion import wilson_interval

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FlipRate:
    """`value` estimates the share of all touched labels; None when nobody has answered yet.

    `flips` and `answered` count the sample as it is; `n_effective` is Kish's effective size, equal
    to `answered` where every label was drawn with the same probability.
    """

    flips: float
    answered: int
    value: float | None
    low: float | None
    high: float | None
    n_effective: float


def flip_rate(
    flips: npt.ArrayLike, probabilities: npt.ArrayLike, *, confidence: float = 0.95
) -> FlipRate:
    """Flips / answered, each label weighted by 1 / its sampling probability.

    `flips` (n,) is 0 or 1 per answered label, or the share of its new answers that differ where
    several people answered; `probabilities` (n,) are in (0, 1].
    The estimate is the ratio of two Horvitz-Thompson totals, sum(w y) / sum(w) (Hajek 1971). The
    interval is Wilson's with the effective sample size (sum w)^2 / sum w^2 (Kish 1965), which is
    Wilson's own where all probabilities are equal. It takes labels as independent of each other.
    Raises ValueError for arrays of unequal length or values out of range.
    """
    said = np.asarray(flips, np.float64)
    drawn = np.asarray(probabilities, np.float64)
    if said.shape != drawn.shape or said.ndim != 1:
        raise ValueError("There must be one probability for each label.")
    if said.size == 0:
        return FlipRate(0.0, 0, None, None, None, 0.0)
    if not ((said >= 0) & (said <= 1)).all() or not ((drawn > 0) & (drawn <= 1)).all():
        raise ValueError("Flips lie from 0 to 1, probabilities above 0 and up to 1.")
    weights = 1.0 / drawn
    total = float(weights.sum())
    value = min(1.0, max(0.0, float((weights * said).sum()) / total))
    equal = bool((drawn == drawn[0]).all())
    n_effective = float(said.size) if equal else total**2 / float((weights**2).sum())
    low, high = wilson_interval(value, n_effective, confidence=confidence)
    return FlipRate(float(said.sum()), int(said.size), value, low, high, n_effective)
