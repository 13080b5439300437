"""A person answers the quiz on what the current version changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict, validation_error
from core.problems import Problems
from guidelines import permissions, queries
from guidelines.models import GuidelineVersion, QuizAttempt
from guidelines.quiz import QuizQuestion, QuizResult, grade
from guidelines.reading import Quiz


@dataclass(frozen=True)
class QuizFeedback:
    """The attempt as it is kept, and what was right and wrong."""

    attempt: QuizAttempt
    result: QuizResult


@transaction.atomic
def answer_quiz(
    *,
    version: GuidelineVersion,
    by: User,
    answers: Mapping[str, Any],
    now: datetime,
    attempt: int | None = None,
) -> QuizFeedback:
    """Grade and keep `answers` = choice key by question key. A failed attempt may be followed by
    another, with questions drawn anew.

    `attempt` is the number of the attempt that was shown. Conflict `old_version` if another
    version holds now, `no_quiz` if nothing is asked, `quiz_passed` after one that was good enough,
    `quiz_moved` if that attempt was answered already; ValidationError, and no attempt, if answers
    are missing or were not offered.
    """
    # Two tabs at once are two attempts, one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    quiz = _open_quiz(version, by, attempt)
    result = _graded(quiz.questions, answers)
    made = QuizAttempt.objects.create(
        version=version,
        person=by,
        answers=[answer.as_json() for answer in result.answers],
        n_right=result.n_right,
        pass_mark=quiz.pass_mark,
        passed=result.passes(quiz.pass_mark),
        created_at=now,
    )
    audit.record(
        action="guideline.quiz",
        by=by,
        now=now,
        scope=version.guideline.project.scope,
        subject=f"guideline version:{version.pk}",
        number=version.number,
        attempt=quiz.attempt,
        passed=made.passed,
    )
    return QuizFeedback(made, result)


def _open_quiz(version: GuidelineVersion, by: User, attempt: int | None) -> Quiz:
    """The quiz as it stands for the person now."""
    project = version.guideline.project
    permissions.check_is_current(version, queries.current_version(project))
    reading = queries.reading_due(by, project)
    if reading is None or reading.quiz is None:
        raise Conflict(_("There is no quiz for you to answer."), code="no_quiz")
    if reading.quiz.passed:
        raise Conflict(_("You have passed this quiz already."), code="quiz_passed")
    if attempt is not None and attempt != reading.quiz.attempt:
        raise Conflict(
            _("These questions were answered already. Here are the next ones."),
            code="quiz_moved",
            attempt=reading.quiz.attempt,
        )
    return reading.quiz


def _graded(questions: tuple[QuizQuestion, ...], answers: Mapping[str, Any]) -> QuizResult:
    try:
        return grade(questions, answers)
    except Problems as problems:
        raise validation_error(problems) from None
