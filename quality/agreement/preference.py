"""Pairwise preferences: do they contradict themselves, and does the side decide?"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from quality.agreement.proportion import Proportion, wilson
from quality.agreement.values import Value


class Triads(NamedTuple):
    """`n`: triads of entries all three pairs of which were decided; `cyclic`: those in which the
    first beats the second, the second the third and the third the first; `share` of them, None
    without a triad. Of answers at random a quarter is cyclic.

    `consistency`: Kendall and Babington Smith's zeta (1940), 1 without a cycle and 0 for the most
    there can be; None unless every pair of entries was decided.
    """

    n: int
    cyclic: int
    share: float | None
    consistency: float | None


def cyclic_triads(winners: npt.ArrayLike, losers: npt.ArrayLike) -> Triads:
    """Contradictions in decided pairs: entry `winners[i]` was preferred to `losers[i]` (codes).

    A pair decided both ways counts for the side with more wins, and not at all at a draw, so the
    answers of one annotator and of many can be given alike.
    Raises ValueError for an entry against itself, and for unequal lengths.
    """
    won, lost = np.asarray(winners, np.int64), np.asarray(losers, np.int64)
    if won.shape != lost.shape or won.ndim != 1:
        raise ValueError("winners and losers must have one dimension and the same length.")
    if (won == lost).any():
        raise ValueError("An entry cannot be compared with itself.")
    entries, codes = np.unique(np.concatenate([won, lost]), return_inverse=True)
    size = entries.size
    wins = sparse.csr_array(
        (np.ones(won.size), (codes[: won.size], codes[won.size :])), shape=(size, size)
    )
    margin = wins - wins.T
    beats = sparse.csr_array(margin > 0).astype(np.float64)
    decided = beats + beats.T
    cyclic = round(float((beats @ beats).multiply(beats.T).sum()) / 3.0)
    n = round(float((decided @ decided).multiply(decided).sum()) / 6.0)
    share = cyclic / n if n else None
    complete = size > 2 and decided.nnz == size * (size - 1)
    most = (size**3 - (size if size % 2 else 4 * size)) / 24.0
    return Triads(n, cyclic, share, 1.0 - cyclic / most if complete else None)


def side_bias(values: Iterable[Value], *, confidence: float = 0.95) -> Proportion:
    """Wins of the part on the left among canonical answers to pairwise questions, with Wilson's
    interval: one half where the side does not matter and sides were drawn at random.

    Answers without a winner, and those of which nobody knows the sides, do not count.
    """
    decided = [
        value["winner"] == value["left"]
        for value in values
        if value["left"] and value["winner"] not in ("tie", "both_bad")
    ]
    return wilson(sum(decided), len(decided), confidence=confidence)
