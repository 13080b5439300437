"""What stands out in one person's answers: the pure package `quality.people`, fed with columns.

Everything here is a reason to look. The yardstick for a person never contains their own answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.coefficient import FloatArray
from quality.agreement.proportion import Proportion, wilson
from quality.agreement.table import IntArray, ReliabilityTable
from quality.people.bursts import fast_stretch, same_answers
from quality.people.consensus import log_fit
from quality.people.copying import shared_mistakes
from quality.people.drift import drift
from quality.people.pace import pace
from quality.people.self_agreement import self_agreement
from quality.people.spammer_score import spammer_scores
from quality.queries.labels import LabelColumns
from quality.queries.people_times import Times

MOST_BLOCKS, FEWEST_IN_BLOCK = 24, 10
# A run has at least this length before anybody is asked to look at it.
SHORTEST_RUN = 5
# Beyond these the tables of all pairs, or of all people, would not fit beside a web server.
MOST_PAIRED, MOST_CELLS = 1000, 20_000_000
RARE_RUN, RARE_STRETCH, FALSE_DRIFTS, FALSE_PAIRS = 0.001, 0.01, 0.01, 0.01
LEAST_SPAM, LEAST_SELF = 0.1, 0.8
SMALLEST = 1e-9

Columns = dict[str, Any]
Warnings = list[dict[str, Any]]


@dataclass(frozen=True)
class Marks:
    """What raises a warning; `gold_mark` in per cent of right checks."""

    gold_mark: int
    fewest_checks: int
    confidence: float
    seed: int
    permutations: int


class Work(NamedTuple):
    """One person's answers in the order of time: codes, log fit with the others, milliseconds
    since 1970, seconds taken, and the time block of each."""

    said: IntArray
    fit: FloatArray
    at: IntArray
    seconds: FloatArray
    block: IntArray


class Signals:
    """Of all people at once what must be, of each person the rest. `fit` is NaN throughout where
    answers are not choices: then nothing is held against the others."""

    def __init__(self, labels: LabelColumns, times: Times, is_choice: bool, marks: Marks) -> None:
        self.labels, self.times, self.marks = labels, times, marks
        self.is_choice = is_choice
        self.table = labels.table
        self._order = np.lexsort((times.at, self.table.annotators))
        self._ends = np.searchsorted(
            self.table.annotators[self._order], np.arange(self.table.n_annotators + 1)
        )

    @cached_property
    def fit(self) -> FloatArray:
        """log p(said | the others), of each label."""
        if self.is_choice:
            return log_fit(self.table)
        return np.full(len(self.table), np.nan)

    @cached_property
    def model(self) -> DawidSkene | None:
        """What Dawid-Skene learns of people and classes; None where there is nothing to learn."""
        people, classes = self.table.n_annotators, self.table.n_labels
        too_large = people * classes * classes > MOST_CELLS
        if not self.is_choice or people < 3 or classes < 2 or too_large:
            return None
        return DawidSkene().fit(self.table)

    @cached_property
    def spam(self) -> dict[int, Columns]:
        """Score with its interval by code of the person."""
        if self.model is None:
            return {}
        counts = unshrunk(self.table, self.model)
        found = spammer_scores(counts, confidence=self.marks.confidence, seed=self.marks.seed)
        return {
            code: {
                "spam": float(found.score[code]),
                "spam_low": float(found.low[code]),
                "spam_high": float(found.high[code]),
                "n": float(found.n[code]),
            }
            for code in np.flatnonzero(~np.isnan(found.score)).tolist()
        }

    @cached_property
    def copies(self) -> dict[int, list[dict[str, Any]]]:
        """Conspicuous pairs by code of either person, the most conspicuous first."""
        if self.model is None or self.table.n_annotators > MOST_PAIRED:
            return {}
        found = shared_mistakes(
            self.table, priors=self.model.priors_, confusions=self.model.confusions_
        )
        pairs: dict[int, list[dict[str, Any]]] = {}
        for alert in found.alerts(false_discoveries=FALSE_PAIRS):
            numbers = {name: float(value) for name, value in alert.numbers.items()}
            first, second = alert.annotators
            for one, other in ((first, second), (second, first)):
                source = int(self.labels.source_ids[other])
                pairs.setdefault(one, []).append({"source": source, **numbers})
        return pairs

    def person(self, source: int) -> tuple[Columns, dict[str, Any], Warnings]:
        """Columns, details and warnings of one person."""
        code = int(np.searchsorted(self.labels.source_ids, source))
        work = self._work(code)
        usual = pace(work.seconds, confidence=self.marks.confidence)
        spam = self.spam.get(code, {})
        drifted, bursts = self._drift(work), self._bursts(work)
        copies = self.copies.get(code, [])
        warnings = _spam_warning(spam)
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

    def interval(self, right: int, n: int) -> tuple[float | None, float | None]:
        """Of a share, both ends between 0 and 1; None without a case."""
        found: Proportion = wilson(right, n, confidence=self.marks.confidence)
        return found.low, found.high

    def repeats(self, pairs: Sequence[tuple[str, str]]) -> tuple[int, int, float | None]:
        """How many of the pairs are equal, how many there are, and Cohen's kappa of them."""
        if not pairs:
            return 0, 0, None
        first, second = (np.array(column) for column in zip(*pairs, strict=True))
        found = self_agreement(first, second, confidence=self.marks.confidence)
        return found.percent.hits, found.percent.n, found.kappa.value

    def _work(self, code: int) -> Work:
        """Answers of unknown time are left out: they were carried over."""
        rows = self._order[self._ends[code] : self._ends[code + 1]]
        rows = rows[self.times.at[rows] > 0]
        n_blocks = max(1, min(MOST_BLOCKS, rows.size // FEWEST_IN_BLOCK))
        return Work(
            said=self.table.labels[rows],
            fit=self.fit[rows],
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
        turn = int(np.flatnonzero(found.blocks == found.turn)[0])
        numbers = {
            "before": float(np.exp(found.before)),
            "after": float(np.exp(found.after)),
            "statistic": found.statistic,
            "threshold": found.threshold,
            "p": found.p_value,
            "n": found.n,
            "at": blocks[turn]["to"],
        }
        return {
            "blocks": blocks,
            "alarm": found.drifted,
            "alarm_block": turn if found.drifted else None,
            **numbers,
        }

    def _bursts(self, work: Work) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        codes, ranks = np.unique(work.said, return_inverse=True)
        run = same_answers(ranks, work.fit, n_labels=self._n_classes(codes.size))
        if run is not None and run.length >= SHORTEST_RUN and run.chance < RARE_RUN:
            choice = int(codes[run.label])
            found.append(
                {
                    "kind": "run",
                    **_ends(work.at, run.start, run.length),
                    "n": run.length,
                    "choice": self.labels.choice_keys[choice] if self.is_choice else "",
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

    def _n_classes(self, used: int) -> int:
        return self.table.n_labels if self.is_choice else max(1, used)


_CODES = {"run": "burst", "fast": "fast"}


def _spam_warning(spam: Columns) -> Warnings:
    """Whose interval is as a whole next to chance."""
    if not spam or spam["spam_high"] >= LEAST_SPAM:
        return []
    return [
        {
            "code": "spam",
            "score": spam["spam"],
            "low": spam["spam_low"],
            "high": spam["spam_high"],
            "n": int(spam["n"]),
        }
    ]


def signals_of(labels: LabelColumns, times: Times, is_choice: bool, marks: Marks) -> Signals:
    """The signals of everybody with labels."""
    return Signals(labels, times, is_choice, marks)


def unshrunk(table: ReliabilityTable, model: DawidSkene) -> FloatArray:
    """How often each person said c of items whose class is t by the *others'* answers: (A, K, K).

    On items that somebody else labeled, too. Nothing is borrowed from other people's tables, which
    would lend a spammer their diligence.
    """
    people, classes = table.n_annotators, table.n_labels
    logs = np.log(np.maximum(model.confusions_, SMALLEST))
    said = logs.transpose(0, 2, 1)[table.annotators, table.labels]
    judged = np.tile(np.log(np.maximum(model.priors_, SMALLEST)), (table.n_items, 1))
    np.add.at(judged, table.items, said)
    truth = judged[table.items] - said
    truth = np.exp(truth - truth.max(axis=1, keepdims=True))
    truth /= truth.sum(axis=1, keepdims=True)
    truth[np.bincount(table.items, minlength=table.n_items)[table.items] < 2] = 0.0
    counts = np.zeros((people, classes, classes))
    cell = table.annotators * classes + table.labels
    for true in range(classes):
        summed = np.bincount(cell, weights=truth[:, true], minlength=people * classes)
        counts[:, true, :] = summed.reshape(people, classes)
    return counts


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
