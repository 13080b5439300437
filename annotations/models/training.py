"""Gold items, and how people do on them before their first real item. Append-only."""

from django.conf import settings
from django.db import models

from annotations.models.item import Item
from guidelines.models import GuidelineVersion
from projects.models import Project


class GoldItem(models.Model):
    """An item with a trusted answer: `values` by question key, as controls take them.

    `explanation` and the rule that decides it are shown as feedback. Frozen but for `retired_at`.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField()
    explanation = models.TextField(blank=True)
    rule_number = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(retired_at__isnull=True),
                name="gold_one_active_per_item",
            ),
        )
        indexes = (
            models.Index(
                fields=["project", "id"],
                name="gold_active_by_project",
                condition=models.Q(retired_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"gold answer of item {self.item_id}"


class TrainingAnswer(models.Model):
    """What a person answered to a gold item in training; no label, and never exported as one."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    gold = models.ForeignKey(GoldItem, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    values = models.JSONField()
    is_right = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "gold", "attempt"], name="training_answer_once_per_attempt"
            ),
        )
        indexes = (
            models.Index(fields=["project", "person", "attempt"], name="training_answer_of_person"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {'right' if self.is_right else 'wrong'}"


class TrainingResult(models.Model):
    """The end of one attempt. Whoever has passed one may label."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    n_right = models.PositiveSmallIntegerField()
    n_items = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "person", "attempt"], name="training_result_once_per_attempt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.n_right} of {self.n_items}"
