"""Counting what a publication touches. PURE, numpy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from campaigns.touched import Outcome

IdArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CurrentLabels:
    """Current labels as parallel columns of row ids, shape (n,). One item and one rater make one
    answer, which may hold labels of several questions."""

    items: IdArray
    raters: IdArray
    choices: IdArray

    def __len__(self) -> int:
        return self.items.size


@dataclass(frozen=True)
class Count:
    """How many labels, on how many items, by how many annotators."""

    labels: int
    items: int
    annotators: int


@dataclass(frozen=True)
class ImpactCounts:
    """`carried` are answers that carry over as a whole, `for_people` answers that people must give
    again, `held_back` answers with a label that could carry over beside one that cannot."""

    total: Count
    total_answers: int
    by_choice: dict[int, Count]
    for_people: Count
    answers_for_people: int
    carried: Count
    carried_answers: int
    held_back: int


def count(labels: CurrentLabels, chosen: Mask | None = None) -> Count:
    """Labels, distinct items and distinct annotators among the chosen labels, or all."""
    if chosen is None:
        chosen = np.ones(len(labels), bool)
    return Count(
        labels=int(chosen.sum()),
        items=int(np.unique(labels.items[chosen]).size),
        annotators=int(np.unique(labels.raters[chosen]).size),
    )


def with_choices(labels: CurrentLabels, choices: list[int]) -> Mask:
    """Which labels are of one of these choices."""
    return np.isin(labels.choices, np.array(choices, np.int64))


def impact_counts(labels: CurrentLabels, outcomes: Mapping[int, Outcome]) -> ImpactCounts:
    """What becomes of the labels; choices that `outcomes` does not know cannot carry over.

    An answer carries over only when every label of it is untouched or carries over, and at least
    one carries over.
    """
    of_answer, n_answers = _answers(labels)
    needs = with_choices(labels, _of(outcomes, Outcome.NEEDS_PEOPLE))
    maps = with_choices(labels, _of(outcomes, Outcome.CARRIES_OVER))
    known = with_choices(labels, list(outcomes))
    stays = _any(of_answer, needs | ~known, n_answers)
    moves = _any(of_answer, maps, n_answers)
    whole = moves & ~stays
    return ImpactCounts(
        total=count(labels),
        total_answers=n_answers,
        by_choice=_by_choice(labels),
        for_people=count(labels, needs),
        answers_for_people=int(_any(of_answer, needs, n_answers).sum()),
        carried=count(labels, whole[of_answer] if n_answers else maps),
        carried_answers=int(whole.sum()),
        held_back=int((moves & stays).sum()),
    )


def _of(outcomes: Mapping[int, Outcome], outcome: Outcome) -> list[int]:
    return [choice for choice, each in outcomes.items() if each is outcome]


def _answers(labels: CurrentLabels) -> tuple[IdArray, int]:
    """For each label the code of its answer, and how many answers there are."""
    _items, item_codes = np.unique(labels.items, return_inverse=True)
    raters, rater_codes = np.unique(labels.raters, return_inverse=True)
    keys, codes = np.unique(item_codes * max(1, raters.size) + rater_codes, return_inverse=True)
    return codes.astype(np.int64), int(keys.size)


def _any(of_answer: IdArray, chosen: Mask, n_answers: int) -> Mask:
    """Which answers hold at least one chosen label."""
    return np.bincount(of_answer[chosen], minlength=n_answers) > 0


def _by_choice(labels: CurrentLabels) -> dict[int, Count]:
    if not len(labels):
        return {}
    order = np.argsort(labels.choices, kind="stable")
    choices, starts = np.unique(labels.choices[order], return_index=True)
    found = {}
    for choice, part in zip(choices.tolist(), np.split(order, starts[1:]), strict=True):
        found[choice] = Count(
            labels=int(part.size),
            items=int(np.unique(labels.items[part]).size),
            annotators=int(np.unique(labels.raters[part]).size),
        )
    return found
