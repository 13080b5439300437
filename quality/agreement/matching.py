"""One-to-one matching of what two people marked: the base of every F1."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

Element = dict[str, Any]


def best_matching(scores: FloatArray, *, threshold: float) -> tuple[IntArray, IntArray]:
    """Rows and columns of the matching with most pairs at or above the threshold (> 0), and among
    those the highest sum of scores. `scores` (n, m) in [0, 1]."""
    if not scores.size:
        nothing = np.empty(0, np.int64)
        return nothing, nothing
    enough = (scores >= threshold) & (scores > 0)
    # A pair more outweighs whatever the other scores could add up to.
    gain = np.where(enough, scores + min(scores.shape), 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    kept = enough[rows, columns]
    return rows[kept], columns[kept]


def score_matrix(
    one: Sequence[Element],
    other: Sequence[Element],
    score: Callable[[Element, Element], float],
) -> FloatArray:
    """Scores of all pairs of elements; 0 for other classes or other parts of the item."""
    matrix = np.zeros((len(one), len(other)))
    for row, mine in enumerate(one):
        for column, theirs in enumerate(other):
            same_part = mine.get("part") == theirs.get("part")
            if same_part and mine.get("choice") == theirs.get("choice"):
                matrix[row, column] = score(mine, theirs)
    return matrix


def matched_f1(scores: FloatArray, *, threshold: float) -> tuple[float, float]:
    """2 * matched pairs, and elements of both: F1 is their ratio, over any number of pairs of
    people (Hripcsak and Rothschild 2005)."""
    rows, _columns = best_matching(scores, threshold=threshold)
    return 2.0 * rows.size, float(sum(scores.shape))


def matched_score(scores: FloatArray, *, threshold: float) -> tuple[float, float]:
    """Sum of the scores of matched pairs, and how many there are."""
    rows, columns = best_matching(scores, threshold=threshold)
    return float(scores[rows, columns].sum()), float(rows.size)


def soft_distance(scores: FloatArray) -> float:
    """1 - 2 * (scores of the best matching) / (elements of both), in [0, 1].

    0 when both marked the same, or both nothing; 1 when nothing overlaps.
    """
    n = sum(scores.shape)
    if n == 0:
        return 0.0
    if not scores.size:
        return 1.0
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return max(0.0, 1.0 - 2.0 * float(scores[rows, columns].sum()) / n)
