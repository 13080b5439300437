"""Shapes of REST bodies: impact previews, carry-overs, campaigns and their reports."""

from decimal import Decimal

from rest_framework import serializers

from annotations.models import DEFAULT_PRIORITY
from campaigns.actions.start_campaign import LARGEST_SEED, LAST_PRIORITY, MOST_OVERLAP
from campaigns.models import CampaignLabel, Who
from projects.api.base import StrictSerializer


class PageInput(StrictSerializer):
    """`after` is `next_after` of the page before."""

    after = serializers.CharField(required=False, default="")
    size = serializers.IntegerField(required=False, default=100, min_value=1, max_value=1000)


class ImpactInput(StrictSerializer):
    """`version` may be a draft's number; without it the draft, else the current version."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class CarryOverInput(StrictSerializer):
    """A published version."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class CampaignInput(StrictSerializer):
    """A campaign of the current version, whose number says that it is the one meant."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    name = serializers.CharField(max_length=120)
    share = serializers.DecimalField(
        max_digits=5,
        decimal_places=4,
        min_value=Decimal("0.0001"),
        max_value=Decimal(1),
        required=False,
        default=Decimal(1),
        help_text="Share of each class of touched labels, above 0 and up to 1.",
    )
    who = serializers.CharField(
        max_length=6,
        required=False,
        default=Who.SAME.value,
        help_text=f"One of {', '.join(Who.values)}.",
    )
    shows_previous = serializers.BooleanField(
        required=False, default=False, help_text="People see their own old label; only with same."
    )
    overlap = serializers.IntegerField(
        required=False,
        default=1,
        min_value=1,
        max_value=MOST_OVERLAP,
        help_text="Only with others.",
    )
    priority = serializers.IntegerField(
        required=False, default=DEFAULT_PRIORITY - 1, min_value=0, max_value=LAST_PRIORITY
    )
    seed = serializers.IntegerField(required=False, default=1, min_value=0, max_value=LARGEST_SEED)
    despite_running = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Start although another campaign asks for some of these labels.",
    )


class WorkOutput(serializers.Serializer):
    """What was asked for, by whom, and how far its job is."""

    id = serializers.IntegerField()
    job = serializers.UUIDField(source="job_id")
    state = serializers.CharField(
        source="job.state", help_text="queued, running, done, failed or cancelled"
    )
    progress = serializers.IntegerField(source="job.done")
    total = serializers.IntegerField(source="job.total")
    errors = serializers.ListField(  # type: ignore[assignment]
        source="job.error", child=serializers.DictField()
    )
    requested_by = serializers.CharField(source="requested_by.name")
    created_at = serializers.DateTimeField()


class ImpactOutput(WorkOutput):
    """`figures` is empty until the job is done."""

    version = serializers.IntegerField(source="version.number")
    revision = serializers.IntegerField()
    figures = serializers.DictField(
        source="job.result",
        help_text="total, needs_people (with hours), carries_over, choices, rules, median_ms.",
    )


class CarryOverOutput(WorkOutput):
    """The counts are null until the labels are written."""

    version = serializers.IntegerField(source="version.number")
    n_annotations = serializers.IntegerField(allow_null=True)
    n_labels = serializers.IntegerField(allow_null=True)
    computed_at = serializers.DateTimeField(allow_null=True)


class CampaignOutput(serializers.Serializer):
    """`number` names the campaign in addresses; the counts are null until it is prepared."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    version = serializers.IntegerField(source="version.number")
    before = serializers.IntegerField(source="before.number")
    state = serializers.CharField(help_text="running, paused or ended")
    who = serializers.CharField()
    shows_previous = serializers.BooleanField()
    overlap = serializers.IntegerField()
    priority = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=5, decimal_places=4)
    seed = serializers.IntegerField()
    job = serializers.UUIDField(source="job_id")
    job_state = serializers.CharField(source="job.state", help_text="Of drawing the sample.")
    errors = serializers.ListField(  # type: ignore[assignment]
        source="job.error", child=serializers.DictField()
    )
    created_by = serializers.CharField(source="created_by.name")
    created_at = serializers.DateTimeField()
    prepared_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    n_touched = serializers.IntegerField(allow_null=True)
    n_labels = serializers.IntegerField(allow_null=True)
    n_items = serializers.IntegerField(allow_null=True)
    n_slots = serializers.IntegerField(allow_null=True)
    n_handed_on = serializers.IntegerField(allow_null=True)


class SlotCountsOutput(serializers.Serializer):
    """Slots of a campaign by where they stand."""

    done = serializers.IntegerField()
    waiting = serializers.IntegerField()
    on_screen = serializers.IntegerField()
    closed = serializers.IntegerField()
    total = serializers.IntegerField()


class CampaignDetailOutput(serializers.Serializer):
    """A campaign and how far it is; `slots` is null until it is prepared."""

    campaign = CampaignOutput()
    slots = SlotCountsOutput(allow_null=True)


class ReportOutput(WorkOutput):
    """`figures` is empty until the job is done."""

    figures = serializers.DictField(
        help_text="labels, overall, classes, rules, confusion, cost, agreement, confidence."
    )
    computed_at = serializers.DateTimeField(allow_null=True)


class ImpactsOutput(serializers.Serializer):
    """Newest first."""

    results = ImpactOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class CarryOversOutput(serializers.Serializer):
    """Newest first."""

    results = CarryOverOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class CampaignsOutput(serializers.Serializer):
    """Newest first."""

    results = CampaignOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class ReportsOutput(serializers.Serializer):
    """Newest first."""

    results = ReportOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class SampledLabelOutput(serializers.Serializer):
    """One label of a campaign's sample: as it was, and the probability it was drawn with."""

    id = serializers.IntegerField()
    annotation = serializers.UUIDField(source="annotation_id")
    item = serializers.CharField(source="item.external_id")
    question = serializers.CharField(source="question.key")
    choice = serializers.SerializerMethodField(
        help_text="Null while you may still be asked about the item yourself."
    )
    probability = serializers.FloatField()

    def get_choice(self, label: CampaignLabel) -> str | None:
        """Nobody sees another person's answer before their own."""
        return None if label.item_id in self.context["blind"] else label.choice.key


class SampledLabelsOutput(serializers.Serializer):
    """In the order in which they were stored."""

    results = SampledLabelOutput(many=True)
    next_after = serializers.CharField(allow_null=True)
