"""Spammer score: do somebody's answers depend on the items at all?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.histogram import check_interval
from quality.people.alerts import Alert, ignoring_items

# A class with fewer labels says nothing of its spread.
_FEWEST_OF_CLASS = 2.0


@dataclass(frozen=True, eq=False)
class SpammerScores:
    """All of shape (A,): `score` 1 for perfect annotators (and for those who only mix up names of
    classes), 0 for answers that do not depend on the true class; its interval; NaN where fewer
    than two classes have two labels. `n`: labels behind it."""

    score: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray

    def alerts(self, *, least: float = 0.1) -> list[Alert]:
        """Alerts for those whose interval is as a whole below `least`, lowest score first."""
        return ignoring_items(self.score, self.low, self.high, self.n, least=least)


def spammer_scores(
    counts: npt.ArrayLike, *, confidence: float = 0.95, resamples: int = 400, seed: int
) -> SpammerScores:
    """Raykar and Yu's score (JMLR 13, 2012) of every annotator, from *unshrunk* tables.

    `counts` (A, K, K): [a, t, c], how often a said c of items whose class is t (posteriors add up
    to fractions). Shrunk tables hide spammers, who borrow the diligence of the average. The score
    is the mean over pairs of classes of half the squared distance of their rows, minus what
    sampling alone adds to it: without that, few labels would look like skill. Interval: basic
    bootstrap of the rows' multinomials. Raises ValueError for other shapes and negative counts.
    """
    check_interval(confidence, resamples)
    tables = np.asarray(counts, np.float64)
    if tables.ndim != 3 or tables.shape[1] != tables.shape[2] or (tables < 0).any():
        raise ValueError("counts must have shape (A, K, K), without negative numbers.")
    sizes = tables.sum(axis=2)
    shares = tables / np.maximum(sizes, 1e-300)[:, :, np.newaxis]
    score, plain = _score(shares, sizes, corrected=True), _score(shares, sizes, corrected=False)
    generator = np.random.default_rng(seed)
    whole = np.rint(sizes).astype(np.int64)
    # Rows without a label have no shares to draw from; any will do, they do not count.
    safe = np.where(sizes[:, :, np.newaxis] > 0, shares, 1.0 / max(tables.shape[2], 1))
    drawn = np.full((resamples, len(tables)), np.nan)
    for row in range(resamples):
        again = generator.multinomial(whole, safe).astype(np.float64)
        again /= np.maximum(whole, 1)[:, :, np.newaxis]
        drawn[row] = _score(again, sizes, corrected=True)
    tail = (1.0 - confidence) / 2.0
    ends = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return SpammerScores(
        score=np.clip(score, 0.0, 1.0),
        low=np.clip(score - (ends[1] - plain), 0.0, 1.0),
        high=np.clip(score - (ends[0] - plain), 0.0, 1.0),
        n=sizes.sum(axis=1),
    )


def _score(shares: FloatArray, sizes: FloatArray, *, corrected: bool) -> FloatArray:
    """Scores (A,) from rows of shares (A, K, K) and the labels behind each row (A, K)."""
    enough = sizes >= _FEWEST_OF_CLASS
    kept = shares * enough[:, :, np.newaxis]
    squares = (kept**2).sum(axis=2)
    classes = enough.sum(axis=1)
    # Sum over pairs of |p - q|^2 = (C - 1) sum |p|^2 - 2 sum over pairs of p q.
    cross = (kept.sum(axis=1) ** 2).sum(axis=1) - squares.sum(axis=1)
    apart = (classes - 1.0) * squares.sum(axis=1) - cross
    if corrected:
        noise = np.where(enough, (1.0 - squares) / np.maximum(sizes - 1.0, 1.0), 0.0)
        apart -= (classes - 1.0) * noise.sum(axis=1)
    pairs = classes * (classes - 1.0)
    found = np.full(len(shares), np.nan)
    np.divide(apart, pairs, out=found, where=pairs > 0)
    return found
