"""What a person's answers are held against: the other people's, in the way of their kind.

One yardstick for single choices, one for everything else (`people_yardsticks_values`). Neither
contains anything of the person who is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from quality.aggregation.dawid_skene import DawidSkene
from quality.agreement.coefficient import FloatArray
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.policy import enough_data
from quality.agreement.table import ReliabilityTable
from quality.people.alerts import Alert
from quality.people.consensus import log_fit
from quality.people.copying import shared_mistakes
from quality.people.spammer_score import spammer_scores
from quality.queries.labels import LabelColumns

# Beyond these the tables of all pairs, or of all people, would not fit beside a web server.
MOST_PAIRED, MOST_CELLS = 1000, 20_000_000
FALSE_PAIRS, LEAST_SPAM = 0.01, 0.1
SMALLEST = 1e-9

Columns = dict[str, Any]
# Of each person's code, the other's code and the numbers of a conspicuous pair.
Copies = dict[int, list[tuple[int, dict[str, Any]]]]


@dataclass(frozen=True)
class Marks:
    """What raises a warning; `gold_mark` in per cent of right checks."""

    gold_mark: int
    fewest_checks: int
    confidence: float
    seed: int
    permutations: int


class Yardstick(Protocol):
    """How the answers of a run are compared. `by`: what the numbers of a drift, a score and a pair
    mean; "chance" for single choices, "likeness" for other kinds."""

    by: str
    labels: LabelColumns

    @property
    def table(self) -> ReliabilityTable:
        """The answers as codes that are equal where answers are."""
        ...

    @property
    def fit(self) -> FloatArray:
        """How well each answer fits those of the others, NaN without others: (n,)."""
        ...

    @property
    def chances(self) -> FloatArray:
        """log p(said | the others), of each answer: (n,)."""
        ...

    @property
    def spam(self) -> dict[int, Columns]:
        """Score with its interval, by code of the person."""
        ...

    @property
    def spammers(self) -> dict[int, dict[str, Any]]:
        """Numbers of those whose score is next to chance, by code."""
        ...

    @property
    def copies(self) -> Copies:
        """Conspicuous pairs, the most conspicuous first."""
        ...

    @property
    def peers(self) -> dict[int, tuple[float, int]]:
        """Mean likeness to others and pairs of answers, by source."""
        ...

    @property
    def alpha(self) -> tuple[float | None, dict[int, float]]:
        """Alpha of all, and without each source."""
        ...

    def mean_fit(self, value: float) -> float:
        """A mean of `fit` as people read it, between 0 and 1."""
        ...

    def matters(self, before: float, after: float) -> bool:
        """Whether means of `fit` before and after a turn are so far apart that somebody should
        look, beyond being no accident."""
        ...

    def n_classes(self, used: int) -> int:
        """How many answers somebody could repeat who has given so many different ones."""
        ...

    def answer(self, code: int) -> dict[str, Any]:
        """What a code stands for, as a warning stores it."""
        ...


class ChoiceYardstick:
    """Single choices: by the chance of what was said, given what the others said."""

    by = "chance"

    def __init__(self, labels: LabelColumns, marks: Marks) -> None:
        self.labels, self.marks = labels, marks
        self.table = labels.table

    @cached_property
    def fit(self) -> FloatArray:
        return log_fit(self.table)

    @property
    def chances(self) -> FloatArray:
        return self.fit

    @cached_property
    def model(self) -> DawidSkene | None:
        """What Dawid-Skene learns of people and classes; None where there is nothing to learn."""
        return model_of(self.table)

    @cached_property
    def spam(self) -> dict[int, Columns]:
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

    @property
    def spammers(self) -> dict[int, dict[str, Any]]:
        return {
            code: {
                "score": each["spam"],
                "low": each["spam_low"],
                "high": each["spam_high"],
                "n": int(each["n"]),
            }
            for code, each in self.spam.items()
            if each["spam_high"] < LEAST_SPAM
        }

    @cached_property
    def copies(self) -> Copies:
        return class_copies(self.table, self.model)

    @cached_property
    def peers(self) -> dict[int, tuple[float, int]]:
        """Share of equal answers among pairs with anybody else on the same item."""
        table = self.table
        per_item = np.bincount(table.items, minlength=table.n_items)[table.items]
        cells, place, sizes = np.unique(
            table.items * table.n_labels + table.labels, return_inverse=True, return_counts=True
        )
        del cells
        same = np.bincount(table.annotators, sizes[place] - 1.0, table.n_annotators)
        pairs = np.bincount(table.annotators, per_item - 1.0, table.n_annotators)
        return {
            source: (same[code] / pairs[code], int(pairs[code]))
            for code, source in enumerate(self.labels.source_ids.tolist())
            if pairs[code]
        }

    @cached_property
    def alpha(self) -> tuple[float | None, dict[int, float]]:
        """Nominal; nothing where there is too little data."""
        found = leave_one_annotator_out(self.table, statistic=KrippendorffAlpha())
        whole = found.coefficient
        if whole.value is None or enough_data(whole.n_items, whole.n_annotators) is not None:
            return None, {}
        return whole.value, known_of(self.labels, found.without)

    def mean_fit(self, value: float) -> float:
        return float(np.exp(value))

    def matters(self, before: float, after: float) -> bool:
        return True

    def n_classes(self, used: int) -> int:
        return self.table.n_labels

    def answer(self, code: int) -> dict[str, Any]:
        return {"choice": self.labels.choice_keys[code]}


def known_of(labels: LabelColumns, values: FloatArray) -> dict[int, float]:
    """Those that are defined, by source."""
    found = zip(labels.source_ids.tolist(), values.tolist(), strict=True)
    return {source: value for source, value in found if not np.isnan(value)}


def model_of(table: ReliabilityTable) -> DawidSkene | None:
    """Dawid-Skene of classes; None for fewer than three people or two classes, or too many."""
    people, classes = table.n_annotators, table.n_labels
    too_large = people * classes * classes > MOST_CELLS
    if people < 3 or classes < 2 or too_large:
        return None
    return DawidSkene().fit(table)


def class_copies(table: ReliabilityTable, model: DawidSkene | None) -> Copies:
    """Pairs that share more mistakes than independent work explains."""
    if model is None or table.n_annotators > MOST_PAIRED:
        return {}
    found = shared_mistakes(table, priors=model.priors_, confusions=model.confusions_)
    return paired(found.alerts(false_discoveries=FALSE_PAIRS))


def paired(alerts: Sequence[Alert]) -> Copies:
    """Each alert about a pair, once for either."""
    pairs: Copies = {}
    for alert in alerts:
        numbers = {name: float(value) for name, value in alert.numbers.items()}
        first, second = alert.annotators
        for one, other in ((first, second), (second, first)):
            pairs.setdefault(one, []).append((other, numbers))
    return pairs


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
