"""What was asked for and computed once: impact previews, carry-overs, reports."""

from typing import Self, TypeVar

from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign
from core.models import Job
from core.models.job import JobState
from guidelines.models import GuidelineVersion
from projects.models import Project

AnyWork = TypeVar("AnyWork", bound="Work")


class WorkQuerySet(models.QuerySet[AnyWork]):
    """Chainable filters."""

    def unfinished(self) -> Self:
        """Whose job waits or is at work."""
        return self.filter(job__state__in=[JobState.QUEUED, JobState.RUNNING])


class Work(models.Model):
    """Asked for once, by somebody, and done by a job."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = WorkQuerySet.as_manager()

    class Meta:
        abstract = True


class Impact(Work):
    """What publishing `revision` of a version means for the labels there are. Append-only.

    The figures are the result of its job.
    """

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"impact of {self.version}"


class CarryOver(Work):
    """Labels of choices that were renamed, merged or moved, written anew under `version`.

    Frozen once `computed_at` is set, in the transaction that writes the labels.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(null=True)
    n_annotations = models.BigIntegerField(null=True)
    n_labels = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"labels carried over to {self.version}"


class CampaignReport(Work):
    """One computation of a campaign's report. Frozen once `computed_at` is set."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reports")
    computed_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"report of {self.campaign}"
