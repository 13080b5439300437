"""The ledger: one submission by one source. Rows are inserted once, for ever (ADR 0004)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.assignment import Assignment
from annotations.models.item import Item
from annotations.models.source import Source
from guidelines.models import GuidelineVersion
from projects.models import Project


class AnnotationKind(models.TextChoices):
    """What a submission says."""

    ANSWER = "answer", _("Answer")
    SKIP = "skip", _("Skip")
    RETRACTION = "retraction", _("Retraction")


class SkipReason(models.TextChoices):
    """Why an annotator passes; another annotator is asked instead."""

    UNCLEAR = "unclear", _("I cannot decide")
    NOT_COVERED = "not_covered", _("The guideline does not cover it")
    LANGUAGE = "language", _("I do not understand the language")
    BROKEN = "broken", _("The item is empty or broken")
    UPSETTING = "upsetting", _("I would rather not see this")
    OTHER = "other", _("Another reason")


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Chainable filters."""

    def current(self) -> "AnnotationQuerySet":
        """The end of each line of revisions: rows that nothing supersedes."""
        return self.filter(successor__isnull=True)


class Annotation(models.Model):
    """`id` is made by the client. A change is a new row that supersedes the old one.

    One first answer per (item, source), at most one successor per row, and a trigger that demands
    the same item and source of a successor: each source's history of an item is one line.
    `body_hash` is the SHA-256 of what was sent, so that a replay is told from a conflict.
    """

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="annotations")
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="annotations", db_index=False
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AnnotationKind.choices)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )
    reason = models.CharField(max_length=60, blank=True)
    comment = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(help_text="When the source said it.")
    created_at = models.DateTimeField(help_text="When it was stored.")
    active_ms = models.PositiveIntegerField(null=True)
    tool = models.CharField(max_length=60, help_text="Screen or client, with its version.")
    body_hash = models.CharField(max_length=64)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "source"],
                condition=models.Q(supersedes__isnull=True),
                name="annotation_one_first_answer_per_item_and_source",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="retraction") | models.Q(supersedes__isnull=False),
                name="annotation_retraction_supersedes",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="skip") | ~models.Q(reason=""),
                name="annotation_skip_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["project", "created_at", "id"], name="annotation_by_time"),
            models.Index(fields=["source", "-created_at"], name="annotation_by_source"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
