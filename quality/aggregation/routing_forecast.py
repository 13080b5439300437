"""How many labels it would take until every item has enough, played through from where it stands.

Item by item, a typical annotator's answers are drawn from the posterior, the posterior moves, and
labels are counted until the stop rule holds.
"""

from dataclasses import dataclass

import numpy as np

from quality.aggregation.routing import CALIBRATION, StopRule, bounded
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

_SMALLEST = 1e-12


@dataclass(frozen=True)
class Forecast:
    """Expected labels until the stop rule holds, with the range of 90 % of the draws.

    `n_wanted`: items that need at least one more label; `reached`: items at the target in the end.
    All are scaled up to the whole.
    """

    labels: float
    labels_low: float
    labels_high: float
    n_wanted: float
    reached: float
    n_items: float


def forecast(
    posterior: FloatArray,
    n_labels: IntArray,
    weights: FloatArray,
    confusion: FloatArray,
    rule: StopRule,
    *,
    draws: int = 20,
    seed: int = 0,
    weight: float = CALIBRATION,
    lowest: float = -np.inf,
) -> Forecast:
    """Play it through `draws` times for a sample of items.

    `posterior` (n, K) calibrated, `n_labels` (n,), `weights` (n,): how many items each row stands
    for, `confusion` (K, K) of a typical annotator. `weight`: how much of a label's evidence counts,
    as in the calibration; `lowest` as of `bounded`.
    """
    rng = np.random.default_rng(seed)
    evidence = weight * np.log(np.maximum(confusion, _SMALLEST))
    heaps = confusion.cumsum(axis=1)
    totals, reached = np.zeros(draws), np.zeros(draws)
    wanted = _wants(posterior, n_labels, rule)
    for draw in range(draws):
        logs = np.log(np.maximum(posterior, _SMALLEST))
        n, probas, asks = n_labels.copy(), posterior, wanted
        while asks.any():
            rows = np.flatnonzero(asks)
            said = _said(probas[rows], heaps, rng)
            logs[rows] += evidence[:, said].T
            probas = bounded(logs, lowest)
            n[rows] += 1
            totals[draw] += float(weights[rows].sum())
            asks = _wants(probas, n, rule)
        reached[draw] = float(weights[probas.max(axis=1, initial=0.0) >= rule.target].sum())
    low, high = np.quantile(totals, [0.05, 0.95])
    return Forecast(
        labels=float(totals.mean()),
        labels_low=float(low),
        labels_high=float(high),
        n_wanted=float(weights[wanted].sum()),
        reached=float(reached.mean()),
        n_items=float(weights.sum()),
    )


def _wants(probas: FloatArray, n_labels: IntArray, rule: StopRule) -> np.ndarray:
    """Whether each item asks for one more label."""
    unsure = probas.max(axis=1, initial=0.0) < rule.target
    return np.asarray((n_labels < rule.most) & (unsure | (n_labels < rule.least)))


def _said(probas: FloatArray, heaps: FloatArray, rng: np.random.Generator) -> IntArray:
    """One answer per row: a truth drawn from its posterior, then what is said of that truth."""
    truth = (rng.random(len(probas))[:, np.newaxis] > probas.cumsum(axis=1)).sum(axis=1)
    truth = np.minimum(truth, probas.shape[1] - 1)
    said = (rng.random(len(probas))[:, np.newaxis] > heaps[truth]).sum(axis=1)
    return np.asarray(np.minimum(said, probas.shape[1] - 1))
