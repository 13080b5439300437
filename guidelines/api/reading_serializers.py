"""Shapes of REST bodies about reading, quizzes and acknowledgements."""

from typing import Any

from rest_framework import serializers

from guidelines.api.serializers import LARGEST_NUMBER, ChangeOutput
from projects.api.base import StrictSerializer


class AcknowledgeInput(StrictSerializer):
    """The number of the version that was read."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)


class QuizInput(AcknowledgeInput):
    """Answers as choice key by question key, and the attempt that was shown."""

    attempt = serializers.IntegerField(min_value=1, required=False, default=None)
    answers = serializers.JSONField()


class OptionOutput(serializers.Serializer[Any]):
    """A choice that may be given."""

    key = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField())


class QuizQuestionOutput(serializers.Serializer[Any]):
    """Which choice is right for this case? The rule is R`rule` of the version."""

    key = serializers.CharField()
    rule = serializers.IntegerField()
    text = serializers.DictField(child=serializers.CharField())
    question = serializers.CharField()
    titles = serializers.DictField(child=serializers.CharField())
    options = OptionOutput(many=True)


class QuizOutput(serializers.Serializer[Any]):
    """The questions of one attempt; `passed` when an earlier attempt was good enough."""

    attempt = serializers.IntegerField()
    pass_mark = serializers.IntegerField()
    passed = serializers.BooleanField()
    questions = QuizQuestionOutput(many=True)


class ReadingOutput(serializers.Serializer[Any]):
    """What is due: the changes since the version known last, or everything when that is 0."""

    due = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True)
    since = serializers.IntegerField(allow_null=True)
    change_note = serializers.CharField(allow_blank=True)
    changes = ChangeOutput(many=True)
    quiz = QuizOutput(allow_null=True)


class AcknowledgementOutput(serializers.Serializer[Any]):
    """Who read what, and when."""

    version = serializers.IntegerField(source="version.number")
    acknowledged_at = serializers.DateTimeField(source="created_at")


class GradedAnswerOutput(serializers.Serializer[Any]):
    """One answer; the rule says why."""

    key = serializers.CharField(source="question.key")
    rule = serializers.IntegerField(source="question.rule")
    given = serializers.CharField()
    right = serializers.CharField(source="question.right")
    is_right = serializers.BooleanField()


class QuizFeedbackOutput(serializers.Serializer[Any]):
    """How it went; `rules` are the rules to read again, as in the document."""

    passed = serializers.BooleanField()
    n_right = serializers.IntegerField()
    n_questions = serializers.IntegerField()
    pass_mark = serializers.IntegerField()
    answers = GradedAnswerOutput(many=True)
    rules = serializers.ListField(child=serializers.JSONField())


class ReaderOutput(serializers.Serializer[Any]):
    """A person who labels; attempts are those at the quiz of the current version."""

    person = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")
    acknowledged = serializers.IntegerField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    attempts = serializers.IntegerField()
    passed_at = serializers.DateTimeField(allow_null=True)
    is_due = serializers.BooleanField()


class ReadersOutput(serializers.Serializer[Any]):
    """By name."""

    results = ReaderOutput(many=True)
