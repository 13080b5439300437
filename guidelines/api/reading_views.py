"""REST: what is to be read, the quiz about it, and who has read what."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from guidelines import queries
from guidelines.actions.acknowledge import acknowledge
from guidelines.actions.answer_quiz import QuizFeedback, answer_quiz
from guidelines.api import reading_serializers as shapes
from guidelines.label_schema import LabelSchema, rule_document
from guidelines.quiz import QuizQuestion
from guidelines.readers import reading_state
from guidelines.reading import Quiz
from projects.api.base import ProjectAPIView
from projects.roles import Permission

TAGS = ["guideline"]
MAY_LABEL = (Permission.LABEL, Scope.LABEL)


class ReadingView(ProjectAPIView):
    """What the person must read before they label on."""

    rules: ClassVar = {"GET": (Permission.LABEL, Scope.READ), "POST": MAY_LABEL}

    @extend_schema(responses=shapes.ReadingOutput, operation_id="guideline_reading", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """The changes since the version that the person knew last, and the quiz if there is one."""
        reading = queries.reading_due(self.person, self.project)
        return Response(shapes.ReadingOutput(_reading(reading)).data)

    @extend_schema(
        request=shapes.AcknowledgeInput,
        responses=shapes.AcknowledgementOutput,
        operation_id="guideline_acknowledge",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """The person has read this version. 409 `old_version` if another one holds now,
        `quiz_first` while its quiz is not passed.
        """
        wanted = shapes.AcknowledgeInput.validated(request.data)
        made = acknowledge(
            version=queries.version_by_number(self.project, wanted["version"]),
            by=self.person,
            now=timezone.now(),
        )
        return Response(shapes.AcknowledgementOutput(made).data)


class QuizView(ProjectAPIView):
    """The quiz on what the current version changes."""

    rules: ClassVar = {"POST": MAY_LABEL}

    @extend_schema(
        request=shapes.QuizInput,
        responses=shapes.QuizFeedbackOutput,
        operation_id="guideline_quiz",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Grade the answers. A failed attempt may be followed by another, with new questions."""
        wanted = shapes.QuizInput.validated(request.data)
        feedback = answer_quiz(
            version=queries.version_by_number(self.project, wanted["version"]),
            by=self.person,
            answers=wanted["answers"],
            attempt=wanted["attempt"],
            now=timezone.now(),
        )
        return Response(shapes.QuizFeedbackOutput(_feedback(feedback)).data)


class ReadersView(ProjectAPIView):
    """Who has read what."""

    rules: ClassVar = {"GET": (Permission.EDIT_GUIDELINE, Scope.READ)}

    @extend_schema(responses=shapes.ReadersOutput, operation_id="guideline_readers", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """Everybody who labels: the version acknowledged last, and attempts at the quiz."""
        return Response(shapes.ReadersOutput({"results": reading_state(self.project)}).data)


def _reading(reading: queries.Reading | None) -> dict[str, Any]:
    if reading is None:
        return {"due": False, "version": None, "since": None, "change_note": "", "changes": [],
                "quiz": None}  # fmt: skip
    return {
        "due": True,
        "version": reading.version.number,
        "since": reading.since,
        "change_note": reading.version.change_note,
        "changes": reading.changes,
        "quiz": _quiz(reading.quiz, queries.schema_of(reading.version)) if reading.quiz else None,
    }


def _quiz(quiz: Quiz, schema: LabelSchema) -> dict[str, Any]:
    return {
        "attempt": quiz.attempt,
        "pass_mark": quiz.pass_mark,
        "passed": quiz.passed,
        "questions": [_question(each, schema) for each in quiz.questions],
    }


def _question(asked: QuizQuestion, schema: LabelSchema) -> dict[str, Any]:
    """Without the right answer."""
    question = schema.question(asked.question)
    return {
        "key": asked.key,
        "rule": asked.rule,
        "text": asked.texts,
        "question": asked.question,
        "titles": question.titles if question else {},
        "options": [
            {"key": choice.key, "names": choice.names}
            for choice in (question.choices if question else ())
        ],
    }


def _feedback(feedback: QuizFeedback) -> dict[str, Any]:
    attempt, result = feedback.attempt, feedback.result
    rules = {rule.number: rule for rule in queries.schema_of(attempt.version).rules}
    return {
        "passed": attempt.passed,
        "n_right": attempt.n_right,
        "n_questions": len(result.answers),
        "pass_mark": attempt.pass_mark,
        "answers": result.answers,
        "rules": [rule_document(rules[number]) for number in result.wrong_rules],
    }
