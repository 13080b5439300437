"""What agreement runs and resolution runs have in common."""

from typing import Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotations.models import SourceKind
from core.models import Job
from guidelines.models import GuidelineVersion, Question
from projects.models import Project

AnyRun = TypeVar("AnyRun", bound="Run")

# Kinds of sources that are people, however their answers came here.
PEOPLE = sorted([SourceKind.DEMO.value, SourceKind.HUMAN.value, SourceKind.IMPORT.value])


class RunQuerySet(models.QuerySet[AnyRun]):
    """Chainable filters."""

    def computed(self) -> Self:
        """Runs that have their results."""
        return self.filter(computed_at__isnull=False)

    def unfinished(self) -> Self:
        """Runs whose job waits or is at work."""
        return self.filter(computed_at__isnull=True, job__state__in=["queued", "running"])


class Run(models.Model):
    """A computation over the current labels of one question, asked for once and done once.

    The job fills the columns from `computed_at` on, in the transaction that stores the results;
    from then on the database refuses every change. A run whose job failed stays without them.
    `version` null means labels of all guideline versions. `n_annotations` is the watermark: how
    many annotations the project had, so that what came since is a subtraction.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    source_kinds = ArrayField(models.CharField(max_length=12, choices=SourceKind.choices))
    parameters = models.JSONField(default=dict)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    n_annotations = models.BigIntegerField(null=True)
    latest_annotation_at = models.DateTimeField(null=True)
    n_labels = models.BigIntegerField(null=True)
    n_items = models.BigIntegerField(null=True)
    n_sources = models.IntegerField(null=True)
    inputs_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the labels it was computed from."
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def source_kind_names(self) -> list[str]:
        """The kinds of sources as people call them."""
        return [str(SourceKind(kind).label) for kind in self.source_kinds]
