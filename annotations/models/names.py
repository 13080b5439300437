"""Who looked at the names behind the answers to an item."""

from django.conf import settings
from django.db import models

from annotations.models.item import Item
from projects.models import Project


class NamesShown(models.Model):
    """Somebody asked who had said what about an item, on the record. Append-only."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "by"], name="namesshown_once_per_item_and_person"
            ),
        )

    def __str__(self) -> str:
        return f"names of item {self.item_id} to {self.by_id}"
