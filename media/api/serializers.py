"""Shapes of REST bodies: files and their arrivals."""

from typing import Any

from rest_framework import serializers

from core.models.job import JobState
from media.models import CameFrom, MediaKind
from projects.api.base import StrictSerializer


class MediaInput(StrictSerializer):
    """multipart/form-data."""

    file = serializers.FileField(max_length=1000, allow_empty_file=True)
    name = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="What the file is called in the project; else the name it is sent with.",
    )


class MediaPageInput(StrictSerializer):
    """`after` is `next_after` of the page before."""

    after = serializers.CharField(required=False, default="")
    kind = serializers.ChoiceField(choices=MediaKind.choices, required=False, default="")
    prefix = serializers.CharField(
        required=False, default="", max_length=255, help_text="The beginning of the name."
    )


class MediaOutput(serializers.Serializer[Any]):
    """A file. Pixels are as a person sees them; `duration` is seconds."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=MediaKind.choices)
    content_type = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(source="digest")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration = serializers.FloatField(allow_null=True)
    pages = serializers.IntegerField(allow_null=True)
    came_from = serializers.ChoiceField(choices=CameFrom.choices)
    created_at = serializers.DateTimeField()


class MediaFilesOutput(serializers.Serializer[Any]):
    """In the order of their ids."""

    results = MediaOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ArrivalInput(StrictSerializer):
    """multipart/form-data or JSON: an archive, or addresses, or a folder of the server."""

    file = serializers.FileField(max_length=1000, required=False, help_text="A zip archive.")
    addresses = serializers.CharField(
        max_length=2_000_000,
        required=False,
        help_text="One a line; after a space the name of the file.",
    )
    folder = serializers.CharField(
        max_length=255,
        required=False,
        allow_blank=True,
        help_text="Below the project's own folder in the inbox of the server.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of them."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Send one of file, addresses and folder.")
        return attrs


class MediaFaultOutput(serializers.Serializer[Any]):
    """A file that was left out, or what is wrong with the archive."""

    name = serializers.CharField(default="")
    message = serializers.CharField()
    code = serializers.CharField()


class ArrivalOutput(serializers.Serializer[Any]):
    """How far it is, and what it brought. `errors` end it; `faults` are files left out."""

    id = serializers.IntegerField(source="pk")
    came_from = serializers.ChoiceField(choices=CameFrom.choices)
    name = serializers.CharField()
    job = serializers.UUIDField(source="job_id")
    state = serializers.ChoiceField(source="job.state", choices=JobState.choices)
    done = serializers.IntegerField(source="job.done")
    total = serializers.IntegerField(source="job.total")
    errors = MediaFaultOutput(source="job.error", many=True)  # type: ignore[assignment]
    added = serializers.IntegerField(allow_null=True)
    known = serializers.IntegerField(allow_null=True)
    faults = MediaFaultOutput(many=True)
    created_at = serializers.DateTimeField()
