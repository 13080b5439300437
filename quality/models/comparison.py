"""Two resolution runs side by side, compared once by a job. Append-only."""

from django.conf import settings
from django.db import models

from annotations.models import Item
from core.models import Job
from projects.models import Project
from quality.models.resolution import ResolutionRun

# What stands for a decision where there are no single choices.
DECIDED = "decided"


class RunComparison(models.Model):
    """What the second run would change; finished runs do not change, so neither does this.

    Filled by its job, in one update, and frozen from then on. `flows`: [[before, after, n,
    n_different], ...] of the items that both runs have, with `before` and `after` as of
    `ComparedItem`.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    first = models.ForeignKey(
        ResolutionRun, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    second = models.ForeignKey(
        ResolutionRun, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    flows = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["first", "second", "-id"], name="runcomparison_latest"),)

    def __str__(self) -> str:
        return f"runs {self.first_id} and {self.second_id}"


class ComparedItem(models.Model):
    """An item that the two runs decided differently.

    `before`, `after`: the key of a choice, "decided" for questions without single choices, "" for
    undecided.
    """

    comparison = models.ForeignKey(
        RunComparison, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["comparison", "item"], name="compareditem_once"),
        )
        indexes = (
            models.Index(
                fields=["comparison", "before", "after", "item"], name="compareditem_by_change"
            ),
            models.Index(fields=["comparison", "before", "item"], name="compareditem_by_before"),
            models.Index(fields=["comparison", "after", "item"], name="compareditem_by_after"),
        )

    def __str__(self) -> str:
        return f"item {self.item_id}: {self.before} to {self.after}"
