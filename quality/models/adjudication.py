"""A resolution made by a person: it outranks every run; and who has which item on the screen."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Annotation, Item
from guidelines.models import Choice, GuidelineVersion, Question
from projects.models import Project


class Verdict(models.TextChoices):
    """What a person says about a disputed item."""

    DECIDED = "decided", _("Decided")
    UNDECIDABLE = "undecidable", _("Cannot be decided")
    EXCLUDED = "excluded", _("Should not be in the data")
    REOPENED = "reopened", _("Open again")


class Reason(models.TextChoices):
    """Why the answers differed, as far as the person can tell."""

    SLIP = "slip", _("Somebody slipped")
    RULE = "rule", _("A rule decides it")
    UNCLEAR_ITEM = "unclear_item", _("The item is unclear")
    UNCLEAR_GUIDELINE = "unclear_guideline", _("The guideline leaves it open")
    TASTE = "taste", _("Both answers can be defended")
    MISSING_CLASS = "missing_class", _("The schema misses a class")
    BROKEN_ITEM = "broken_item", _("The item is broken")


class Order(models.TextChoices):
    """What a reviewer wants to decide first."""

    DISPUTED = "disputed", _("Most disputed first")
    PAIR = "pair", _("One pair of classes")
    UNCERTAIN = "uncertain", _("Least certain in the last resolution")
    UNDECIDED = "undecided", _("Left undecided by the last resolution")
    COST = "cost", _("Highest expected cost")
    FLAGGED = "flagged", _("With an open question or comment")


class AdjudicationQuerySet(models.QuerySet["Adjudication"]):
    """Chainable filters."""

    def standing(self) -> "AdjudicationQuerySet":
        """Decisions that hold: neither superseded nor undone."""
        return self.filter(successor=None).exclude(verdict=Verdict.REOPENED)


class Adjudication(models.Model):
    """One decision about one question of one item. A change is a new row that supersedes the old.

    `version`: the guideline version it was decided under. `adopted`: the annotation whose answer
    was taken, if one was. `value` is canonical, and there only when the verdict is "decided".
    The verdict "reopened" undoes the decision it supersedes: the item waits again.
    `review`: the review of an answer that it came from. `names_shown`: who decided knew who had
    said what.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    value = models.JSONField(null=True)
    choice = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    adopted = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    rule_number = models.PositiveIntegerField(null=True)
    comment = models.TextField(blank=True)
    review = models.ForeignKey(
        "quality.Review",
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
        db_index=False,
    )
    names_shown = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="successor"
    )

    objects = AdjudicationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "question"],
                condition=models.Q(supersedes=None),
                name="adjudication_one_first_per_item_and_question",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="decided", value__isnull=False)
                | (~models.Q(verdict="decided") & models.Q(value=None, choice=None, adopted=None)),
                name="adjudication_has_a_value_only_when_decided",
            ),
        )
        indexes = (
            models.Index(fields=["project", "-id"], name="adjudication_by_project"),
            models.Index(fields=["question", "item"], name="adjudication_by_item"),
            models.Index(
                fields=["review"],
                name="adjudication_by_review",
                condition=models.Q(review__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.verdict} on item {self.item_id}"


class AdjudicationLease(models.Model):
    """Who has an item on the screen, so that nobody else is given it. Comes and goes."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    until = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["item", "question"], name="adjudicationlease_one_person_per_item"
            ),
        )
        indexes = (models.Index(fields=["project", "person"], name="adjudicationlease_held"),)

    def __str__(self) -> str:
        return f"item {self.item_id} with {self.person_id}"
