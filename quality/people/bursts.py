"""The same answer many times in a row, and stretches much faster than usual."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.people.alerts import Alert, Reason

# Shuffled values held in memory at once.
_CELLS = 4_000_000


class Run(NamedTuple):
    """The least likely run of one answer: from label `start` on, `length` times `label`.

    `chance`: that somebody who answers like the others gives such a run anywhere (at most; 1 is
    as good as no run)."""

    start: int
    length: int
    label: int
    chance: float

    def alert(self, annotator: int, *, false_alarms: float = 0.001) -> Alert | None:
        """An alert if chance explains the run in less than `false_alarms` of people."""
        if self.chance >= false_alarms:
            return None
        return Alert(Reason.SAME_ANSWER, (annotator,), dict(self._asdict()))


def same_answers(labels: npt.ArrayLike, fit: npt.ArrayLike, *, n_labels: int) -> Run | None:
    """The run of identical answers that the other people's answers explain least.

    `labels` (n,) in the order of time; `fit` (n,): log p(said | the others), as of `log_fit`. A run
    of twenty is nothing where all others said the same of those items. Where nobody else labeled
    (NaN), the person's own share of the answer stands in, outside the run. So it does where it is
    larger: a habit, such as marking nothing where others mark something, is no run. The chance of a
    run is the product of its answers' chances, times the number of places and classes where one
    could have been (Bonferroni). None without labels; ValueError for arrays of unequal length.
    """
    said, chances = np.asarray(labels, np.int64), np.asarray(fit, np.float64)
    if said.shape != chances.shape or said.ndim != 1:
        raise ValueError("labels and fit must have one dimension and the same length.")
    if said.size == 0:
        return None
    starts = np.concatenate([[0], np.flatnonzero(np.diff(said)) + 1])
    lengths = np.diff(np.append(starts, said.size))
    elsewhere = np.bincount(said)[said[starts]] - lengths
    own = np.repeat(np.log((elsewhere + 1.0) / (said.size - lengths + 2.0)), lengths)
    chances = np.fmax(chances, own)
    together = np.add.reduceat(chances, starts) + np.log(said.size * max(n_labels, 1))
    least = int(together.argmin())
    return Run(
        start=int(starts[least]),
        length=int(lengths[least]),
        label=int(said[starts[least]]),
        chance=float(np.exp(min(0.0, together[least]))),
    )


class Stretch(NamedTuple):
    """The fastest `length` answers in a row, from label `start` on: `typical` seconds each
    (geometric mean), against the person's own `usual` (median); `p_value`: the share of random
    orders of the same answers with a stretch as fast; `n` answers in all."""

    start: int
    length: int
    typical: float
    usual: float
    p_value: float
    n: int

    def alert(
        self, annotator: int, *, false_alarms: float = 0.01, times_faster: float = 2.0
    ) -> Alert | None:
        """An alert if the stretch is that much faster than usual, and no accident."""
        if self.p_value >= false_alarms or self.typical * times_faster > self.usual:
            return None
        return Alert(Reason.FAST_STRETCH, (annotator,), dict(self._asdict()))


def fast_stretch(
    seconds: npt.ArrayLike, *, length: int = 20, shuffles: int = 500, seed: int
) -> Stretch | None:
    """The fastest stretch of one person's answers, against random orders of the same answers.

    `seconds` (n,) per answer, in the order of time; NaN is left out. None for fewer than three
    stretches' worth of answers. Raises ValueError for a stretch shorter than 2 and for seconds
    below 0.
    """
    if length < 2 or shuffles < 1:
        raise ValueError("length must be at least 2, and shuffles at least 1.")
    known = np.asarray(seconds, np.float64)
    known = known[~np.isnan(known)]
    if (known < 0).any():
        raise ValueError("seconds must not be negative.")
    if known.size < 3 * length:
        return None
    # Logs, so that one long break does not hide a stretch; a tenth of a second is the floor.
    logs = np.log(np.maximum(known, 0.1))
    means = _means(logs[np.newaxis], length)[0]
    start = int(means.argmin())
    generator = np.random.default_rng(seed)
    step = max(1, _CELLS // logs.size)
    faster = 0
    for first in range(0, shuffles, step):
        rows = generator.permuted(np.tile(logs, (min(step, shuffles - first), 1)), axis=1)
        faster += int((_means(rows, length).min(axis=1) <= means[start] + 1e-12).sum())
    return Stretch(
        start=start,
        length=length,
        typical=float(np.exp(means[start])),
        usual=float(np.exp(np.median(logs))),
        p_value=(1 + faster) / (1 + shuffles),
        n=known.size,
    )


def _means(rows: FloatArray, length: int) -> FloatArray:
    """Means of all stretches of every row: (R, n) -> (R, n - length + 1)."""
    sums = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    means: FloatArray = (sums[:, length:] - sums[:, :-length]) / length
    return means
