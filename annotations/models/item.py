"""Items, and the batch in which they came."""

from django.conf import settings
from django.db import models

from annotations.parts import text_of
from projects.models import Project


class Batch(models.Model):
    """One arrival of items: which file (name, SHA-256), who brought it, when."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One unit to be labeled. Frozen by the database, but for `withdrawn_at`.

    `payload` is what annotators see ({"text": ...}); `metadata` travels along to the export.
    The collation "C" lets the index of external ids find a prefix.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=255, db_collation="C")
    payload = models.JSONField()
    metadata = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items", db_index=False)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "external_id"], name="item_external_id_unique_in_project"
            ),
        )
        indexes = (
            models.Index(fields=["project", "id"], name="item_by_project"),
            models.Index(fields=["batch", "id"], name="item_by_batch"),
        )

    def __str__(self) -> str:
        return self.external_id

    @property
    def text(self) -> str:
        """Its words, for tables and titles."""
        return text_of(self.payload)
