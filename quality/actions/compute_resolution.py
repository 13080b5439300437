"""Do what a resolution run asks for: the handler of its job, in the job's transaction."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.jobs import Progress
from quality.actions.methods import METHODS
from quality.actions.run_inputs import check_labels, close_run, in_language_of
from quality.actions.storing import store_rows
from quality.aggregation.base import UNDECIDED, Aggregator
from quality.aggregation.dawid_skene import DawidSkene
from quality.models import ResolutionMethod, ResolutionRun
from quality.queries.deciding import (
    Row,
    canonical_values,
    decisions,
    reliabilities,
    reliability,
    shares,
)
from quality.queries.labels import LabelColumns, read_labels

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
    labels = read_labels(run, lambda _read: progress.report(0))
    check_labels(labels)
    progress.report(0, labels.item_ids.size, _("Deciding"))
    method = METHODS[ResolutionMethod(run.method)]
    fitted = method.build(**run.parameters).fit(labels.table)
    progress.report(0, message=_("Storing what was decided"))
    rows = _decisions(run, labels, fitted)
    store_rows(run, "quality_resolution", _DECISION_COLUMNS, rows, progress=progress)
    learned = reliability(labels.table, fitted)
    store_rows(
        run,
        "quality_sourcereliability",
        ("source_id", "accuracy", "confusion", "n_labels"),
        reliabilities(labels, learned),
    )
    undecided = int((fitted.labels_ == UNDECIDED).sum())
    close_run(
        run,
        labels,
        now=now,
        n_undecided=undecided,
        priors=shares(labels.choice_keys, learned.priors),
        **_convergence(fitted),
    )
    progress.report(labels.item_ids.size, message="")
    return {"run": run.pk, "items": int(labels.item_ids.size), "undecided": undecided}


def _decisions(run: ResolutionRun, labels: LabelColumns, fitted: Aggregator) -> Iterator[Row]:
    values = canonical_values(run.question.kind, labels.choice_keys)
    for row in decisions(labels, fitted, values):
        yield (*row, run.question_id)


def _convergence(fitted: Aggregator) -> dict[str, Any]:
    if not isinstance(fitted, DawidSkene):
        return {}
    return {
        "loglik": fitted.loglik_,
        "iterations": fitted.n_iter_,
        "converged": fitted.converged_,
    }
