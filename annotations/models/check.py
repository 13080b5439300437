"""Checks in the stream of work: silent repeats, and who gets no new items. Append-only (ADR 0031).

A gold item that is served as a check needs no table of its own: its slot says so, and its answer is
an ordinary annotation.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.annotation import Annotation, AnnotationKind
from annotations.models.assignment import Assignment
from annotations.models.item import Item
from guidelines.models import GuidelineVersion
from projects.models import Project


class RepeatAnswer(models.Model):
    """What a person said when an item that they had answered was shown to them again.

    It is no label: nothing in the ledger is superseded, and it is never exported as one. `original`
    is the answer of theirs that stood at this moment. `values` are canonical, by question key. As
    in the ledger, `id` is made by the client and a change is a new row that supersedes the old.
    """

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    original = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, related_name="repeats", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=AnnotationKind.choices)
    values = models.JSONField(default=dict)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )
    reason = models.CharField(max_length=60, blank=True)
    comment = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    created_at = models.DateTimeField()
    active_ms = models.PositiveIntegerField(null=True)
    tool = models.CharField(max_length=60)
    body_hash = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["assignment"],
                condition=models.Q(supersedes__isnull=True),
                name="repeat_one_first_answer_per_slot",
            ),
        )
        indexes = (
            models.Index(fields=["project", "person", "-created_at"], name="repeat_of_person"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} again"


class PauseState(models.TextChoices):
    """What was decided about a person's supply of new items."""

    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")


class Pause(models.Model):
    """One decision that a person gets no new items, or gets them again. The latest one holds.

    `by` is None for the rule of the project; `figures` are then what it went by: n_right, n_checks,
    low and high (the interval of the share) and mark. Nothing that the person said is touched.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=PauseState.choices)
    reason = models.TextField(blank=True)
    figures = models.JSONField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) | models.Q(figures__isnull=False),
                name="pause_of_the_rule_has_its_figures",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paused") | ~models.Q(reason="", by__isnull=False),
                name="pause_by_hand_has_a_reason",
            ),
        )
        indexes = (models.Index(fields=["project", "person", "-id"], name="pause_latest"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"
