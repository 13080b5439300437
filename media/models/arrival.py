"""Many files on their way: an archive, a list of addresses, a folder of the server."""

from django.conf import settings
from django.db import models

from core.models import Job
from media.models.media_file import CameFrom
from projects.models import Project


class Arrival(models.Model):
    """What was asked for, and what came of it when the job is done.

    `storage_name` is where a zip waits; `addresses` are [address, name] pairs; `folder` lies below
    the project's folder of the inbox. `faults` are files that were left out: [{name, message,
    code}]; an archive has none, since it is stored as a whole or not at all.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    came_from = models.CharField(max_length=7, choices=CameFrom.choices)
    name = models.CharField(max_length=255)
    storage_name = models.CharField(max_length=120, blank=True)
    addresses = models.JSONField(default=list)
    folder = models.CharField(max_length=255, blank=True)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    added = models.PositiveIntegerField(null=True)
    known = models.PositiveIntegerField(null=True)
    faults = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(came_from__in=["zip", "url", "storage"]),
                name="arrival_is_no_upload",
            ),
        )
        indexes = (models.Index(fields=["project", "-id"], name="arrival_by_project"),)

    def __str__(self) -> str:
        return self.name
