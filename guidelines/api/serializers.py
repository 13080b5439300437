"""Shapes of REST bodies. What a document holds is checked by the action, with paths."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework import serializers

from guidelines.changes import DecidedChange
from guidelines.content import MAX_PROSE, MAX_TITLE
from guidelines.models import ChangeClass, VersionState
from projects.api.base import StrictSerializer

LARGEST_NUMBER = 2**31 - 1


class ContentInput(StrictSerializer):
    """The whole content of a version."""

    title = serializers.CharField(max_length=MAX_TITLE)
    prose = serializers.CharField(
        max_length=MAX_PROSE, allow_blank=True, default="", trim_whitespace=False
    )
    document = serializers.JSONField(default=dict)
    changes = serializers.JSONField(default=None, allow_null=True)


class NewDraftInput(ContentInput):
    """Content of the new draft; without any, it copies the current version.

    `based_on` is the version that the content was made from, the current one by default.
    """

    title = serializers.CharField(max_length=MAX_TITLE, required=False)
    based_on = serializers.IntegerField(
        min_value=1, max_value=LARGEST_NUMBER, required=False, default=None, allow_null=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = attrs["prose"] or attrs["document"] or attrs["changes"] or attrs["based_on"]
        if "title" not in attrs and given:
            raise serializers.ValidationError(
                {"title": [self.fields["title"].error_messages["required"]]}
            )
        return attrs


class DraftInput(ContentInput):
    """The whole content, and the revision that it is based on."""

    revision = serializers.IntegerField(min_value=1)


class PublishInput(StrictSerializer):
    """The revision that was read, and what annotators are told."""

    revision = serializers.IntegerField(min_value=1)
    change_note = serializers.CharField(allow_blank=True, default="", max_length=5000)


class RebaseInput(StrictSerializer):
    """The revision that was read."""

    revision = serializers.IntegerField(min_value=1)


class DiscardInput(StrictSerializer):
    """Refuse when somebody saved after this revision."""

    revision = serializers.IntegerField(min_value=1, required=False, default=None)


class MarkdownInput(StrictSerializer):
    """The language of the texts; the reader's own by default."""

    language = serializers.ChoiceField(
        choices=[code for code, _name in settings.LANGUAGES], required=False
    )


class VersionSummaryOutput(serializers.Serializer[Any]):
    """A version without its content."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=VersionState.choices)
    title = serializers.CharField()
    revision = serializers.IntegerField()
    based_on = serializers.IntegerField(source="based_on.number", default=None, allow_null=True)
    created_by = serializers.CharField(source="created_by.name")
    created_at = serializers.DateTimeField()
    edited_by = serializers.CharField(source="edited_by.name", default=None, allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)
    published_by = serializers.CharField(source="published_by.name", default=None, allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    change_note = serializers.CharField()
    change_class = serializers.ChoiceField(choices=ChangeClass.choices, allow_blank=True)
    reading_number = serializers.IntegerField()
    content_hash = serializers.CharField()


class VersionOutput(VersionSummaryOutput):
    """A version: prose in Markdown, document as `{"questions": [...], "rules": [...]}`.

    `changes` are the decisions about what changed: `{"classes": {...}, "fates": {...},
    "quiz": {...}}`.
    """

    prose = serializers.CharField()
    document = serializers.JSONField()
    changes = serializers.JSONField()


class VersionsOutput(serializers.Serializer[Any]):
    """Newest first."""

    results = VersionSummaryOutput(many=True)


class PieceOutput(serializers.Serializer[Any]):
    """Some words: kept, added or removed."""

    op = serializers.CharField()
    text = serializers.CharField()


class LineOutput(serializers.Serializer[Any]):
    """A line of prose: kept, added, removed, or changed with its pieces."""

    op = serializers.CharField()
    pieces = PieceOutput(many=True)


class FieldDiffOutput(serializers.Serializer[Any]):
    """One changed field in one language."""

    field = serializers.CharField()
    language = serializers.CharField()
    pieces = PieceOutput(many=True)


class ChoiceDiffOutput(serializers.Serializer[Any]):
    """A choice or rule that was added, removed or changed."""

    op = serializers.CharField()
    key = serializers.CharField()
    names = serializers.DictField(child=serializers.CharField())
    fields_changed = FieldDiffOutput(many=True, source="fields")


class QuestionDiffOutput(ChoiceDiffOutput):
    """A question, with its changed choices."""

    choices = ChoiceDiffOutput(many=True, source="entries")


class DiffOutput(serializers.Serializer[Any]):
    """What version `after` changes against version `before`."""

    before = serializers.IntegerField()
    after = serializers.IntegerField()
    title = PieceOutput(many=True)
    prose = LineOutput(many=True)
    questions = QuestionDiffOutput(many=True)
    rules = ChoiceDiffOutput(many=True)


class RulesOutput(serializers.Serializer[Any]):
    """Rules as they stand in the document, in the order of their numbers."""

    results = serializers.ListField(child=serializers.JSONField())


class FateOutput(serializers.Serializer[Any]):
    """What becomes of the labels of a choice."""

    how = serializers.CharField()
    into = serializers.ListField(child=serializers.CharField())


class ChangeOutput(serializers.Serializer[Any]):
    """One change: `decided` is the lead's class ("" while open), `change_class` the one that
    counts. `wants_fate`: the choice is gone, so it needs a fate. `lines` are those of the prose.
    """

    target = serializers.CharField(source="change.target")
    op = serializers.CharField(source="change.op")
    names = serializers.DictField(child=serializers.CharField(), source="change.names")
    fields_changed = FieldDiffOutput(many=True, source="change.fields")
    lines = LineOutput(many=True, source="change.lines")
    proposed = serializers.CharField(source="change.proposed")
    reason = serializers.SerializerMethodField()
    decided = serializers.CharField(allow_blank=True)
    change_class = serializers.ChoiceField(choices=ChangeClass.choices)
    wants_fate = serializers.BooleanField(source="change.wants_fate")
    fate = FateOutput(allow_null=True)

    def get_reason(self, decided: DecidedChange) -> str:
        return gettext(decided.change.reason)


class QuizSettingsOutput(serializers.Serializer[Any]):
    """How many questions at most, and the per cent that must be right."""

    questions = serializers.IntegerField()
    pass_mark = serializers.IntegerField()


class ChangesOutput(serializers.Serializer[Any]):
    """What a version changes against the one it is based on.

    `missing` says by path what is still to be decided or written before a draft can be published;
    `quiz_questions` how many questions a quiz could ask.
    """

    version = serializers.IntegerField()
    based_on = serializers.IntegerField(allow_null=True)
    changes = ChangeOutput(many=True)
    quiz = QuizSettingsOutput(allow_null=True)
    quiz_questions = serializers.IntegerField()
    missing = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
