"""Checks of runs: was this really computed from these labels in this way?"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Job
from quality.models.resolution import ResolutionRun


class CheckOutcome(models.TextChoices):
    """What computing a run again has shown."""

    SAME = "same", _("Reproduced bit for bit")
    OTHER_RESULTS = "other_results", _("Same inputs, other results")
    OTHER_INPUTS = "other_inputs", _("The inputs cannot be read again")
    OTHER_PROGRAM = "other_program", _("Computed by another version of the method")


class ResolutionCheck(models.Model):
    """One computation of a run anew, from the ledger up to the run's watermark.

    Filled by its job, in one update, and frozen from then on. `n_different`: items that came out
    otherwise; `detail`: what else differed, by name.
    """

    run = models.ForeignKey(ResolutionRun, on_delete=models.PROTECT, related_name="checks")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=CheckOutcome.choices, blank=True)
    n_different = models.BigIntegerField(null=True)
    inputs_digest = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(checked_at__isnull=True, outcome="")
                | (models.Q(checked_at__isnull=False) & ~models.Q(outcome="")),
                name="resolutioncheck_has_an_outcome_when_checked",
            ),
        )

    def __str__(self) -> str:
        return f"check of run {self.run_id}: {self.outcome}"
