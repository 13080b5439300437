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
from quality.actions.resolution.deciding_rules import (
    MOST_PROBABLE,
    Deciding,
    costs_for,
    deciding_parameters,
    moment_chosen,
)
from quality.actions.resolution.methods import METHODS, THRESHOLD, chosen_parameters, method_for
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
    deciding: Deciding = MOST_PROBABLE,
    as_of: ResolutionRun | None = None,
    by: User,
    now: datetime,
) -> ResolutionRun:
    """A new run; earlier ones stay. A run that is asked for while the same one waits or is at
    work is that run. With `as_of`, over the labels and gold items that this earlier run saw.

    ValidationError for an unknown method, parameter, question or version, for costs that a
    question has not, and for a run of another question or without results.
    """
    check_version(project=project, version=version)
    locked = _locked(question)
    check_question(project=project, question=locked)
    as_of = moment_chosen(locked, version, as_of)
    chosen_method = method_for(locked.kind, method)
    matrix = costs_for(locked, version, deciding, as_of)
    what = {
        "project": project,
        "question": locked,
        "version": version,
        "source_kinds": chosen_kinds(source_kinds),
        "method": chosen_method,
        "method_version": METHODS[locked.kind][chosen_method].version,
        "parameters": {
            **chosen_parameters(locked.kind, chosen_method, parameters or {}),
            **deciding_parameters(locked.kind, deciding, matrix),
        },
        "seed": seed,
        "cost_matrix": matrix,
        "as_of": as_of,
    }
    waiting = ResolutionRun.objects.unfinished().filter(**what).first()
    return waiting or _new_run(what, by=by, now=now)


def _locked(question: Question) -> Question:
    """So that of two requests at once the second finds the run of the first."""
    rows = Question.objects.select_related("guideline")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=question.pk)


def repeat_resolution(
    *, run: ResolutionRun, with_labels_of_then: bool, by: User, now: datetime
) -> ResolutionRun:
    """A run that asks for the same as an earlier one: over what has been said until now, or over
    the labels and gold items that the earlier one saw."""
    own = METHODS[run.question.kind][method_for(run.question.kind, run.method)].defaults
    return start_resolution(
        project=run.project,
        question=run.question,
        method=run.method,
        parameters={name: value for name, value in run.parameters.items() if name in own},
        version=run.version,
        source_kinds=run.source_kinds,
        seed=run.seed,
        deciding=Deciding(
            by_costs=run.cost_matrix is not None,
            abstain_below=run.parameters.get(THRESHOLD, 0.0),
            matrix=run.cost_matrix,
        ),
        as_of=run if with_labels_of_then else None,
        by=by,
        now=now,
    )


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
        as_of=run.as_of_id,
    )
    return run
