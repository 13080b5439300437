"""What a policy of adaptive overlap did, step by step, and why each slot was opened or closed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Assignment, Item
from quality.models.routing import RoutingPolicy
from quality.models.run import Run


class RoutingOutcome(models.TextChoices):
    """Why a step opened no more slots than it did."""

    OPENED = "opened", _("Slots were opened")
    QUEUE_FULL = "queue_full", _("About an hour of work is waiting already")
    BUDGET_USED = "budget_used", _("The budget is used up")
    ENOUGH = "enough", _("Every item has enough labels")
    WAITING = "waiting", _("The labels that are needed are asked for already")
    NOBODY_LEFT = "nobody_left", _("Nobody is left who has not labeled these items")
    STOPPED = "stopped", _("The policy was paused or ended meanwhile")


class RoutingStep(Run):
    """One look at all items by a policy: what it found, opened and closed.

    `standing` as in a study; `forecast`: labels until every item has enough. `room`: slots that may
    wait at once; `n_used`: slots the policy has opened so far, with this step's; `n_left_open`:
    slots it will close in the next steps.
    """

    policy = models.ForeignKey(
        RoutingPolicy, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=RoutingOutcome.choices, blank=True)
    standing = models.JSONField(default=dict)
    forecast = models.JSONField(default=dict)
    room = models.BigIntegerField(null=True)
    n_candidates = models.BigIntegerField(null=True)
    n_opened = models.BigIntegerField(null=True)
    n_reserved = models.BigIntegerField(null=True)
    n_closed = models.BigIntegerField(null=True)
    n_left_open = models.BigIntegerField(null=True)
    n_used = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["policy", "number"], name="routingstep_number_unique_in_policy"
            ),
        )

    def __str__(self) -> str:
        return f"step {self.number} of {self.policy}"


class SlotChange(models.TextChoices):
    """What became of a slot."""

    OPENED = "opened", _("Opened")
    CLOSED = "closed", _("Closed")


class RoutingReason(models.TextChoices):
    """Why an item gets, or does not get, one more label."""

    BELOW_LEAST = "below_least", _("It has fewer labels than the least")
    UNSURE = "unsure", _("Its decision is not sure enough")
    SURE = "sure", _("Its decision is sure enough")
    AT_MOST = "at_most", _("It has as many labels as an item may get")
    NO_GAIN = "no_gain", _("One more label would not change anything")
    DECIDED = "decided", _("A person has decided it")
    HELD_BACK = "held_back", _("It waits until its margin is among the smallest")


class RoutedSlot(models.Model):
    """Why one slot was opened or closed, with what was known then. Append-only.

    `place`: rank of the item in its step, 1 is the smallest margin. `probability` with which the
    item was chosen, given all that was known: 1, since the choice is by rank and nothing is drawn.
    `gain`: what one label of the most helpful person was expected to add to the confidence.
    `reserved_for`: whose label helps most, where the slot was kept for them first.
    """

    step = models.ForeignKey(
        RoutingStep, on_delete=models.PROTECT, related_name="slots", db_index=False
    )
    policy = models.ForeignKey(
        RoutingPolicy, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    change = models.CharField(max_length=6, choices=SlotChange.choices)
    reason = models.CharField(max_length=12, choices=RoutingReason.choices)
    place = models.PositiveIntegerField()
    priority = models.PositiveSmallIntegerField()
    probability = models.FloatField()
    n_labels = models.PositiveIntegerField()
    confidence = models.FloatField()
    margin = models.FloatField()
    gain = models.FloatField(null=True)
    reserved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["step", "assignment", "change"], name="routedslot_once_per_step"
            ),
            models.CheckConstraint(
                condition=models.Q(probability__gt=0, probability__lte=1),
                name="routedslot_probability_within_1",
            ),
        )
        indexes = (
            models.Index(fields=["policy", "change", "id"], name="routedslot_by_policy"),
            models.Index(fields=["assignment", "id"], name="routedslot_by_assignment"),
            models.Index(fields=["item", "id"], name="routedslot_by_item"),
        )

    def __str__(self) -> str:
        return f"slot {self.assignment_id} {self.change}"
