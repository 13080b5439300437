"""Credit for near misses between ordered labels."""

from enum import StrEnum

import numpy as np

from quality.agreement.coefficient import FloatArray


class Weights(StrEnum):
    """How much two labels at distance d on a scale of K labels agree."""

    IDENTITY = "identity"  # 1 if d = 0, else 0
    LINEAR = "linear"  # 1 - d / (K - 1)
    QUADRATIC = "quadratic"  # 1 - (d / (K - 1))^2


def weight_matrix(weights: Weights | str, n_labels: int) -> FloatArray:
    """Agreement weights (K, K) in [0, 1] with ones on the diagonal; labels in the order of their
    codes. Raises ValueError for an unknown kind."""
    kind = Weights(weights)
    if kind is Weights.IDENTITY or n_labels < 2:
        return np.eye(n_labels)
    ranks = np.arange(n_labels)
    distance: FloatArray = np.abs(ranks[:, np.newaxis] - ranks) / (n_labels - 1)
    if kind is Weights.QUADRATIC:
        distance = distance**2
    return 1.0 - distance


def pair_agreement(counts: FloatArray, weights: FloatArray) -> FloatArray:
    """Mean weighted agreement of the annotator pairs of each item: (P, K) -> (P,).

    Items with fewer than two labels have no pair and get 0.
    """
    per_item = counts.sum(axis=1)
    agreeing = np.einsum("pc,pc->p", counts @ weights, counts) - per_item
    pairs = per_item * (per_item - 1.0)
    share = np.zeros(len(counts))
    np.divide(agreeing, pairs, out=share, where=pairs > 0)
    return share
