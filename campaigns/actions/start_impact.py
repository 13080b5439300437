"""Ask what publishing a version means for the labels there are."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from campaigns.models import Impact
from campaigns.queries.publication import publication_of
from core.jobs import start_job
from guidelines.models import GuidelineVersion

IMPACT_JOB = "campaigns.impact"


@transaction.atomic
def start_impact(*, version: GuidelineVersion, by: User, now: datetime) -> Impact:
    """The preview of a draft as it stands, or of a published version.

    Asked for again while the same revision waits or is at work, it is that one; later it is a new
    one, because labels come in all the time. ValidationError for a first version.
    """
    # Locked, so that of two requests at once the second finds the preview of the first.
    locked = (
        GuidelineVersion.objects.select_related("based_on", "guideline__project")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=version.pk)
    )
    publication_of(locked)
    what = {"version": locked, "revision": locked.revision}
    waiting = Impact.objects.unfinished().filter(**what).select_related("job").first()
    if waiting is not None:
        return waiting
    job = start_job(kind=IMPACT_JOB, arguments={}, by=by, now=now)
    return Impact.objects.create(**what, job=job, requested_by=by, created_at=now)
