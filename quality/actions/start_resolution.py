"""Ask for the labels of a question to be resolved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from core.audit import record
from core.jobs import start_job
from guidelines.models import GuidelineVersion, Question
from projects.models import Project
from quality.actions.methods import METHODS, chosen_parameters, method_for
from quality.actions.starting import check_question, check_version, chosen_kinds
from quality.models import ResolutionRun

RESOLUTION_JOB = "quality.resolution"


@transaction.atomic
def start_resolution(
    *,
    project: Project,
    question: Question,
    method: str,
    parameters: Mapping[str, Any] | None = None,
    version: GuidelineVersion | None = None,
    source_kinds: Sequence[str] | None = None,
    seed: int = 0,
    by: User,
    now: datetime,
) -> ResolutionRun:
    """A new run; earlier ones stay. A run that is asked for while the same one waits or is at
    work is that run. ValidationError for an unknown method, parameter, question or version.
    """
    check_version(project=project, version=version)
    # Locked, so that of two requests at once the second finds the run of the first.
    locked = (
        Question.objects.select_related("guideline")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=question.pk)
    )
    check_question(project=project, question=locked)
    chosen_method = method_for(locked.kind, method)
    what = {
        "project": project,
        "question": locked,
        "version": version,
        "source_kinds": chosen_kinds(source_kinds),
        "method": chosen_method,
        "method_version": METHODS[locked.kind][chosen_method].version,
        "parameters": chosen_parameters(locked.kind, chosen_method, parameters or {}),
        "seed": seed,
    }
    waiting = ResolutionRun.objects.unfinished().filter(**what).first()
    return waiting or _new_run(what, by=by, now=now)


def _new_run(what: dict[str, Any], *, by: User, now: datetime) -> ResolutionRun:
    job = start_job(kind=RESOLUTION_JOB, arguments={}, by=by, now=now)
    run = ResolutionRun.objects.create(**what, job=job, requested_by=by, created_at=now)
    version = what["version"]
    record(
        action="quality.start_resolution",
        by=by,
        now=now,
        scope=what["project"].scope,
        subject=f"resolution:{run.pk}",
        question=what["question"].key,
        version=version.number if version else None,
        method=run.method,
        parameters=run.parameters,
        source_kinds=run.source_kinds,
    )
    return run
