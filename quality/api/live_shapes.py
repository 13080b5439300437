"""Shapes of REST bodies: agreement as it is now."""

from rest_framework import serializers

from annotations.models import SourceKind
from projects.api.base import StrictSerializer
from quality.api.serializers import AnnotatorOutput, CoefficientOutput


class LiveInput(StrictSerializer):
    """What to look at; the first question, all versions and all people by default."""

    question = serializers.CharField(required=False, max_length=60, default="")
    version = serializers.CharField(required=False, max_length=9, default="")
    kind = serializers.CharField(
        required=False,
        max_length=12,
        default="",
        help_text=f"One of {', '.join(SourceKind.values)}; all people by default.",
    )


class LiveCountOutput(serializers.Serializer):
    """How often a choice was given."""

    choice = serializers.CharField(source="choice.key")
    n_labels = serializers.IntegerField()


class LiveConfusionOutput(serializers.Serializer):
    """Pairs of annotators of the same item: one said a, the other b."""

    a = serializers.CharField()
    b = serializers.CharField()
    count = serializers.IntegerField()


class LiveOutput(serializers.Serializer):
    """Figures that follow the ledger; `is_current`: every label that is stored is in them."""

    question = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    is_current = serializers.BooleanField()
    is_catching_up = serializers.BooleanField()
    changed_at = serializers.DateTimeField()
    intervals_at = serializers.DateTimeField(help_text="Of intervals and annotators.")
    proved_at = serializers.DateTimeField(
        allow_null=True, help_text="When all labels were last recounted to prove the figures."
    )
    proved_equal = serializers.BooleanField(allow_null=True)
    n_items = serializers.IntegerField()
    n_labels = serializers.IntegerField()
    results = CoefficientOutput(many=True)
    class_counts = LiveCountOutput(many=True)
    confusion = LiveConfusionOutput(many=True)
    annotators = AnnotatorOutput(many=True)
