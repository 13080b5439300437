"""Shapes of REST bodies. What a document holds is checked by the action, with paths."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from guidelines.content import MAX_PROSE, MAX_TITLE
from guidelines.models import VersionState
from projects.api.base import StrictSerializer


class ContentInput(StrictSerializer):
    """The whole content of a version."""

    title = serializers.CharField(max_length=MAX_TITLE)
    prose = serializers.CharField(
        max_length=MAX_PROSE, allow_blank=True, default="", trim_whitespace=False
    )
    document = serializers.JSONField(default=dict)


class NewDraftInput(ContentInput):
    """Content of the new draft; without any, it copies the current version."""

    title = serializers.CharField(max_length=MAX_TITLE, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "title" not in attrs and (attrs["prose"] or attrs["document"]):
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
    content_hash = serializers.CharField()


class VersionOutput(VersionSummaryOutput):
    """A version: prose in Markdown, document as `{"questions": [...], "rules": [...]}`."""

    prose = serializers.CharField()
    document = serializers.JSONField()


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
