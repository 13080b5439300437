"""What the overview page shows of a question, counted by a job at one moment."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from core.models import Job
from guidelines.models import Question
from projects.models import Project

# However many people look, a question is counted once a minute at most.
FRESH = timedelta(minutes=1)


class OverviewRunQuerySet(models.QuerySet["OverviewRun"]):
    """Chainable filters."""

    def computed(self) -> "OverviewRunQuerySet":
        """Runs that have their figures."""
        return self.filter(computed_at__isnull=False)

    def unfinished(self) -> "OverviewRunQuerySet":
        """Runs whose job waits or is at work."""
        return self.filter(computed_at__isnull=True, job__state__in=["queued", "running"])


class OverviewRun(models.Model):
    """One count of everything on the overview; a later count is a later row.

    `figures` is filled by the job, with `computed_at`; from then on the database refuses every
    change. `quality.actions.overview.compute` says what is in it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    objects = OverviewRunQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["project", "question", "-id"], name="overviewrun_latest"),)

    def __str__(self) -> str:
        return f"overview {self.pk} of {self.question_id}"

    def is_older_than(self, age: timedelta, now: datetime) -> bool:
        """Whether the count is of longer ago; one that is not there yet is of now.

        By the later of two clocks, of who asked and of the worker: a skew between them must not
        make every count an old one.
        """
        if self.computed_at is None:
            return False
        return now - max(self.created_at, self.computed_at) > age
