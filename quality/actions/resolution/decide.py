"""Decide the items of a run, in memory: what its job stores, and what a check compares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from core.jobs import JobFailed, Progress
from quality.actions.resolution.deciding_rules import INCOMPLETE_COSTS
from quality.actions.resolution.methods import COSTS, THRESHOLD, built
from quality.actions.resolution.run_inputs import check_labels
from quality.aggregation.base import Aggregator
from quality.agreement.coefficient import FloatArray
from quality.kind_methods import READ_ITEMS
from quality.models import ResolutionMethod, ResolutionRun
from quality.queries.labels import LabelColumns, read_labels, scale_of
from quality.queries.resolution import deciding_values as of_values
from quality.queries.resolution.deciding import (
    Row,
    canonical_values,
    decisions,
    reliabilities,
    reliability,
    rule,
    shares,
)
from quality.queries.resolution.gold import read_gold
from quality.queries.resolution.learning import learned_by, members_of
from quality.queries.resolution.ledger_cut import Cut, cut_of
from quality.queries.values import ValueColumns, item_texts, read_values

Labels = LabelColumns | ValueColumns


@dataclass(frozen=True)
class Moment:
    """When the inputs are read: now, or as an earlier run found them."""

    cut: Cut | None = None
    scale: dict[int, str] | None = None
    gold_ids: list[int] | None = None


NOW = Moment()


@dataclass(frozen=True)
class Decided:
    """What is stored of a fit; `learned`: columns of the run."""

    rows: Iterator[Row]
    reliabilities: Iterator[Row]
    n_undecided: int
    learned: dict[str, Any] = field(default_factory=dict)


def moment_of(run: ResolutionRun) -> Moment | None:
    """When a computed run read its inputs; None when the ledger cannot be cut there any more."""
    if run.as_of is not None:
        return moment_of(run.as_of)
    cut = cut_of(run, run.inputs.get("snapshot", ""))
    if cut is None:
        return None
    scale = scale_of(run)
    if "scale" in run.inputs:
        known = set(run.inputs["scale"])
        scale = {pk: key for pk, key in scale.items() if pk in known}
    return Moment(cut, scale, run.inputs.get("gold", []))


def decide(progress: Progress, run: ResolutionRun, moment: Moment) -> tuple[Labels, Decided]:
    """Read the labels of a run and decide each item. JobFailed with the reason if that cannot be.

    Rows are made while they are taken: no more than the arrays of the fit are held in memory.
    """
    progress.report(0, 0, _("Reading labels"))
    if run.question.kind == "choice":
        return _decide_choices(progress, run, moment)
    return _decide_values(progress, run, moment)


def _decide_choices(
    progress: Progress, run: ResolutionRun, moment: Moment
) -> tuple[LabelColumns, Decided]:
    labels = read_labels(run, lambda _read: progress.report(0), cut=moment.cut, scale=moment.scale)
    check_labels(labels)
    gold = read_gold(run, labels, moment.gold_ids)
    progress.report(0, labels.item_ids.size, _("Deciding"))
    try:
        fitted: Aggregator = _built(run).fit(labels.table, gold=gold.codes if gold.n else None)
    except ValueError as problem:
        raise _not_decidable(problem) from problem
    ruling = rule(
        fitted,
        labels.table.counts.sum(axis=1),
        costs=_cost_table(run, labels.choice_keys),
        threshold=run.parameters.get(THRESHOLD, 0.0),
    )
    tables = reliability(labels.table, fitted)
    return labels, Decided(
        rows=decisions(
            labels,
            fitted,
            ruling,
            canonical_values("choice", labels.choice_keys),
            members_of(fitted),
        ),
        reliabilities=reliabilities(labels, tables),
        n_undecided=sum(1 for reason in ruling.reasons if reason),
        learned={
            "priors": shares(labels.choice_keys, tables.priors),
            "n_gold": gold.n,
            "gold_digest": gold.digest,
            "inputs": _inputs(labels, gold.ids),
            **_convergence(fitted),
            "learned": learned_by(
                fitted, ruling, gold, n_classes=np.unique(labels.table.labels).size
            ),
        },
    )


def _decide_values(
    progress: Progress, run: ResolutionRun, moment: Moment
) -> tuple[ValueColumns, Decided]:
    kind = run.question.kind
    labels = read_values(run, lambda _read: progress.report(0), cut=moment.cut, scale=moment.scale)
    check_labels(labels)
    progress.report(0, int(labels.item_ids.size), _("Deciding"))
    fact = READ_ITEMS.get(ResolutionMethod(run.method))
    texts = None if fact is None else item_texts(labels, fact)
    try:
        fitted = _built(run).fit(labels.table, texts)
    except ValueError as problem:
        raise _not_decidable(problem) from problem
    ruling = of_values.rule(labels, fitted, threshold=run.parameters.get(THRESHOLD, 0.0))
    return labels, Decided(
        rows=of_values.decisions(labels, fitted, ruling, kind),
        reliabilities=of_values.reliabilities(labels, fitted, kind),
        n_undecided=sum(1 for reason in ruling.reasons if reason),
        learned={
            "priors": dict(fitted.priors_),
            "converged": fitted.converged_,
            "iterations": fitted.n_iter_,
            "inputs": _inputs(labels, []),
            "learned": {"n_by_reason": ruling.n_by_reason},
        },
    )


def _built(run: ResolutionRun) -> Any:
    return built(run.question.kind, run.method, run.parameters, run.seed)


def _inputs(labels: Labels, gold_ids: list[int]) -> dict[str, Any]:
    """What else than labels it is computed from, and where in the ledger that stood."""
    scale = labels.scale if isinstance(labels, LabelColumns) else labels.scale.values()
    snapshot = labels.watermark.snapshot
    return {"scale": sorted(scale), "gold": gold_ids, "snapshot": snapshot}


def _cost_table(run: ResolutionRun, keys: list[str]) -> FloatArray | None:
    """The run's costs [true, said] in the order of its codes; JobFailed where one is missing."""
    costs = run.parameters.get(COSTS)
    if costs is None:
        return None
    if missing := [key for key in keys if key not in costs]:
        message = INCOMPLETE_COSTS % {"choice": missing[0]}
        raise JobFailed([{"message": message, "code": "incomplete_costs"}])
    return np.array([[costs[true][said] for said in keys] for true in keys], np.float64)


def _convergence(fitted: Aggregator) -> dict[str, Any]:
    """Of methods that iterate; a likelihood is shown, but never a ground for choosing a method."""
    return {
        "loglik": getattr(fitted, "loglik_", None),
        "iterations": getattr(fitted, "n_iter_", None),
        "converged": getattr(fitted, "converged_", None),
    }


def _not_decidable(problem: ValueError) -> JobFailed:
    message = _("This method cannot decide these answers: %(problem)s") % {"problem": problem}
    return JobFailed([{"message": message, "code": "not_decidable"}])
