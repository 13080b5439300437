"""Ask for the figures of annotators to be computed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.audit import record
from core.jobs import start_job
from guidelines.models import Question
from projects.models import Project
from quality.actions.starting import check_question, chosen_kinds
from quality.models import PeopleRun

PEOPLE_JOB = "quality.people"
# The seed is fixed, so that the same answers always raise the same warnings.
PARAMETERS: dict[str, Any] = {"confidence": 0.95, "seed": 1, "permutations": 400}


@transaction.atomic
def start_people(*, project: Project, question: Question, by: User, now: datetime) -> PeopleRun:
    """A run over the answers of all people to this question.

    A run that is asked for while the same one waits or is at work is that run. ValidationError when
    the question is not of this project, or of a kind that cannot be computed.
    """
    check_question(project=project, question=question)
    # Locked, so that of two requests at once the second finds the run of the first.
    Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    what: dict[str, Any] = {
        "project": project,
        "question": question,
        "version": None,
        "source_kinds": chosen_kinds(None),
        "parameters": PARAMETERS,
    }
    waiting = PeopleRun.objects.unfinished().filter(**what).first()
    if waiting is not None:
        return waiting
    job = start_job(kind=PEOPLE_JOB, arguments={}, by=by, now=now)
    run = PeopleRun.objects.create(**what, job=job, requested_by=by, created_at=now)
    record(
        action="quality.start_people",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"people:{run.pk}",
        question=question.key,
    )
    return run
