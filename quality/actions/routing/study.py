"""Look at where the items of a question stand, and play through what would have been saved."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.jobs import JobFailed, Progress, start_job
from guidelines.models import Question
from projects.models import Project
from quality.actions.resolution.run_inputs import check_labels, close_run, in_language_of
from quality.actions.starting import check_question, chosen_kinds
from quality.aggregation.base import UNDECIDED
from quality.aggregation.routing_model import look, parameters
from quality.aggregation.routing_replay import Replay, replay
from quality.agreement.table import IntArray, ReliabilityTable
from quality.models import RoutingStudy
from quality.queries.labels import LabelColumns
from quality.queries.routing.outlook import (
    Outlook,
    gold_codes,
    outlook,
    sample_of,
    standing_of,
)
from quality.queries.routing.states import measured_pace

STUDY_JOB = "quality.routing_study"
START_LABELS = 2
# A replay fits the model a few hundred times: so much is enough to see the curve.
REPLAYED_LABELS = 20_000
REPLAYED_MOST = 20
REPLAY_DRAWS = 3
REPLAY_STEPS = 24
# Fewer gold items say less than the decisions from all labels.
ENOUGH_GOLD = 30


@transaction.atomic
def start_routing_study(
    *, project: Project, question: Question, seed: int = 0, by: User, now: datetime
) -> RoutingStudy:
    """A new study; one that waits or is at work already is that one.

    ValidationError for a question of another project, or of another kind than choice.
    """
    locked = locked_question(project, question)
    waiting = RoutingStudy.objects.unfinished().filter(project=project, question=locked).first()
    if waiting is not None:
        return waiting
    job = start_job(kind=STUDY_JOB, arguments={}, by=by, now=now)
    study = RoutingStudy.objects.create(
        project=project,
        question=locked,
        source_kinds=chosen_kinds(None),
        parameters={**parameters(), "seed": seed},
        job=job,
        requested_by=by,
        created_at=now,
    )
    record(
        action="quality.start_study",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"study:{study.pk}",
        question=locked.key,
    )
    return study


def locked_question(project: Project, question: Question) -> Question:
    """The question, locked so that of two requests at once the second finds what the first did."""
    locked = (
        Question.objects.select_related("guideline")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=question.pk)
    )
    check_question(project=project, question=locked)
    if locked.kind != "choice":
        message = _(
            "The number of labels can be adapted for questions with a single choice only, so far:"
            " this one is of the kind “%(kind)s”."
        ) % {"kind": locked.kind}
        raise ValidationError({"question": ValidationError(message, code="not_a_choice")})
    return locked


def compute_routing_study(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """The handler of its job: read, fit, play through, store."""
    studies = RoutingStudy.objects.select_related("project", "question", "version", "requested_by")
    study = studies.get(job=progress.job_id)
    with in_language_of(study):
        progress.report(0, 0, _("Reading labels"))
        seen = outlook(
            study, policy=None, check=_check_overlap, report=lambda _read: progress.report(0)
        )
        progress.report(0, message=_("Playing through what would have been saved"))
        seed = int(study.parameters["seed"])
        replayed = _replayed(study, seen, seed, progress)
        close_run(
            study,
            seen.labels,
            now=now,
            standing=standing_of(seen),
            sample=sample_of(seen, seed),
            replay=replayed,
            pace=asdict(measured_pace(study.project)),
        )
        progress.report(progress.total, message="")
    return {"study": study.pk}


def _check_overlap(labels: LabelColumns) -> None:
    check_labels(labels)
    if int(labels.table.counts.sum(axis=1).max(initial=0)) < START_LABELS:
        message = _(
            "No item has two labels yet, so nothing is known about how far annotators agree. Give"
            " some items a second label first."
        )
        raise JobFailed([{"message": message, "code": "no_overlap"}])


def _replayed(study: RoutingStudy, seen: Outlook, seed: int, progress: Progress) -> dict[str, Any]:
    """Figures of the replay; why there are none where no item has more labels than the start."""
    gold = gold_codes(study, seen.labels)
    table, gold = replay_sample(seen.labels.table, gold, seed)
    if gold is not None and int((gold != UNDECIDED).sum()) < ENOUGH_GOLD:
        gold = None
    spread = float(np.minimum(table.counts.sum(axis=1), REPLAYED_MOST).mean()) if len(table) else 0
    try:
        found = replay(
            table,
            look,
            gold=gold,
            start=START_LABELS,
            most=REPLAYED_MOST,
            step=max(0.1, (spread - START_LABELS) / REPLAY_STEPS),
            draws=REPLAY_DRAWS,
            seed=seed,
            tick=lambda done, total: progress.report(done, total),
        )
    except ValueError:
        return {"refused": "too_few_labels", "start": START_LABELS}
    return replay_figures(found, n_all=seen.labels.item_ids.size)


def replay_sample(
    table: ReliabilityTable, gold: IntArray | None, seed: int
) -> tuple[ReliabilityTable, IntArray | None]:
    """Items with more labels than the start, at random as many as fit; gold ones are preferred."""
    per_item = table.counts.sum(axis=1)
    rng = np.random.default_rng(seed)
    rows = rng.permutation(np.flatnonzero(per_item > START_LABELS))
    if gold is not None:
        rows = rows[np.argsort(gold[rows] < 0, kind="stable")]
    size = np.cumsum(np.minimum(per_item[rows], REPLAYED_MOST))
    chosen = np.sort(rows[size <= REPLAYED_LABELS])
    shown = np.isin(table.items, chosen)
    smaller = ReliabilityTable(
        items=np.searchsorted(chosen, table.items[shown]),
        annotators=table.annotators[shown],
        labels=table.labels[shown],
        n_items=chosen.size,
        n_annotators=table.n_annotators,
        n_labels=table.n_labels,
    )
    return smaller, None if gold is None else gold[chosen]


def replay_figures(found: Replay, *, n_all: int) -> dict[str, Any]:
    """What is stored of a replay: curves, and the labels per item that each rule needed."""
    return {
        "budgets": found.budgets.round(4).tolist(),
        "uniform": found.uniform.round(5).tolist(),
        "margin": found.margin.round(5).tolist(),
        "full": round(found.full, 5),
        "needed_uniform": found.needed("uniform"),
        "needed_margin": found.needed("margin"),
        "saved": found.saved(),
        "n_items": found.n_items,
        "n_all_items": n_all,
        "n_labels": found.n_labels,
        "n_scored": found.n_scored,
        "draws": found.draws,
        "is_gold": found.is_gold,
        "start": START_LABELS,
    }
