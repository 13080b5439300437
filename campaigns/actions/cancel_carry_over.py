"""Stop a carry-over that waits or is at work."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from campaigns.models import CarryOver
from core.audit import record
from core.jobs import cancel_job


@transaction.atomic
def cancel_carry_over(*, carry_over: CarryOver, by: User, now: datetime) -> None:
    """Nothing of it is kept; one that is finished stays as it is."""
    if carry_over.job.is_finished:
        return
    cancel_job(job=carry_over.job, now=now)
    record(
        action="campaign.carry_over_cancelled",
        by=by,
        now=now,
        scope=carry_over.project.scope,
        subject=f"carry-over:{carry_over.pk}",
        version=carry_over.version.number,
    )
