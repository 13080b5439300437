"""Do what an agreement run asks for: the handler of its job, in the job's transaction."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from core.jobs import Progress
from quality.actions.run_inputs import check_labels, close_run, in_language_of
from quality.actions.storing import store_rows
from quality.models import AgreementRun
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.measuring import (
    IntervalSettings,
    Row,
    choice_results,
    class_counts,
    confusion,
    disputes,
    overall_results,
    pairs,
)

_RESULT_COLUMNS = (
    "scope",
    "choice_id",
    "version_id",
    "coefficient",
    "value",
    "low",
    "high",
    "annotator_low",
    "annotator_high",
    "observed",
    "expected",
    "n_items",
    "n_annotators",
    "n_labels",
    "undefined",
)
_STEPS = 5


def compute_agreement(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Read the labels of the job's run, measure, store the results and close the run."""
    runs = AgreementRun.objects.select_related("question", "version", "requested_by")
    run = runs.get(job=progress.job_id)
    with in_language_of(run):
        return _compute(progress, run, now)


def _compute(progress: Progress, run: AgreementRun, now: datetime) -> dict[str, int]:
    progress.report(0, _STEPS, _("Reading labels"))
    labels = read_labels(run, lambda _read: progress.report(0))
    check_labels(labels)
    settings = IntervalSettings(**run.parameters)
    progress.report(1, message=_("Agreement over all classes"))
    _store_results(run, overall_results(labels, settings), progress)
    progress.report(2, message=_("Agreement by class"))
    _store_results(run, choice_results(labels, settings), progress)
    progress.report(3, message=_("Agreement by guideline version"))
    _store_results(run, _by_version(run, labels, settings), progress)
    progress.report(4, message=_("Pairs, confusion and disputed items"))
    _store_details(run, labels)
    close_run(run, labels, now=now)
    progress.report(_STEPS, message="")
    return {"run": run.pk, "labels": len(labels)}


def _by_version(
    run: AgreementRun, labels: LabelColumns, settings: IntervalSettings
) -> Iterator[Row]:
    """Slices of a run over all versions; a run of one version has none."""
    if run.version_id is not None:
        return
    for version_id in labels.version_ids:
        yield from overall_results(labels.of_version(version_id), settings, version_id)


def _store_results(run: AgreementRun, rows: Iterator[Row], progress: Progress) -> None:
    store_rows(run, "quality_agreementresult", _RESULT_COLUMNS, _stoppable(rows, progress))


def _stoppable(rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    """Each row is a bootstrap: a good moment to see whether somebody wants the job to stop."""
    for row in rows:
        progress.report(progress.done)
        yield row


def _store_details(run: AgreementRun, labels: LabelColumns) -> None:
    store_rows(
        run, "quality_classcount", ("choice_id", "version_id", "n_labels"), _counts(run, labels)
    )
    store_rows(
        run,
        "quality_pairagreement",
        ("source_a_id", "source_b_id", "kappa", "percent", "n_items"),
        pairs(labels),
    )
    store_rows(
        run, "quality_confusioncell", ("choice_a_id", "choice_b_id", "count"), confusion(labels)
    )
    store_rows(
        run,
        "quality_disputeditem",
        ("item_id", "entropy", "disagreement", "counts", "n_labels"),
        disputes(labels),
    )


def _counts(run: AgreementRun, labels: LabelColumns) -> Iterator[Row]:
    yield from class_counts(labels)
    if run.version_id is None:
        for version_id in labels.version_ids:
            yield from class_counts(labels.of_version(version_id), version_id)
