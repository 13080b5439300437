"""Do what a run of people's figures asks for: the handler of its job, in the job's transaction."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.jobs import Progress
from quality.actions.people.start import PARAMETERS
from quality.actions.resolution.run_inputs import check_labels, close_run, in_language_of
from quality.models import GroupFigures, PeopleRun, PersonFigures
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.people.evidence import gold_said, groups_in, repeats_said
from quality.queries.people.group_figures import group_figures
from quality.queries.people.measuring import Evidence, measured
from quality.queries.people.times import read_times
from quality.queries.people.yardsticks import ChoiceYardstick, Marks
from quality.queries.people.yardsticks_values import ValueYardstick
from quality.queries.values import ValueColumns, read_values

ROWS_AT_ONCE = 500
_STEPS = 4
# Kinds of few classes, of which two answers are often equal by chance.
_CLASSES = ("choice", "rating", "pairwise")
# Below so many checks nobody is warned about.
FEWEST_CHECKS = 10


def compute_people(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Read answers, times, checks and repeats of the job's run, store the figures, close it."""
    runs = PeopleRun.objects.select_related("project", "question", "requested_by")
    run = runs.get(job=progress.job_id)
    with in_language_of(run):
        return _compute(progress, run, now)


def _compute(progress: Progress, run: PeopleRun, now: datetime) -> dict[str, int]:
    progress.report(0, _STEPS, _("Reading labels"))
    read = _read(run, progress)
    check_labels(read)
    progress.report(1, message=_("Reading checks and times"))
    marks = _marks(run)
    yardstick: ChoiceYardstick | ValueYardstick
    similarities = None
    if isinstance(read, ValueColumns):
        yardstick = ValueYardstick(read, run.question.kind, marks)
        similarities = yardstick.similarities
    else:
        yardstick = ChoiceYardstick(read, marks)
    gold, gold_counts = gold_said(run, similarities)
    evidence = Evidence(
        yardstick=yardstick,
        times=read_times(run, yardstick.labels),
        gold=gold,
        repeats=repeats_said(run, similarities),
        is_class=run.question.kind in _CLASSES,
    )
    progress.report(2, message=_("Figures of each person"))
    n_people = _store(run, measured(evidence, marks), progress)
    progress.report(3, message=_("Figures of groups"))
    _store_groups(run, read)
    close_run(run, read, now=now, gold_counts=gold_counts)
    progress.report(_STEPS, message="")
    return {"run": run.pk, "people": n_people}


def _read(run: PeopleRun, progress: Progress) -> LabelColumns | ValueColumns:
    if run.question.kind == "choice":
        return read_labels(run, lambda _read: progress.report(0))
    return read_values(run, lambda _read: progress.report(0))


def _marks(run: PeopleRun) -> Marks:
    project = run.project
    return Marks(
        gold_mark=project.pause_mark or project.training_pass_mark,
        fewest_checks=FEWEST_CHECKS,
        confidence=float(run.parameters["confidence"]),
        seed=int(run.parameters["seed"]),
        permutations=int(run.parameters.get("permutations", PARAMETERS["permutations"])),
    )


def _store(run: PeopleRun, rows: Iterator[dict[str, Any]], progress: Progress) -> int:
    """Each person is some work: a good moment to see whether somebody wants the job to stop."""
    waiting: list[PersonFigures] = []
    count = 0
    for row in rows:
        progress.report(progress.done)
        waiting.append(PersonFigures(run=run, **row))
        count += 1
        if len(waiting) == ROWS_AT_ONCE:
            PersonFigures.objects.bulk_create(waiting)
            waiting = []
    PersonFigures.objects.bulk_create(waiting)
    return count


def _store_groups(run: PeopleRun, read: LabelColumns | ValueColumns) -> None:
    found = groups_in(run, read.source_ids)
    if found is None:
        return
    question, groups = found
    seed = int(run.parameters["seed"])
    rows = group_figures(read, groups, kind=run.question.kind, seed=seed)
    GroupFigures.objects.bulk_create(
        GroupFigures(run=run, question_id=question, **row) for row in rows
    )
