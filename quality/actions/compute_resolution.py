"""Do what a resolution run asks for: the handler of its job, in the job's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.jobs import JobFailed, Progress
from quality.actions.methods import METHODS
from quality.actions.run_inputs import check_labels, close_run, in_language_of
from quality.actions.storing import store_rows
from quality.aggregation.base import UNDECIDED, Aggregator
from quality.aggregation.dawid_skene import DawidSkene
from quality.kinds import KIND_QUALITY
from quality.models import ResolutionMethod, ResolutionRun
from quality.queries import deciding_values as of_values
from quality.queries.deciding import (
    Row,
    canonical_values,
    decisions,
    reliabilities,
    reliability,
    shares,
)
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.values import ValueColumns, item_texts, read_values

_Labels = LabelColumns | ValueColumns
_DECISION_COLUMNS = (
    "item_id",
    "choice_id",
    "value",
    "posterior",
    "confidence",
    "n_labels",
    "question_id",
)


def compute_resolution(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Read the labels of the job's run, decide each item, store it all and close the run."""
    runs = ResolutionRun.objects.select_related("question", "version", "requested_by")
    run = runs.get(job=progress.job_id)
    with in_language_of(run):
        return _compute(progress, run, now)


def _compute(progress: Progress, run: ResolutionRun, now: datetime) -> dict[str, int]:
    progress.report(0, 0, _("Reading labels"))
    decide = _decide_choices if run.question.kind == "choice" else _decide_values
    labels, decided = decide(progress, run)
    progress.report(0, message=_("Storing what was decided"))
    rows = ((*row, run.question_id) for row in decided.rows)
    store_rows(run, "quality_resolution", _DECISION_COLUMNS, rows, progress=progress)
    columns = ("source_id", "accuracy", "confusion", "n_labels")
    store_rows(run, "quality_sourcereliability", columns, decided.reliabilities)
    close_run(run, labels, now=now, n_undecided=decided.n_undecided, **decided.learned)
    progress.report(int(labels.item_ids.size), message="")
    return {"run": run.pk, "items": int(labels.item_ids.size), "undecided": decided.n_undecided}


@dataclass(frozen=True)
class _Decided:
    """What is stored of a fit; `learned`: columns of the run."""

    rows: Iterator[Row]
    reliabilities: Iterator[Row]
    n_undecided: int
    learned: dict[str, Any]


def _decide_choices(progress: Progress, run: ResolutionRun) -> tuple[_Labels, _Decided]:
    labels = read_labels(run, lambda _read: progress.report(0))
    check_labels(labels)
    progress.report(0, labels.item_ids.size, _("Deciding"))
    fitted = _built(run).fit(labels.table)
    learned = reliability(labels.table, fitted)
    return labels, _Decided(
        rows=decisions(labels, fitted, canonical_values("choice", labels.choice_keys)),
        reliabilities=reliabilities(labels, learned),
        n_undecided=int((fitted.labels_ == UNDECIDED).sum()),
        learned={"priors": shares(labels.choice_keys, learned.priors), **_convergence(fitted)},
    )


def _decide_values(progress: Progress, run: ResolutionRun) -> tuple[_Labels, _Decided]:
    labels, kind = read_values(run, lambda _read: progress.report(0)), run.question.kind
    check_labels(labels)
    progress.report(0, int(labels.item_ids.size), _("Deciding"))
    texts = None
    if ResolutionMethod(run.method) in KIND_QUALITY[kind].needs_item:
        texts = item_texts(labels, titles=kind == "pairwise")
    try:
        fitted = _built(run).fit(labels.table, texts)
    except ValueError as problem:
        message = _("This method cannot decide these answers: %(problem)s") % {"problem": problem}
        raise JobFailed([{"message": message, "code": "not_decidable"}]) from problem
    learned = {"priors": dict(fitted.priors_), "converged": fitted.converged_}
    return labels, _Decided(
        rows=of_values.decisions(labels, fitted),
        reliabilities=of_values.reliabilities(labels, fitted, kind),
        n_undecided=sum(value is None for value in fitted.labels_),
        learned=learned,
    )


def _built(run: ResolutionRun) -> Any:
    method = METHODS[run.question.kind][ResolutionMethod(run.method)]
    return method.build(**run.parameters)


def _convergence(fitted: Aggregator) -> dict[str, Any]:
    if not isinstance(fitted, DawidSkene):
        return {}
    return {
        "loglik": fitted.loglik_,
        "iterations": fitted.n_iter_,
        "converged": fitted.converged_,
    }
