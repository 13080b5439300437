"""Which classes are confused with each other, and on which items."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable


def class_confusion(table: ReliabilityTable) -> IntArray:
    """Annotator pairs per pair of classes: symmetric counts of shape (K, K).

    Cell [c, d] counts the pairs of annotators of the same item of whom one said c and the other
    d; cell [c, c] the pairs that agreed on c. Each pair counts once, so the upper triangle with
    the diagonal adds up to all pairs.
    """
    patterns = table.patterns
    # As floats, which multiply far faster and are exact for whole numbers below 2**53.
    counts = patterns.counts.astype(np.float64)
    pairs = (counts.T @ (patterns.weights[:, np.newaxis] * counts)).astype(np.int64)
    diagonal = np.arange(table.n_labels)
    pairs[diagonal, diagonal] = (pairs[diagonal, diagonal] - table.counts.sum(axis=0)) // 2
    return pairs


@dataclass(frozen=True, eq=False)
class DisputedItems:
    """How much annotators disagree on each item; each array has shape (n_items,) but `ranking`.

    `n`: labels on the item. `disagreement`: share of its annotator pairs that differ, in [0, 1],
    NaN below two labels. `entropy`: of its label shares, to the base of the number of labels of
    the scale, in [0, 1], NaN without a label. `top` and `runner_up`: its two most frequent labels
    (lowest code first on a tie), -1 where there is none. `ranking`: codes of the items with any
    disagreement, most disputed first.
    """

    n: IntArray
    disagreement: FloatArray
    entropy: FloatArray
    top: IntArray
    runner_up: IntArray
    ranking: IntArray


def disputed_items(table: ReliabilityTable) -> DisputedItems:
    """Disagreement, entropy and the two competing labels of every item.

    Ranked by disagreement, then entropy, then item code.
    """
    patterns = table.patterns
    counts = patterns.counts
    n = counts.sum(axis=1)
    top, runner_up = _two_most_frequent(counts)
    disagreement, entropy = _disagreement(counts, n), _entropy(counts, n)
    spread = patterns.of_item
    disputed = np.flatnonzero(disagreement[spread] > 0)
    of_disputed = spread[disputed]
    # Rounded, so that equal disputes reached by other sums do not swap places.
    keys = (-entropy.round(12), -disagreement.round(12))
    order = np.lexsort((disputed, *(key[of_disputed] for key in keys)))
    return DisputedItems(
        n=n[spread],
        disagreement=disagreement[spread],
        entropy=entropy[spread],
        top=top[spread],
        runner_up=runner_up[spread],
        ranking=disputed[order],
    )


def _disagreement(counts: IntArray, n: IntArray) -> FloatArray:
    pairs = n * (n - 1)
    differing = pairs - (counts * (counts - 1)).sum(axis=1)
    share = np.full(len(counts), np.nan)
    np.divide(differing, pairs, out=share, where=pairs > 0)
    return share


def _entropy(counts: IntArray, n: IntArray) -> FloatArray:
    shares = counts / np.maximum(n, 1)[:, np.newaxis]
    logarithms = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    entropy: FloatArray = -(shares * logarithms).sum(axis=1)
    if counts.shape[1] > 1:
        entropy = np.abs(entropy) / np.log(counts.shape[1])
    return np.where(n > 0, np.abs(entropy), np.nan)


def _two_most_frequent(
    counts: IntArray,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The most and second most frequent label of each row, -1 where nobody gave one."""
    n_labels = counts.shape[1]
    order = np.argsort(-counts, axis=1, kind="stable")
    best = []
    for place in (0, 1):
        if n_labels <= place:
            best.append(np.full(len(counts), -1, np.int64))
            continue
        label = order[:, place]
        given = np.take_along_axis(counts, label[:, np.newaxis], axis=1)[:, 0] > 0
        best.append(np.where(given, label, -1))
    return best[0], best[1]
