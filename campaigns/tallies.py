"""From answers to flips: what each label of a sample became, and the rates over groups. PURE."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

import numpy as np

from campaigns.flips import FlipRate, flip_rate

# (item, rater, choice), each item and rater once.
Said = list[tuple[int, int, int]]

DONE = "done"
ANSWER = "answer"


@dataclass
class LabelTally:
    """One label of the sample: its old choice, and what the slots that ask for it brought.

    `given` counts new choices (None: answered, but not this question), `skipped` slots that were
    passed over, `waiting` slots without any answer so far.
    """

    choice: int
    probability: float
    given: Counter[int | None] = field(default_factory=Counter)
    skipped: int = 0
    waiting: int = 0

    @property
    def n_answers(self) -> int:
        """New answers to this question."""
        return sum(n for choice, n in self.given.items() if choice is not None)

    def flips(self, kept: frozenset[int]) -> float:
        """Share of the new answers that are none of `kept`."""
        stayed = sum(n for choice, n in self.given.items() if choice in kept)
        return 1.0 - stayed / self.n_answers


def tally(rows: Iterable[tuple[int, int, float, str, str | None, int | None]]) -> list[LabelTally]:
    """Labels from rows of (label, old choice, probability, state of a slot, kind of what was said
    there last, new choice), in the order of the labels."""
    found: dict[int, LabelTally] = {}
    for label, choice, probability, state, kind, given in rows:
        each = found.setdefault(label, LabelTally(choice, probability))
        if state != DONE:
            each.waiting += 1
        elif kind != ANSWER:
            each.skipped += 1
        else:
            each.given[given] += 1
    return list(found.values())


def rate_of(
    labels: Iterable[LabelTally], became: Mapping[int, frozenset[int]], *, confidence: float = 0.95
) -> FlipRate:
    """The flip rate of the labels that were answered; `became` are the new choices of each old."""
    answered = [each for each in labels if each.n_answers]
    flips = np.array([each.flips(became.get(each.choice, frozenset())) for each in answered])
    drawn = np.array([each.probability for each in answered])
    return flip_rate(flips, drawn, confidence=confidence)


def confusion_of(labels: Iterable[LabelTally]) -> Counter[tuple[int, int]]:
    """How often a label of one choice was answered with another now."""
    cells: Counter[tuple[int, int]] = Counter()
    for each in labels:
        for choice, n in each.given.items():
            if choice is not None:
                cells[each.choice, choice] += n
    return cells


def paired_labels(
    before: Said, after: Said, again: Set[tuple[int, int]], stands: Mapping[int, int]
) -> tuple[Said, Said]:
    """What the same raters said of the same items before and say now.

    A rater counts whose answer was made again (`again`: item and rater), or whose old choice
    `stands` (old choice to what it is called now): who was not asked, because the new version does
    not touch their label, agrees or disagrees with the others as before. Leaving them out would
    compare only those who had said the same, who cannot disagree before. Labels that people should
    make again but have not count on neither side.
    """
    new = {(item, rater) for item, rater, _choice in after}
    kept, standing = [], []
    for item, rater, choice in before:
        if (item, rater) in again:
            kept.append((item, rater, choice))
        elif choice in stands and (item, rater) not in new:
            kept.append((item, rater, choice))
            standing.append((item, rater, stands[choice]))
    return kept, [*after, *standing]
