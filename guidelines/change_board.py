"""What a version changes and what that means, for those who decide it. Nothing here writes."""

from dataclasses import dataclass

from guidelines.changes import (
    DecidedChange,
    QuizSettings,
    read_changes,
    rule_numbers,
)
from guidelines.models import GuidelineVersion
from guidelines.queries import changes_of, schema_of, unfinished
from guidelines.quiz import usable_questions


@dataclass(frozen=True)
class ChangeBoard:
    """The changes of `version` against `based_on`, both by number. `missing` says by path what is
    to be written or decided before publishing; `quiz_questions` how many a quiz could ask."""

    version: int
    based_on: int | None
    changes: tuple[DecidedChange, ...]
    quiz: QuizSettings | None
    quiz_questions: int
    missing: dict[str, list[str]]


def change_board(version: GuidelineVersion) -> ChangeBoard:
    """What a version changes, what was decided about it, and what is still open."""
    changes = changes_of(version)
    classes = {each.change.target: each.change_class for each in changes}
    return ChangeBoard(
        version=version.number,
        based_on=version.based_on.number if version.based_on else None,
        changes=changes,
        quiz=read_changes(version.changes).quiz,
        quiz_questions=len(usable_questions(schema_of(version), rule_numbers(classes))),
        missing={} if version.is_published else unfinished(version),
    )
