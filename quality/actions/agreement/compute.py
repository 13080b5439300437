"""Do what an agreement run asks for: the handler of its job, in the job's transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from core.jobs import Progress
from quality.actions.resolution.run_inputs import check_labels, close_run, in_language_of
from quality.actions.storing import store_rows
from quality.models import AgreementRun
from quality.queries.agreement import measuring
from quality.queries.agreement import measuring_values as of_values
from quality.queries.agreement.measuring import IntervalSettings, Row
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.values import ValueColumns, read_values

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
# Slices by time and campaign have these in place of choice and version.
_SLICE_COLUMNS = ("scope", "period", "period_end", "round", *_RESULT_COLUMNS[3:])
_STEPS = 6


def compute_agreement(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Read the labels of the job's run, measure, store the results and close the run."""
    runs = AgreementRun.objects.select_related("question", "version", "requested_by")
    run = runs.get(job=progress.job_id)
    with in_language_of(run):
        return _compute(progress, run, now)


def _compute(progress: Progress, run: AgreementRun, now: datetime) -> dict[str, int]:
    progress.report(0, _STEPS, _("Reading labels"))
    labels, measure = _read(run, progress)
    check_labels(labels)
    progress.report(1, message=_("Agreement over all classes"))
    _store_results(run, measure.overall(labels, None), progress)
    progress.report(2, message=_("Agreement by class"))
    _store_results(run, measure.by_choice(labels), progress)
    progress.report(3, message=_("Agreement by guideline version"))
    _store_results(run, _by_version(run, labels, measure), progress)
    progress.report(4, message=_("Agreement over time"))
    slices = measure.slices(run, labels)
    store_rows(run, "quality_agreementresult", _SLICE_COLUMNS, _stoppable(slices, progress))
    progress.report(5, message=_("Pairs, confusion and disputed items"))
    _store_details(run, labels, measure)
    close_run(run, labels, now=now)
    progress.report(_STEPS, message="")
    return {"run": run.pk, "labels": len(labels)}


@dataclass(frozen=True)
class _Measures:
    """What is computed from the labels of a kind, as functions of labels alone."""

    overall: Callable[[Any, int | None], Iterator[Row]]
    by_choice: Callable[[Any], Iterator[Row]]
    counts: Callable[[Any, int | None], Iterator[Row]]
    slices: Callable[[AgreementRun, Any], Iterator[Row]]
    annotators: Callable[[Any], Iterator[Row]]
    pairs: Callable[[Any], Iterator[Row]]
    confusion: Callable[[Any], Iterator[Row]]
    disputes: Callable[[Any], Iterator[Row]]


def _read(run: AgreementRun, progress: Progress) -> tuple[LabelColumns | ValueColumns, _Measures]:
    """The labels of a run, and how their kind is measured."""
    settings, kind = IntervalSettings(**run.parameters), run.question.kind
    if kind == "choice":
        return read_labels(run, lambda _read: progress.report(0)), _Measures(
            overall=lambda labels, version: measuring.overall_results(labels, settings, version),
            by_choice=lambda labels: measuring.choice_results(labels, settings),
            counts=measuring.class_counts,
            slices=lambda run, labels: chain(
                measuring.period_results(labels, settings),
                measuring.round_results(run, labels, settings),
            ),
            annotators=measuring.annotators,
            pairs=measuring.pairs,
            confusion=measuring.confusion,
            disputes=measuring.disputes,
        )
    return read_values(run, lambda _read: progress.report(0)), _Measures(
        overall=lambda labels, version: of_values.overall_results(labels, kind, settings, version),
        by_choice=lambda labels: of_values.choice_results(labels, kind, settings),
        counts=lambda labels, version: of_values.class_counts(labels, kind, version),
        slices=lambda run, labels: chain(
            of_values.period_results(labels, kind, settings),
            of_values.round_results(run, labels, kind, settings),
        ),
        annotators=lambda labels: of_values.annotators(labels, kind),
        pairs=lambda labels: of_values.pairs(labels, kind),
        confusion=lambda _labels: iter(()),
        disputes=lambda labels: of_values.disputes(labels, kind),
    )


def _by_version(
    run: AgreementRun, labels: LabelColumns | ValueColumns, measure: _Measures
) -> Iterator[Row]:
    """Slices of a run over all versions; a run of one version has none."""
    if run.version_id is not None:
        return
    for version_id in labels.version_ids:
        yield from measure.overall(labels.of_version(version_id), version_id)


def _store_results(run: AgreementRun, rows: Iterator[Row], progress: Progress) -> None:
    store_rows(run, "quality_agreementresult", _RESULT_COLUMNS, _stoppable(rows, progress))


def _stoppable(rows: Iterator[Row], progress: Progress) -> Iterator[Row]:
    """Each row is a bootstrap: a good moment to see whether somebody wants the job to stop."""
    for row in rows:
        progress.report(progress.done)
        yield row


def _store_details(
    run: AgreementRun, labels: LabelColumns | ValueColumns, measure: _Measures
) -> None:
    columns: tuple[str, ...] = ("choice_id", "version_id", "n_labels")
    store_rows(run, "quality_classcount", columns, _counts(run, labels, measure))
    store_rows(
        run,
        "quality_pairagreement",
        ("source_a_id", "source_b_id", "kappa", "percent", "n_items"),
        measure.pairs(labels),
    )
    store_rows(
        run,
        "quality_annotatoragreement",
        ("source_id", "n_labels", "n_items", "n_pairs", "percent", "alpha_without"),
        measure.annotators(labels),
    )
    columns = ("choice_a_id", "choice_b_id", "count")
    store_rows(run, "quality_confusioncell", columns, measure.confusion(labels))
    store_rows(
        run,
        "quality_disputeditem",
        ("item_id", "entropy", "disagreement", "counts", "n_labels"),
        measure.disputes(labels),
    )


def _counts(
    run: AgreementRun, labels: LabelColumns | ValueColumns, measure: _Measures
) -> Iterator[Row]:
    yield from measure.counts(labels, None)
    if run.version_id is None:
        for version_id in labels.version_ids:
            yield from measure.counts(labels.of_version(version_id), version_id)
