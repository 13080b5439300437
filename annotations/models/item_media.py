"""Which items show which files: whoever may see the item may see them."""

from django.db import models

from annotations.models.item import Item
from media.models import MediaFile


class ItemMedia(models.Model):
    """Written with the item, from the parts of its payload that name a file; never changed.

    A trigger demands that both are of one project.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="media", db_index=False)
    media = models.ForeignKey(
        MediaFile, on_delete=models.PROTECT, related_name="items", db_index=False
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["media", "item"], name="item_media_once"),)
        indexes = (models.Index(fields=["item"], name="item_media_by_item"),)

    def __str__(self) -> str:
        return f"file {self.media_id} of item {self.item_id}"
