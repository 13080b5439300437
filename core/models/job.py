"""A job is a row first; Celery only rings the bell (ADR 0006)."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobQuerySet(models.QuerySet["Job"]):
    """Chainable filters."""

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])

    def overdue(self, now: datetime) -> "JobQuerySet":
        """Queued and never rung in time, or running with a lease that ran out."""
        return self.unfinished().filter(ring_at__lte=now)


class Job(models.Model):
    """Background work: what to do, how far it is, and why it failed.

    `attempt` is the fence: a worker that lost its lease cannot commit, because the row has
    moved to a later attempt. `ring_at` is when beat should wake a worker for it (again).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    error = models.JSONField(default=list, help_text="list of {message, code, field, line, column}")
    result = models.JSONField(default=dict)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    ring_at = models.DateTimeField()

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["ring_at"],
                name="job_to_ring",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"

    @property
    def is_finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
