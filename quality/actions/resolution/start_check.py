"""Ask for a run to be computed anew and compared with what it stored."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.jobs import start_job
from quality.models import ResolutionCheck, ResolutionRun

CHECK_JOB = "quality.check_resolution"


@transaction.atomic
def start_check(*, run: ResolutionRun, by: User, now: datetime) -> ResolutionCheck:
    """A new check; one that waits or is at work already is that one. ValidationError for a run
    without results."""
    # Locked, so that of two requests at once the second finds the check of the first.
    locked = ResolutionRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    if locked.computed_at is None:
        message = _("This run has no results yet that could be checked.")
        raise ValidationError({"run": ValidationError(message, code="not_computed")})
    waiting = ResolutionCheck.objects.filter(
        run=locked, checked_at=None, job__state__in=["queued", "running"]
    )
    return waiting.first() or _new_check(run, by=by, now=now)


def _new_check(run: ResolutionRun, *, by: User, now: datetime) -> ResolutionCheck:
    job = start_job(kind=CHECK_JOB, arguments={}, by=by, now=now)
    check = ResolutionCheck.objects.create(run=run, job=job, requested_by=by, created_at=now)
    record(
        action="quality.start_check",
        by=by,
        now=now,
        scope=run.project.scope,
        subject=f"resolution:{run.pk}",
    )
    return check
