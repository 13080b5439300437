"""How well probabilities hold what they promise, and the simplest repair."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from quality.agreement.coefficient import FloatArray
from quality.agreement.proportion import wilson_interval
from quality.agreement.table import IntArray

# A probability of 0 for what turns out true would cost infinitely much: 27.6 instead.
_FLOOR = 1e-12
# Exponents beyond these say only that the gold is too small, or all right or wrong.
_LEAST_EXPONENT, _MOST_EXPONENT = 1e-2, 1e2


class Proportion(NamedTuple):
    """A share of `n` with its 95 % interval by Wilson (JASA 22, 1927); `value` is right / n."""

    value: float
    low: float
    high: float
    right: int
    n: int


def proportion(right: int, n: int) -> Proportion:
    """The share and its interval. Raises ValueError without anything counted."""
    if not 0 <= right <= n or n < 1:
        raise ValueError(f"{right} of {n} is not a share.")
    return Proportion(right / n, *wilson_interval(right / n, n), right, n)


def log_loss(probas: FloatArray, truth: IntArray) -> float:
    """Mean of -log(probability of the true label), natural logarithm, probabilities of at least
    1e-12; 0 is best.

    `probas` (n, K); `truth` (n,), items with -1 are left out. Raises ValueError without any item.
    """
    rows, codes = _known(probas, truth)
    return float(-np.log(np.maximum(rows[np.arange(codes.size), codes], _FLOOR)).mean())


def expected_calibration_error(probas: FloatArray, truth: IntArray, *, bins: int = 10) -> float:
    """Mean distance between how sure the most probable label was and how often it was right.

    Items are put into `bins` of equal width by the probability of their most probable label, from
    0 to 1, a bound belonging to the bin above it (1 to the last); sum over bins of their share of
    the items times |share right - mean probability| (Guo et al., ICML 2017). Of labels equally
    probable the lowest code counts. `truth` as of `log_loss`; 0 is best.
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}.")
    rows, codes = _known(probas, truth)
    sure = rows.max(axis=1)
    right = rows.argmax(axis=1) == codes
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    gap = np.bincount(place, weights=right - sure, minlength=bins)
    return float(np.abs(gap).sum() / codes.size)


def temperature(probas: FloatArray, truth: IntArray) -> float:
    """The exponent (inverse temperature) from 0.01 to 100 with which `tempered` probabilities have
    the least log loss; below 1 where they were too sure. `truth` as of `log_loss`."""
    rows, codes = _known(probas, truth)
    found = minimize_scalar(
        lambda power: log_loss(tempered(rows, float(np.exp(power))), codes),
        bounds=(np.log(_LEAST_EXPONENT), np.log(_MOST_EXPONENT)),
        method="bounded",
    )
    return float(np.exp(found.x))


def tempered(probas: FloatArray, exponent: float) -> FloatArray:
    """Every row to a power, made to add up to 1 again. Raises ValueError for a power not above 0.

    Probabilities are taken to be at least 1e-12.
    """
    if not 0 < exponent < np.inf:
        raise ValueError(f"exponent must be above 0, not {exponent}.")
    logs = exponent * np.log(np.maximum(probas, _FLOOR))
    rows = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _known(probas: FloatArray, truth: IntArray) -> tuple[FloatArray, IntArray]:
    if probas.ndim != 2 or truth.shape != (len(probas),):
        raise ValueError("There must be one true label, or -1, for each row of probabilities.")
    known = np.flatnonzero(truth >= 0)
    if not known.size or truth.max() >= probas.shape[1]:
        raise ValueError("No item has a true label, or one is not among the labels.")
    return probas[known], truth[known]
