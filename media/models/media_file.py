"""A file that items show. Frozen by the database, but for `withdrawn_at`."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class MediaKind(models.TextChoices):
    """What people do with it; the names are those of `media.inspecting.kinds`."""

    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Sound")
    VIDEO = "video", _("Video")
    PDF = "pdf", _("PDF")


class CameFrom(models.TextChoices):
    """How a file arrived."""

    UPLOAD = "upload", _("Upload")
    ZIP = "zip", _("Zip archive")
    URL = "url", _("Address")
    STORAGE = "storage", _("Folder of the server")


_SIZED = models.Q(width__isnull=False, width__gt=0, height__isnull=False, height__gt=0)
_LASTS = models.Q(duration__isnull=False, duration__gt=0)


class MediaFileQuerySet(models.QuerySet["MediaFile"]):
    """Chainable filters."""

    def present(self) -> "MediaFileQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class MediaFile(models.Model):
    """`name` is what people call it (file name, path in the zip, address), unique in the project.

    `storage_name` is made from the content; files of equal content share it. `content_type` was
    told from the content. Width and height are pixels as a person sees them, `duration` seconds.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=255, db_collation="C")
    digest = models.CharField(max_length=64, help_text="Hexadecimal SHA-256 of the content.")
    storage_name = models.CharField(max_length=120)
    thumbnail_name = models.CharField(max_length=140, blank=True)
    content_type = models.CharField(max_length=40)
    bytes = models.BigIntegerField()
    kind = models.CharField(max_length=5, choices=MediaKind.choices)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration = models.FloatField(null=True)
    pages = models.PositiveIntegerField(null=True)
    came_from = models.CharField(max_length=7, choices=CameFrom.choices)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = MediaFileQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "name"], name="media_name_unique_in_project"
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$", bytes__gt=0),
                name="media_has_content",
            ),
            models.CheckConstraint(
                # NULL > 0 is not false, so a CHECK would let it pass: what must be there is named.
                condition=models.Q(_SIZED, kind="image", duration=None, pages=None)
                | models.Q(_LASTS, kind="audio", width=None, height=None, pages=None)
                | models.Q(_SIZED, _LASTS, kind="video", pages=None)
                | models.Q(
                    kind="pdf",
                    width=None,
                    height=None,
                    duration=None,
                    pages__isnull=False,
                    pages__gt=0,
                ),
                name="media_measures_match_its_kind",
            ),
        )
        indexes = (models.Index(fields=["project", "id"], name="media_by_project"),)

    def __str__(self) -> str:
        return self.name
