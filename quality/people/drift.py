"""Drift: from some time on, an annotator's answers fit those of the others differently."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.people.alerts import Alert, Reason

_FEWEST_LABELS = 20
# Shuffled values held in memory at once.
_CELLS = 4_000_000


@dataclass(frozen=True, eq=False)
class Drift:
    """The cumulative sum of how much better than usual one person's answers fitted.

    `blocks` (B,): the time blocks in order; `cusum` (B,): at the end of each, 0 at the last, in
    standard deviations times the root of the number of labels; `statistic`: its largest distance
    from 0; `threshold`: what shuffled answers exceed with the asked chance; `p_value`: the share
    of shuffles that reach the statistic. `turn`: the block after which it turned; `before` and
    `after`: mean log fit up to there and from there. `n`: labels.
    """

    blocks: IntArray
    cusum: FloatArray
    statistic: float
    threshold: float
    p_value: float
    turn: int
    before: float
    after: float
    n: int

    @property
    def drifted(self) -> bool:
        """Whether the sum left the band that shuffled answers stay in."""
        return self.statistic > self.threshold

    def alert(self, annotator: int) -> Alert | None:
        """An alert if the answers drifted, with when and how much."""
        if not self.drifted:
            return None
        numbers = {
            "turn": self.turn,
            "before": self.before,
            "after": self.after,
            "statistic": self.statistic,
            "threshold": self.threshold,
            "p_value": self.p_value,
            "n": self.n,
        }
        return Alert(Reason.DRIFT, (annotator,), numbers)


def drift(
    fit: npt.ArrayLike,
    blocks: npt.ArrayLike,
    *,
    false_alarms: float = 0.01,
    shuffles: int = 1000,
    seed: int,
) -> Drift | None:
    """CUSUM of one person's fit with the others (Page, Biometrika 41, 1954), with a permutation
    threshold (Taylor 2000).

    `fit` (n,): log p(said | consensus without this person), as of `log_fit`, in the order of time;
    NaN is left out. `blocks` (n,): the day or week of each, not falling. Without drift any order
    of the answers is as likely, so `false_alarms` of those who do not drift raise an alarm.
    None for fewer than 20 labels, a single block, or no variation.
    Raises ValueError for arrays of unequal length and blocks that fall.
    """
    values, block = np.asarray(fit, np.float64), np.asarray(blocks, np.int64)
    if values.shape != block.shape or values.ndim != 1:
        raise ValueError("fit and blocks must have one dimension and the same length.")
    if (np.diff(block) < 0).any():
        raise ValueError("blocks must not fall: give the labels in the order of time.")
    if not 0 < false_alarms < 1 or shuffles < 1:
        raise ValueError("false_alarms must be between 0 and 1, and shuffles at least 1.")
    known = ~np.isnan(values)
    values, block = values[known], block[known]
    if values.size < _FEWEST_LABELS or block[0] == block[-1] or np.ptp(values) == 0:
        return None
    scaled = (values - values.mean()) / (values.std() * np.sqrt(values.size))
    ends = np.flatnonzero(np.diff(block, append=block[-1] + 1))
    cusum = np.cumsum(scaled)[ends]
    statistic = float(np.abs(cusum).max())
    shuffled = _shuffled(scaled, ends, shuffles, np.random.default_rng(seed))
    turn = int(np.abs(cusum).argmax())
    split = int(ends[turn]) + 1
    return Drift(
        blocks=block[ends],
        cusum=cusum,
        statistic=statistic,
        threshold=float(np.quantile(shuffled, 1.0 - false_alarms)),
        p_value=float((1 + (shuffled >= statistic).sum()) / (1 + shuffles)),
        turn=int(block[ends[turn]]),
        before=float(values[:split].mean()),
        after=float(values[split:].mean()) if split < values.size else float(values.mean()),
        n=values.size,
    )


def _shuffled(
    scaled: FloatArray, ends: IntArray, shuffles: int, generator: np.random.Generator
) -> FloatArray:
    """The statistic (R,) of the same values in random orders."""
    step = max(1, _CELLS // scaled.size)
    found = []
    for start in range(0, shuffles, step):
        rows = np.tile(scaled, (min(step, shuffles - start), 1))
        sums = generator.permuted(rows, axis=1).cumsum(axis=1)[:, ends]
        found.append(np.abs(sums).max(axis=1))
    return np.concatenate(found)
