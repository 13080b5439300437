"""What stands out in one person's answers: the pure package `quality.people`, fed with columns.

Everything here is a reason to look. The yardstick for a person never contains their own answers.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.people.bursts import fast_stretch, same_answers
from quality.people.drift import drift
from quality.people.pace import pace
from quality.queries.people.times import Times
from quality.queries.people.yardsticks import SMALLEST, Columns, Marks, Yardstick

MOST_BLOCKS, FEWEST_IN_BLOCK = 24, 10
# A run has at least this length before anybody is asked to look at it.
SHORTEST_RUN = 5
RARE_RUN, RARE_STRETCH, FALSE_DRIFTS = 0.001, 0.01, 0.01

Warnings = list[dict[str, Any]]


class Work(NamedTuple):
    """One person's answers in the order of time: codes, fit with the others' and its chance (log),
    milliseconds since 1970, seconds taken, and the time block of each."""

    said: IntArray
    fit: FloatArray
    chances: FloatArray
    at: IntArray
    seconds: FloatArray
    block: IntArray


class Signals:
    """Of all people at once what must be, of each person the rest."""

    def __init__(self, yardstick: Yardstick, times: Times, marks: Marks) -> None:
        self.yardstick, self.times, self.marks = yardstick, times, marks
        self.labels, self.table = yardstick.labels, yardstick.table
        self._order = np.lexsort((times.at, self.table.annotators))
        self._ends = np.searchsorted(
            self.table.annotators[self._order], np.arange(self.table.n_annotators + 1)
        )

    def person(self, source: int) -> tuple[Columns, dict[str, Any], Warnings]:
        """Columns, details and warnings of one person."""
        code = int(np.searchsorted(self.labels.source_ids, source))
        by = self.yardstick.by
        work = self._work(code)
        usual = pace(work.seconds, confidence=self.marks.confidence)
        spam = self.yardstick.spam.get(code, {})
        drifted, bursts = self._drift(work), self._bursts(work)
        copies = [
            {"source": int(self.labels.source_ids[other]), "by": self._pairs_by(numbers), **numbers}
            for other, numbers in self.yardstick.copies.get(code, [])
        ]
        warnings: Warnings = []
        if code in self.yardstick.spammers:
            warnings.append({**self.yardstick.spammers[code], "code": "spam", "by": by})
        if drifted.get("alarm"):
            warnings.append({**drifted, "code": "drift", "blocks": None})
        warnings += [{**each, "code": _CODES[each["kind"]]} for each in bursts]
        warnings += [{**each, "code": "copying"} for each in copies[:1]]
        columns = {name: spam.get(name) for name in ("spam", "spam_low", "spam_high")}
        details = {
            "pace": _blocks(work),
            "drift": drifted,
            "bursts": bursts,
            "copying": copies,
        }
        return {"seconds": usual.seconds, "seconds_n": usual.n, **columns}, details, warnings

    @staticmethod
    def _pairs_by(numbers: dict[str, Any]) -> str:
        """What a pair shares: mistakes, or answers that nobody else gave."""
        return "answers" if "alone" in numbers else "mistakes"

    def _work(self, code: int) -> Work:
        """Answers of unknown time are left out: they were carried over."""
        rows = self._order[self._ends[code] : self._ends[code + 1]]
        rows = rows[self.times.at[rows] > 0]
        n_blocks = max(1, min(MOST_BLOCKS, rows.size // FEWEST_IN_BLOCK))
        return Work(
            said=self.table.labels[rows],
            fit=self.yardstick.fit[rows],
            chances=self.yardstick.chances[rows],
            at=self.times.at[rows],
            seconds=self.times.active[rows] / 1000,
            block=np.arange(rows.size) * n_blocks // max(1, rows.size),
        )

    def _drift(self, work: Work) -> dict[str, Any]:
        found = drift(
            work.fit,
            work.block,
            false_alarms=FALSE_DRIFTS,
            shuffles=self.marks.permutations,
            seed=self.marks.seed,
        )
        if found is None:
            return {}
        blocks = [
            {**_block(work, block), "cusum": float(value)}
            for block, value in zip(found.blocks.tolist(), found.cusum.tolist(), strict=True)
        ]
        matters = self.yardstick.matters(found.before, found.after)
        turn = int(np.flatnonzero(found.blocks == found.turn)[0])
        numbers = {
            "by": self.yardstick.by,
            "before": self.yardstick.mean_fit(found.before),
            "after": self.yardstick.mean_fit(found.after),
            "statistic": found.statistic,
            "threshold": found.threshold,
            "p": found.p_value,
            "n": found.n,
            "at": blocks[turn]["to"],
        }
        return {
            "blocks": blocks,
            "alarm": found.drifted and matters,
            "alarm_block": turn if found.drifted and matters else None,
            "is_small": found.drifted and not matters,
            **numbers,
        }

    def _bursts(self, work: Work) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        codes, ranks = np.unique(work.said, return_inverse=True)
        n_classes = self.yardstick.n_classes(codes.size)
        run = same_answers(ranks, work.chances, n_labels=n_classes)
        if run is not None and run.length >= SHORTEST_RUN and run.chance < RARE_RUN:
            found.append(
                {
                    "kind": "run",
                    **_ends(work.at, run.start, run.length),
                    "n": run.length,
                    **self.yardstick.answer(int(codes[run.label])),
                    "p": max(run.chance, SMALLEST),
                }
            )
        stretch = fast_stretch(work.seconds, shuffles=self.marks.permutations, seed=self.marks.seed)
        if stretch is not None and stretch.alert(0, false_alarms=RARE_STRETCH) is not None:
            measured = work.at[~np.isnan(work.seconds)]
            found.append(
                {
                    "kind": "fast",
                    **_ends(measured, stretch.start, stretch.length),
                    "n": stretch.length,
                    "seconds": stretch.typical,
                    "usual": stretch.usual,
                    "p": stretch.p_value,
                }
            )
        return found


_CODES = {"run": "burst", "fast": "fast"}


def _blocks(work: Work) -> list[dict[str, Any]]:
    """Median seconds of each time block, None where nothing was measured."""
    found = []
    for block in np.unique(work.block).tolist():
        seconds = work.seconds[work.block == block]
        known = seconds[~np.isnan(seconds)]
        median = float(np.median(known)) if known.size else None
        found.append({**_block(work, block), "seconds": median})
    return found


def _block(work: Work, block: int) -> dict[str, Any]:
    at = work.at[work.block == block]
    return {"from": int(at[0]), "to": int(at[-1]), "n": int(at.size)}


def _ends(at: npt.NDArray[np.int64], start: int, length: int) -> dict[str, int]:
    return {"from": int(at[start]), "to": int(at[start + length - 1])}
