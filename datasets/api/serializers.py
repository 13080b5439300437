"""Shapes of REST bodies: imports and exports."""

from django.core.validators import MaxValueValidator, MinValueValidator
from rest_framework import serializers

from core.models.job import JobState
from datasets.actions.open_export import CSV, JSONL, LABELS, RESOLVED
from datasets.formats.base import ENCODINGS
from datasets.formats.foreign.exported import EXPORT_FORMATS
from datasets.models import FileFormat, ItemOrder
from projects.api.base import StrictSerializer


class ImportInput(StrictSerializer):
    """multipart/form-data. Without `mapping` the columns are taken by their names."""

    file = serializers.FileField(max_length=1000, allow_empty_file=True)
    format = serializers.ChoiceField(choices=FileFormat.choices, required=False)
    encoding = serializers.ChoiceField(choices=ENCODINGS, required=False)
    mapping = serializers.JSONField(
        required=False,
        help_text='{"columns": {"body": "text", "who": "annotator", "class": "answer:intent", '
        '"junk": "ignore"}, "values": {"intent": {"1": "refund"}}}. For the formats of other '
        'programs also {"targets": {"label": "entities", "brush": ""}, "annotator": "mina"}: which '
        "question takes what (none leaves it out), and who answered where the file does not say.",
    )
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Guideline version of the answers in the file.",
    )
    overlap = serializers.IntegerField(
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    order = serializers.ChoiceField(choices=ItemOrder.choices, required=False)
    start = serializers.BooleanField(
        required=False,
        default=True,
        help_text="false: only store the file.",
    )


class FaultOutput(serializers.Serializer):
    """One thing that is wrong with the file."""

    message = serializers.CharField()
    code = serializers.CharField()
    line = serializers.IntegerField(allow_null=True, default=None)
    column = serializers.CharField(allow_blank=True, default="")


class ImportOutput(serializers.Serializer):
    """An import: its file, how far it is, what it brought. `state` is `uploaded` before a start."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="original_name")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    format = serializers.CharField()
    encoding = serializers.CharField()
    mapping = serializers.DictField()
    version = serializers.IntegerField(source="version.number", allow_null=True, default=None)
    overlap = serializers.IntegerField()
    order = serializers.CharField()
    uploaded_at = serializers.DateTimeField()
    job = serializers.UUIDField(source="job_id", allow_null=True)
    state = serializers.ChoiceField(choices=["uploaded", *JobState.values])
    progress = serializers.IntegerField(source="job.done", default=0, help_text="Per cent.")
    message = serializers.CharField(source="job.message", default="")
    errors = FaultOutput(source="job.error", many=True, default=list)  # type: ignore[assignment]
    batch = serializers.IntegerField(source="batch_id", allow_null=True)
    items_added = serializers.IntegerField(allow_null=True)
    items_known = serializers.IntegerField(allow_null=True)
    annotations_added = serializers.IntegerField(allow_null=True)
    annotations_known = serializers.IntegerField(allow_null=True)
    revisions_added = serializers.IntegerField(allow_null=True)


class ImportsOutput(serializers.Serializer):
    """Newest first."""

    results = ImportOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class PageInput(StrictSerializer):
    """`after` is `next_after` of the page before."""

    after = serializers.CharField(required=False, default="")


class ExportInput(StrictSerializer):
    """What to export, and how."""

    format = serializers.ChoiceField(
        choices=[JSONL, CSV, *EXPORT_FORMATS],
        default=JSONL,
        help_text="jsonl and csv hold everything. The formats of other programs hold current "
        "answers only, with the items' content, and only the kinds of questions that they know.",
    )
    what = serializers.ChoiceField(
        choices=[LABELS, RESOLVED],
        default=LABELS,
        help_text="One row per label with its lineage, or one row per item and question.",
    )
    question = serializers.CharField(
        required=False, default="", help_text="Only this question, or several separated by commas."
    )
    annotator = serializers.CharField(
        required=False, default="", help_text="Only what the annotator of this name said."
    )
    run = serializers.IntegerField(
        required=False,
        default=None,
        help_text="A resolution run. Labels carry what it decided; resolved items come from it "
        "(from the latest run of each question otherwise).",
    )
    since = serializers.DateTimeField(
        required=False,
        default=None,
        help_text="Only what was stored at this time or later.",
    )
    current = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Leave out what was superseded.",
    )
    include = serializers.ChoiceField(
        choices=["payload"],
        required=False,
        help_text="The items' content and metadata as well.",
    )
    spreadsheet = serializers.BooleanField(
        required=False,
        default=False,
        help_text="CSV only: formulas are made inert. Not fit to be imported again.",
    )
    trailer = serializers.BooleanField(
        required=False,
        default=False,
        help_text='JSONL only: ends with {"_end": {"rows": n}}, so that a cut file is noticed.',
    )
