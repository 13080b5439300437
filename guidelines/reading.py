"""What people read, and are asked, about versions that they have not seen. PURE."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guidelines.change_classes import EDITORIAL
from guidelines.changes import (
    DecidedChange,
    Decisions,
    Fate,
    QuizSettings,
    decided_changes,
    gravest,
    rule_numbers,
)
from guidelines.diff import VersionContent
from guidelines.label_schema import LabelSchema
from guidelines.quiz import QuizQuestion, draw


@dataclass(frozen=True)
class Quiz:
    """The questions of one attempt (1, 2, ...); `passed`: an attempt before was good enough."""

    questions: tuple[QuizQuestion, ...]
    pass_mark: int
    attempt: int
    passed: bool


def all_decisions(unread: Sequence[Decisions]) -> Decisions:
    """The decisions of several versions in a row as one: of each target the gravest class, of
    each choice the last fate, of all quizzes the hardest."""
    classes: dict[str, str] = {}
    fates: dict[str, Fate] = {}
    for each in unread:
        for target, change_class in each.classes.items():
            classes[target] = gravest([change_class, classes.get(target, EDITORIAL)])
        fates |= each.fates
    asked = [each.quiz for each in unread if each.quiz]
    quiz = (
        QuizSettings(max(each.questions for each in asked), max(each.pass_mark for each in asked))
        if asked
        else None
    )
    return Decisions(classes, fates, quiz)


def changes_to_read(
    before: VersionContent, after: VersionContent, decisions: Decisions
) -> tuple[DecidedChange, ...]:
    """What differs now and was not called editorial by any version in between."""
    found = decided_changes(before, after, decisions)
    return tuple(each for each in found if each.change_class != EDITORIAL)


def quiz_of(
    schema: LabelSchema, unread: Iterable[Decisions], *, seed: str, attempt: int, passed: bool
) -> Quiz | None:
    """The quiz about all unread versions whose leads asked for one.

    None when nobody did, or when nothing is left to ask: a later version may have taken out the
    examples.
    """
    asking = [each for each in unread if each.quiz]
    settings = all_decisions(asking).quiz
    if settings is None:
        return None
    numbers = {number for each in asking for number in rule_numbers(each.classes)}
    questions = draw(schema, numbers, settings.questions, seed)
    return Quiz(questions, settings.pass_mark, attempt, passed) if questions else None
