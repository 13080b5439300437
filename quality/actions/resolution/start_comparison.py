"""Ask for two runs to be compared."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.jobs import start_job
from quality.models import ResolutionRun, RunComparison

COMPARE_JOB = "quality.compare"


@transaction.atomic
def start_comparison(
    *, first: ResolutionRun, second: ResolutionRun, by: User, now: datetime
) -> RunComparison:
    """The comparison that is there, waits or is at work, else a new one.

    ValidationError unless both are finished runs of one question. No audit entry: comparing changes
    nothing that anybody would look for there.
    """
    if first.question_id != second.question_id or None in (first.computed_at, second.computed_at):
        message = _("These two runs cannot be compared.")
        raise ValidationError({"other": ValidationError(message, code="not_comparable")})
    # Locked, so that of two requests at once the second finds the job of the first.
    ResolutionRun.objects.select_for_update(of=("self",), no_key=True).get(pk=first.pk)
    known = RunComparison.objects.filter(first=first, second=second).select_related("job")
    latest = known.order_by("-pk").first()
    if latest is not None and (
        latest.computed_at is not None or latest.job.state in ("queued", "running")
    ):
        return latest
    job = start_job(kind=COMPARE_JOB, arguments={}, by=by, now=now)
    return RunComparison.objects.create(
        project=first.project, first=first, second=second, job=job, requested_by=by, created_at=now
    )
