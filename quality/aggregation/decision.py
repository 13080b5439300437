"""From probabilities to decisions: what a mistake costs, and when to leave it to people."""

import numpy as np

from quality.aggregation.base import UNDECIDED
from quality.aggregation.votes import TIE, most_probable
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray


def least_cost(probas: FloatArray, costs: FloatArray) -> tuple[IntArray, FloatArray]:
    """The label with the least expected cost for each row, and that cost.

    `probas` (n, K); `costs` (K, K), [t, c] what it costs to say c of an item that is t, 0 or more.
    Where two labels cost the same, within 1e-9 of the largest cost, the item is undecided (-1).
    With 1 for every mistake that is the most probable label. Raises ValueError for costs of
    another shape, negative or not finite.
    """
    n_labels = probas.shape[1]
    if costs.shape != (n_labels, n_labels):
        raise ValueError(f"costs must have the shape {(n_labels, n_labels)}, not {costs.shape}.")
    if not np.isfinite(costs).all() or (costs < 0).any():
        raise ValueError("Costs must be finite and not negative.")
    if n_labels == 0:
        return np.full(len(probas), UNDECIDED, np.int64), np.zeros(len(probas))
    expected = probas @ costs
    least = expected.min(axis=1)
    near = (expected < least[:, np.newaxis] + TIE * max(float(costs.max()), 1e-300)).sum(axis=1)
    return np.where(near > 1, UNDECIDED, expected.argmin(axis=1)), least


def abstain_below(probas: FloatArray, threshold: float) -> IntArray:
    """The most probable label of each row, or -1 where its probability is below the threshold, or
    another label is as probable. Raises ValueError for a threshold outside [0, 1]."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must be between 0 and 1, not {threshold}.")
    labels = most_probable(probas)
    sure = probas.max(axis=1, initial=0.0) >= threshold
    return np.where(sure, labels, UNDECIDED)
