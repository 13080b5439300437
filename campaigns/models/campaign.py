"""A campaign, and the labels it was drawn from."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Annotation, Assignment, Item, Source
from core.models import Job
from core.models.job import JobState
from guidelines.models import Choice, GuidelineVersion, Question
from projects.models import Project


class CampaignState(models.TextChoices):
    """A running campaign's slots are handed out, a paused one's are not. An ended one stays so."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class Who(models.TextChoices):
    """Who makes the labels again."""

    SAME = "same", _("The same person")
    OTHERS = "others", _("Other people")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Chainable filters."""

    def prepared(self) -> Self:
        """Campaigns whose sample is drawn."""
        return self.filter(prepared_at__isnull=False)

    def unended(self) -> Self:
        """Campaigns that ask people, or will when they are prepared."""
        return self.exclude(state=CampaignState.ENDED).exclude(
            prepared_at__isnull=True, job__state__in=[JobState.FAILED, JobState.CANCELLED]
        )


class Campaign(models.Model):
    """A tracked relabeling of chosen labels under a newer guideline version.

    `number` is its round: the slots it opened carry it. `before` is the version that `version` is
    based on. `share` of each stratum (question and old choice) is drawn by `seed`. `job` draws the
    sample and opens the slots; it fills the columns from `prepared_at` on.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, choices=CampaignState.choices, default=CampaignState.RUNNING
    )
    who = models.CharField(max_length=6, choices=Who.choices)
    shows_previous = models.BooleanField(default=False)
    overlap = models.PositiveSmallIntegerField(default=1)
    priority = models.PositiveSmallIntegerField()
    share = models.DecimalField(max_digits=5, decimal_places=4)
    seed = models.BigIntegerField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    n_touched = models.BigIntegerField(null=True, help_text="Labels that could be drawn.")
    n_labels = models.BigIntegerField(null=True, help_text="Labels drawn.")
    n_items = models.BigIntegerField(null=True)
    n_slots = models.BigIntegerField(null=True)
    n_handed_on = models.BigIntegerField(
        null=True, help_text="Slots opened to others because the rater does not label any more."
    )
    ended_at = models.DateTimeField(null=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project", "number"], name="campaign_number_unique_in_project"
            ),
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="campaign_share_within_1"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="campaign_number_from_1"
            ),
            models.CheckConstraint(
                condition=models.Q(shows_previous=False) | models.Q(who="same"),
                name="campaign_shows_nobody_elses_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(overlap__gte=1, overlap__lte=50)
                & (models.Q(overlap=1) | models.Q(who="others")),
                name="campaign_overlap_is_for_others",
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_at__isnull=False)
                | (~models.Q(state="ended") & models.Q(ended_at__isnull=True)),
                name="campaign_ended_has_when",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_prepared(self) -> bool:
        return self.prepared_at is not None

    @property
    def has_failed(self) -> bool:
        """Its sample could not be drawn."""
        return not self.is_prepared and self.job.state in (JobState.FAILED, JobState.CANCELLED)


class CampaignLabel(models.Model):
    """One label of the sample: as it was, and with what probability it was drawn. Append-only.

    `annotation` is the answer that held it, `rater` who it counted for. `assignment` is the slot
    that asks for it again; null where an item's slots are for any other people.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="labels", db_index=False
    )
    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    rater = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    choice = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+", db_index=False)
    probability = models.FloatField()
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "annotation", "question"],
                name="campaignlabel_once_per_campaign",
            ),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0, probability__lte=1),
                name="campaignlabel_probability_within_1",
            ),
        )
        indexes = (models.Index(fields=["campaign", "item"], name="campaignlabel_by_item"),)

    def __str__(self) -> str:
        return f"label of campaign {self.campaign_id}"
