"""A person points at an item: something is off, or the guideline does not say. Append-only."""

from django.conf import settings
from django.db import models

from annotations.models.item import Item
from guidelines.models import GuidelineVersion
from projects.models import Project


class Flag(models.Model):
    """A comment on an item for the lead, with the guideline version it was made under.

    `project` repeats the item's (a trigger checks it), so that a project's flags are one index.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="flags")
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(comment=""), name="flag_says_something"),
        )
        indexes = (models.Index(fields=["project", "id"], name="flag_by_project"),)

    def __str__(self) -> str:
        return self.comment[:60]
