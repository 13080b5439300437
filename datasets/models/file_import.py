"""One file on its way into a project: kept with its hash, its mapping and its outcome."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Batch, SourceKind
from core.models import Job
from core.models.job import JobState
from datasets.formats.mapping import FOREIGN_FORMATS
from guidelines.models import GuidelineVersion
from projects.models import Project


class ItemOrder(models.TextChoices):
    """In which order annotators meet the items."""

    FILE = "file", _("As in the file")
    SHUFFLED = "shuffled", _("Shuffled")


class FileFormat(models.TextChoices):
    """What the reader expects; the names are those of `datasets.formats`."""

    CSV = "csv", _("CSV (comma or semicolon)")
    TSV = "tsv", _("TSV (tab)")
    JSONL = "jsonl", _("JSONL (one JSON object per line)")
    LABEL_STUDIO = "label_studio", _("Label Studio (JSON)")
    COCO = "coco", _("COCO (JSON)")
    CONLL = "conll", _("CoNLL (one token and tag per line)")
    DOCCANO = "doccano", _("doccano (JSONL or JSON)")
    PRODIGY = "prodigy", _("Prodigy (JSONL or JSON)")


def stored_name(instance: "Import", filename: str) -> str:
    """A generated name: nothing of the uploader's name reaches the file system."""
    return f"imports/{instance.project_id}/{uuid.uuid4().hex}"


class Import(models.Model):
    """An uploaded file; `job` is None until somebody confirmed the mapping.

    `batch` and the four counts appear in the transaction that stores the items, so a failed or
    cancelled import has neither. `mapping` is what `datasets.formats.mapping` reads; `version` is
    the guideline version that imported answers are filed under.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to=stored_name, max_length=200)
    original_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20, choices=FileFormat.choices)
    is_gzipped = models.BooleanField(default=False)
    encoding = models.CharField(max_length=20, default="utf-8")
    mapping = models.JSONField(default=dict)
    version = models.ForeignKey(
        GuidelineVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    source_kind = models.CharField(
        max_length=12,
        choices=SourceKind.choices,
        default=SourceKind.IMPORT,
    )
    overlap = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    order = models.CharField(max_length=10, choices=ItemOrder.choices, default=ItemOrder.FILE)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, null=True, related_name="+")
    items_added = models.BigIntegerField(null=True)
    items_known = models.BigIntegerField(null=True)
    annotations_added = models.BigIntegerField(null=True)
    annotations_known = models.BigIntegerField(null=True)
    revisions_added = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(overlap__gte=1, overlap__lte=50),
                name="import_overlap_between_1_and_50",
            ),
            models.CheckConstraint(
                condition=models.Q(batch__isnull=True) | models.Q(job__isnull=False),
                name="import_batch_comes_from_a_job",
            ),
        )
        indexes = (models.Index(fields=["project", "-id"], name="import_by_project"),)

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_started(self) -> bool:
        """Under way or done; one that failed or was cancelled may be started again."""
        return self.job is not None and self.job.state not in (JobState.FAILED, JobState.CANCELLED)

    @property
    def is_foreign(self) -> bool:
        """In the format of another program, where places are counted instead of lines."""
        return self.format in FOREIGN_FORMATS

    @property
    def state(self) -> str:
        """That of its job; before there is one, `uploaded`."""
        return str(self.job.state) if self.job else "uploaded"
