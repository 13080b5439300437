"""Ask for labels to be carried over to the choices that theirs became."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import CarryOver
from campaigns.queries.publication import publication_of
from campaigns.touched import Outcome
from core.audit import record
from core.errors import Conflict
from core.jobs import start_job
from guidelines.models import GuidelineVersion
from projects.models import Project

CARRY_OVER_JOB = "campaigns.carry_over"


@transaction.atomic
def start_carry_over(
    *, project: Project, version: GuidelineVersion, by: User, now: datetime
) -> CarryOver:
    """Write the labels of renamed, merged and moved choices anew under a published version.

    Asked for again while it waits or is at work, it is that one. Running it again later carries
    over what came in since under an older version. ValidationError when the version is not a
    published one of the project or maps no choice to another; Conflict when the project is closed.
    """
    # Locked, so that of two requests at once the second finds the work of the first.
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not locked.is_open:
        raise Conflict(
            _("This project is closed: no labels are written any more."), code="project_closed"
        )
    if version.guideline.project_id != project.pk or not version.is_published:
        message = _("This guideline version is not a published one of the project.")
        raise ValidationError({"version": ValidationError(message, code="foreign_version")})
    outcomes = {each.outcome for each in publication_of(version).touched.values()}
    if Outcome.CARRIES_OVER not in outcomes:
        message = _("No choice was renamed, merged or moved, so there is nothing to carry over.")
        raise ValidationError({"version": ValidationError(message, code="nothing_to_carry_over")})
    waiting = CarryOver.objects.unfinished().filter(project=project, version=version)
    if (same := waiting.select_related("job").first()) is not None:
        return same
    job = start_job(kind=CARRY_OVER_JOB, arguments={}, by=by, now=now)
    carry_over = CarryOver.objects.create(
        project=project, version=version, job=job, requested_by=by, created_at=now
    )
    record(
        action="campaign.carry_over",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"carry-over:{carry_over.pk}",
        version=version.number,
    )
    return carry_over
