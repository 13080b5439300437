"""Adaptive overlap: what leads asked for, and how they steered it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from guidelines.models import Question
from projects.models import Project
from quality.models.routing_study import RoutingStudy

LEAST_TARGET, HIGHEST_TARGET = 0.5, 0.999
MOST_LABELS = 50


class RoutingState(models.TextChoices):
    """A running policy opens and closes slots, a paused one does not. An ended one stays so."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class RoutingPolicyQuerySet(models.QuerySet["RoutingPolicy"]):
    """Chainable filters."""

    def with_state(self) -> Self:
        """Each with its `state` and `moved_at`, from its last move."""
        last = RoutingMove.objects.filter(policy=OuterRef("pk")).order_by("-number")
        return self.annotate(
            state=Subquery(last.values("state")[:1]), moved_at=Subquery(last.values("at")[:1])
        )

    def unended(self) -> Self:
        """Policies that open slots, or will when they are resumed."""
        return self.with_state().exclude(state=RoutingState.ENDED)


class RoutingPolicy(models.Model):
    """How many labels items of one question get: version `number` of what leads asked for.

    An item has enough with `least` labels and a confidence of `target`, or with `most` labels.
    `budget`: slots that the policy may open at all; null for any number. `expected`: what was
    spelled out from `study` before it started. Frozen; what became of it is in its moves.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    target = models.FloatField()
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    budget = models.PositiveIntegerField(null=True)
    study = models.ForeignKey(
        RoutingStudy, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    expected = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()

    objects = RoutingPolicyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "number"], name="routingpolicy_number_unique_in_question"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="routingpolicy_number_from_1"
            ),
            models.CheckConstraint(
                condition=models.Q(target__gte=LEAST_TARGET, target__lte=HIGHEST_TARGET),
                name="routingpolicy_target_within_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(least__gte=1, most__lte=MOST_LABELS)
                & models.Q(least__lte=models.F("most")),
                name="routingpolicy_least_up_to_most",
            ),
            models.CheckConstraint(
                condition=models.Q(budget__isnull=True) | models.Q(budget__gte=1),
                name="routingpolicy_budget_from_1",
            ),
        )

    def __str__(self) -> str:
        return f"policy {self.number} of {self.question_id}"


class RoutingMove(models.Model):
    """A policy was started, paused, resumed or ended. Append-only; the last one is its state.

    `n_slots`: waiting slots that were closed by it, or opened again.
    """

    policy = models.ForeignKey(
        RoutingPolicy, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=RoutingState.choices)
    n_slots = models.BigIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["policy", "number"], name="routingmove_number_unique_in_policy"
            ),
        )

    def __str__(self) -> str:
        return f"{self.policy}: {self.state}"
