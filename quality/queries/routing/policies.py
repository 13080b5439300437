"""Look-ups of adaptive overlap, and what a policy would do, from the figures of a study."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from projects.models import Project
from quality.aggregation.routing import StopRule
from quality.aggregation.routing_forecast import Forecast, forecast
from quality.models import RoutedSlot, RoutingPolicy, RoutingStep, RoutingStudy

# Copies of an item without labels that are played: all of them begin alike.
FRESH_ITEMS = 100
FORECAST_DRAWS = 8
MS_PER_HOUR = 3_600_000


@dataclass(frozen=True)
class Expectation:
    """What a policy would do, spelled out before it starts.

    `labels` and its range of 90 %: how many more until every item has enough, or the budget is
    used up. `n_wanted`: items that need at least one more. `fixed_labels`: labels that a fixed
    overlap of `most` would still need. `hours` and its range: at the measured pace, None while
    nobody's time was measured. `n_closing`: waiting slots that are closed at once. `is_cut`: the
    budget may end before every item has enough.
    """

    n_items: int
    n_wanted: int
    labels: int
    labels_low: int
    labels_high: int
    reached: int
    fixed_labels: int
    n_closing: int
    budget: int | None
    is_cut: bool
    hours: float | None
    hours_low: float | None
    hours_high: float | None
    n_timed: int

    def as_json(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)


def studies(project: Project) -> QuerySet[RoutingStudy]:
    """All studies of a project with what a list shows."""
    return RoutingStudy.objects.filter(project=project).select_related(
        "question", "version", "job", "requested_by"
    )


def routing_study(project: Project, pk: int) -> RoutingStudy:
    """One study; 404 when it is not of this project."""
    study = studies(project).filter(pk=pk).first()
    if study is None:
        raise Http404(_("The project has no such study."))
    return study


def policies(project: Project) -> QuerySet[RoutingPolicy]:
    """All policies of a project with their states."""
    return (
        RoutingPolicy.objects.filter(project=project)
        .with_state()
        .select_related("question", "started_by", "study")
    )


def routing_policy(project: Project, pk: int) -> RoutingPolicy:
    """One policy with its state; 404 when it is not of this project."""
    policy = policies(project).filter(pk=pk).first()
    if policy is None:
        raise Http404(_("The project has no such policy."))
    return policy


def steps_of(policy: RoutingPolicy) -> QuerySet[RoutingStep]:
    """What a policy did, step by step."""
    return RoutingStep.objects.filter(policy=policy).select_related(
        "question", "version", "job", "requested_by"
    )


def slots_of(policy: RoutingPolicy) -> QuerySet[RoutedSlot]:
    """Why slots were opened or closed."""
    return RoutedSlot.objects.filter(policy=policy).select_related(
        "item", "assignment", "reserved_for", "step"
    )


@dataclass(frozen=True)
class Kept:
    """What a forecast is played from: `standing`, `sample` and `pace` as a study keeps them."""

    standing: dict[str, Any]
    sample: dict[str, Any]
    pace: dict[str, Any]


def kept_by(study: RoutingStudy) -> Kept:
    """The figures of a computed study."""
    return Kept(study.standing, study.sample, study.pace)


def expectation(kept: Kept, rule: StopRule, budget: int | None) -> Expectation:
    """Play the rule through from a kept sample; bounded, whatever the size of the project."""
    found = _forecast(kept.sample, rule)
    waiting = kept.standing["waiting"]
    surplus = sum(
        max(0, slots - max(0, rule.least - busy)) * count for busy, slots, count in waiting
    )
    fixed = sum(max(0, rule.most - n) * count for n, count in kept.standing["labels"])
    low, mean, high = (
        value if budget is None else min(value, budget)
        for value in (found.labels_low, found.labels, found.labels_high)
    )
    pace = kept.pace
    spent = [
        None if pace[name] is None else labels * pace[name] / MS_PER_HOUR
        for name, labels in (("ms_low", low), ("ms_per_label", mean), ("ms_high", high))
    ]
    return Expectation(
        n_items=round(found.n_items),
        n_wanted=round(found.n_wanted),
        labels=round(mean),
        labels_low=round(low),
        labels_high=round(high),
        reached=round(found.reached),
        fixed_labels=fixed,
        n_closing=surplus,
        budget=budget,
        is_cut=budget is not None and budget < found.labels_high,
        hours=spent[1],
        hours_low=spent[0],
        hours_high=spent[2],
        n_timed=pace["n_timed"],
    )


def _forecast(sample: dict[str, Any], rule: StopRule) -> Forecast:
    posterior = np.array(sample["posteriors"], np.float64).reshape(-1, len(sample["prior"]))
    n_labels = np.array(sample["n_labels"], np.int64)
    weights = np.full(n_labels.size, sample["n_labeled"] / max(n_labels.size, 1))
    if sample["n_unlabeled"]:
        fresh = np.tile(np.array(sample["prior"]), (FRESH_ITEMS, 1))
        posterior = np.concatenate([posterior, fresh])
        n_labels = np.concatenate([n_labels, np.zeros(FRESH_ITEMS, np.int64)])
        weights = np.concatenate(
            [weights, np.full(FRESH_ITEMS, sample["n_unlabeled"] / FRESH_ITEMS)]
        )
    posterior /= posterior.sum(axis=1, keepdims=True)
    typical = np.array(sample["typical"])
    return forecast(
        posterior,
        n_labels,
        weights,
        typical,
        rule,
        draws=FORECAST_DRAWS,
        weight=sample["weight"],
        lowest=sample["lowest"],
    )
