"""What a lead decided about the changes of a version. PURE.

Everybody imports these names from `guidelines.changes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guidelines.change_classes import EDITORIAL, gravest

# How the labels of a choice go on; "kept" is what no fate means. One target each but for the last
# two: two targets or more, none.
KEPT, SPLIT, RETIRED = "kept", "split", "retired"
ONE_TO_ONE = frozenset({"renamed", "merged", "moved"})
FATES = frozenset({KEPT, *ONE_TO_ONE, SPLIT, RETIRED})


@dataclass(frozen=True)
class Fate:
    """What becomes of a choice of the old version; `into` are "question.choice" of the new one."""

    how: str
    into: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuizSettings:
    """How many questions at most, and the per cent of them that must be right."""

    questions: int
    pass_mark: int


@dataclass(frozen=True)
class Decisions:
    """What the lead decided: class by target, fate by "question.choice", and the quiz if any."""

    classes: dict[str, str]
    fates: dict[str, Fate]
    quiz: QuizSettings | None = None

    @property
    def change_class(self) -> str:
        """The gravest class."""
        return gravest(self.classes.values())


def read_changes(raw: Mapping[str, Any]) -> Decisions:
    """The decisions that a stored version keeps; they were checked when they were stored."""
    quiz = raw.get("quiz")
    return Decisions(
        classes=dict(raw.get("classes", {})),
        fates={
            reference: Fate(fate["how"], tuple(fate["into"]))
            for reference, fate in raw.get("fates", {}).items()
        },
        quiz=QuizSettings(quiz["questions"], quiz["pass_mark"]) if quiz else None,
    )


def to_changes(decisions: Decisions) -> dict[str, Any]:
    """The JSON that is stored; `read_changes` gives the decisions back."""
    quiz = decisions.quiz
    return {
        "classes": dict(decisions.classes),
        "fates": {
            reference: {"how": fate.how, "into": list(fate.into)}
            for reference, fate in decisions.fates.items()
        },
        "quiz": {"questions": quiz.questions, "pass_mark": quiz.pass_mark} if quiz else None,
    }


def mapping_of(decisions: Decisions) -> dict[str, str]:
    """Old "question.choice" to new for all that was renamed, merged or moved.

    A choice that is neither here nor split nor retired goes on under its own key.
    """
    return mapping_of_fates(decisions.fates)


def mapping_of_fates(fates: Mapping[str, Fate]) -> dict[str, str]:
    """Where the labels of each choice go, if they all go to one place under another key."""
    return {
        reference: fate.into[0]
        for reference, fate in fates.items()
        if fate.how in ONE_TO_ONE and len(fate.into) == 1
    }


def rule_numbers(classes: Mapping[str, str]) -> frozenset[int]:
    """The rules that people must read about: whose class is not editorial."""
    return frozenset(
        int(target.removeprefix("rule:"))
        for target, change_class in classes.items()
        if target.startswith("rule:") and change_class != EDITORIAL
    )
