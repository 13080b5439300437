"""Review: a person looks at one answer and accepts it, corrects it or sends it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Annotation, Flag, Item, Source
from guidelines.models import GuidelineVersion
from projects.models import Project


class ReviewVerdict(models.TextChoices):
    """What the reviewer says about an answer."""

    ACCEPTED = "accepted", _("Accepted")
    FIXED = "fixed", _("Corrected")
    SENT_BACK = "sent_back", _("Sent back")


class ReviewCause(models.TextChoices):
    """Why an answer is to be reviewed."""

    AGAIN = "again", _("Answered again")
    NEWCOMER = "newcomer", _("Among the first of an annotator")
    SHARE = "share", _("Drawn by chance")
    COMPLETE = "complete", _("The item is complete")


# The queue: what was answered again first, then newcomers, then the rest in its order.
PRIORITY = {
    ReviewCause.AGAIN: 1,
    ReviewCause.NEWCOMER: 2,
    ReviewCause.SHARE: 3,
    ReviewCause.COMPLETE: 3,
}


class ReviewCase(models.Model):
    """An answer that is to be reviewed, and who has it on the screen. Made by `draw_reviews`.

    `done_at` is set together with the first review of the answer, or when the answer was
    superseded before anybody looked at it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    annotation = models.OneToOneField(
        Annotation, on_delete=models.PROTECT, related_name="review_case"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    cause = models.CharField(max_length=8, choices=ReviewCause.choices)
    priority = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True, lease_until__isnull=True)
                | models.Q(reviewer__isnull=False, lease_until__isnull=False, done_at__isnull=True),
                name="reviewcase_lease_has_a_reviewer",
            ),
        )
        indexes = (
            models.Index(
                fields=["project", "priority", "id"],
                name="reviewcase_waiting",
                condition=models.Q(done_at__isnull=True),
            ),
            models.Index(fields=["project", "source", "cause"], name="reviewcase_by_source"),
            models.Index(fields=["item"], name="reviewcase_by_item"),
            models.Index(
                fields=["project", "reviewer"],
                name="reviewcase_held",
                condition=models.Q(reviewer__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause} review of {self.annotation_id}"


class Review(models.Model):
    """What a reviewer said about one answer. Append-only; a second thought is a new row.

    `values`: the corrected canonical values by question key, when the answer was corrected; each
    is a decision of its own as well (`Adjudication.review`), which is what outranks. The
    annotator's labels stay as they are. `thread` carries the words of an answer sent back.
    `version`: the guideline version it was reviewed under.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    annotation = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, related_name="reviews", db_index=False
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=9, choices=ReviewVerdict.choices)
    values = models.JSONField(null=True)
    comment = models.TextField(blank=True)
    thread = models.OneToOneField(Flag, on_delete=models.PROTECT, null=True, related_name="review")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["annotation"],
                condition=models.Q(supersedes=None),
                name="review_one_first_per_annotation",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="fixed", values__isnull=False)
                | (~models.Q(verdict="fixed") & models.Q(values=None)),
                name="review_has_values_only_when_fixed",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="sent_back", thread__isnull=False)
                | (~models.Q(verdict="sent_back") & models.Q(thread=None)),
                name="review_sent_back_has_a_thread",
            ),
        )
        indexes = (
            models.Index(fields=["project", "-id"], name="review_by_project"),
            models.Index(fields=["annotation"], name="review_by_annotation"),
            models.Index(fields=["project", "by", "-id"], name="review_by_reviewer"),
        )

    def __str__(self) -> str:
        return f"{self.verdict} {self.annotation_id}"


class ReviewWatermark(models.Model):
    """Up to which answer the sample of a project was drawn: later ones are looked at next."""

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="+")
    drawn_to = models.DateTimeField()
    annotation = models.UUIDField()

    def __str__(self) -> str:
        return f"project {self.project_id} to {self.drawn_to}"


class ReviewTally(models.Model):
    """How many answers of a source were drawn, wait, and were judged how. The database keeps these
    rows (migration 0023), so that the figures cost the same however much was reviewed.

    `again`: of answers that followed one that was to be reviewed, else of all others. A review that
    stands counts once, for answers that were drawn.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    again = models.BooleanField()
    due = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    fixed = models.BigIntegerField(default=0)
    sent_back = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "again"], name="reviewtally_once_per_source"),
        )
        indexes = (models.Index(fields=["project"], name="reviewtally_by_project"),)

    def __str__(self) -> str:
        return f"reviews of source {self.source_id}"
