"""Alpha of the characters that somebody marked: how far span annotators agree, gaps left out."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.value_statistic import Prepared, ValueStatistic
from quality.agreement.values import Value, ValueTable

Stretch = tuple[str, int, int]


@dataclass(frozen=True)
class MarkedAlpha(ValueStatistic):
    """Nominal alpha over the characters that at least one annotator of the item marked.

    A character's label is the class it was marked with (several: all of them; none: nothing).
    Features: labels of characters, their disagreement, and how often each label was given. With
    all characters, the unmarked rest of the text would make everybody agree.
    """

    undefined = Undefined.NOTHING_MARKED

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        names = label_names(table)
        before = np.zeros((table.n_items, 2 + len(names)))
        changes = np.zeros((len(table), before.shape[1]))
        for item in np.flatnonzero(table.per_item >= 2).tolist():
            answers = table.of_item(item)
            before[item] = _features(answers, names)
            for place, row in enumerate(range(table.starts[item], table.starts[item + 1])):
                rest = _features(answers[:place] + answers[place + 1 :], names)
                changes[row] = rest - before[item]
        return Prepared(table, before, changes, nominal_alpha)


def marked_alpha(table: ValueTable) -> Coefficient:
    """Krippendorff's nominal alpha of marked characters of span answers; see `MarkedAlpha`."""
    return MarkedAlpha().measure(table)


def stretches(answers: list[Value]) -> list[Stretch]:
    """The marked parts of a text, cut wherever a span begins or ends: (part, start, end)."""
    borders: dict[str, set[int]] = {}
    for span in _spans(answers):
        borders.setdefault(span["part"], set()).update((span["start"], span["end"]))
    found = []
    for part, places in sorted(borders.items()):
        ordered = sorted(places)
        for start, end in itertools.pairwise(ordered):
            found.append((part, start, end))
    spans = _spans(answers)
    return [each for each in found if any(_covers(span, each) for span in spans)]


def said_of(answer: Value, stretch: Stretch) -> tuple[str, ...]:
    """The classes that an answer gives a stretch, sorted; () for none."""
    return tuple(sorted({each["choice"] for each in answer["spans"] if _covers(each, stretch)}))


def _spans(answers: list[Value]) -> list[dict[str, Any]]:
    return [span for answer in answers for span in answer["spans"]]


def _covers(span: dict[str, Any], stretch: Stretch) -> bool:
    part, start, end = stretch
    return bool(span["part"] == part and span["start"] <= start and span["end"] >= end)


def label_names(table: ValueTable) -> dict[tuple[str, ...], int]:
    """The labels of characters, as sorted classes, with their places among the features."""
    names: dict[tuple[str, ...], int] = {(): 0}
    for item in range(table.n_items):
        answers = table.of_item(item)
        for stretch in stretches(answers):
            for answer in answers:
                names.setdefault(said_of(answer, stretch), len(names))
    return names


def _features(answers: list[Value], names: dict[tuple[str, ...], int]) -> FloatArray:
    found = np.zeros(2 + len(names))
    m = len(answers)
    if m < 2:
        return found
    for stretch in stretches(answers):
        length = stretch[2] - stretch[1]
        counts = np.zeros(len(names))
        for answer in answers:
            counts[names[said_of(answer, stretch)]] += 1
        differing = m * m - float(counts @ counts)
        found[0] += length * m
        found[1] += length * differing / (m - 1)
        found[2:] += length * counts
    return found


def nominal_alpha(sums: FloatArray) -> Estimates:
    """Alpha of R samples from labels, their disagreement and how often each was given (R, F)."""
    n, apart, counts = sums[:, 0], sums[:, 1], sums[:, 2:]
    observed = apart / np.maximum(n, 1.0)
    expected = 1.0 - np.einsum("rc,rc->r", counts, counts - 1.0) / np.maximum(n * (n - 1.0), 1.0)
    value = np.full(len(sums), np.nan)
    np.divide(expected - observed, expected, out=value, where=(n > 0) & (expected > 1e-12))
    return Estimates(value, 1.0 - observed, 1.0 - expected)
