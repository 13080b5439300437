"""Ask for the overview of a question to be counted."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.jobs import start_job
from guidelines.models import Question
from projects.models import Project
from quality.actions.starting import check_question
from quality.models import OverviewRun
from quality.models.overview import FRESH

OVERVIEW_JOB = "quality.overview"


@transaction.atomic
def start_overview(*, project: Project, question: Question, by: User, now: datetime) -> OverviewRun:
    """The count that waits or is fresh, else a new one. ValidationError for a foreign question.

    No audit entry: counting changes nothing that anybody would look for there.
    """
    # Locked, so that of two requests at once the second finds the run of the first.
    chosen = (
        Question.objects.select_related("guideline")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=question.pk)
    )
    check_question(project=project, question=chosen)
    runs = OverviewRun.objects.filter(project=project, question=chosen)
    waiting = runs.unfinished().order_by("-pk").first()
    if waiting is not None:
        return waiting
    latest = runs.computed().order_by("-pk").first()
    if latest is not None and not latest.is_older_than(FRESH, now):
        return latest
    job = start_job(kind=OVERVIEW_JOB, arguments={}, by=by, now=now)
    return OverviewRun.objects.create(
        project=project, question=chosen, job=job, requested_by=by, created_at=now
    )
