"""What an agreement run stores about kinds other than choice: rows without ids, no database."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from core.digest import canonical_json
from quality.agreement.coefficient import Coefficient, FloatArray, ItemStatistic
from quality.agreement.distance import mean_distances
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.table import IntArray
from quality.agreement.value_statistic import ValueStatistic, with_intervals
from quality.agreement.values import ValueTable
from quality.agreement.within import WithinPairs
from quality.kinds import KIND_QUALITY, KindQuality, classes_in, coded, only_class
from quality.models import CoefficientName, Scope
from quality.models.run import Run
from quality.queries.agreement.bounds import within_bounds
from quality.queries.agreement.measuring import (
    MOST_DISPUTED,
    MOST_PAIRED_SOURCES,
    IntervalSettings,
    Row,
    basis,
    statistic_row,
)
from quality.queries.values import ValueColumns, values_by_round

# What is followed over time: alpha, and what is plain agreement of the kind.
_OVER_TIME = (
    CoefficientName.ALPHA,
    CoefficientName.PERCENT,
    CoefficientName.EXACT_F1,
    CoefficientName.MATCHED_F1,
    CoefficientName.COMMON_SHARE,
)


def coefficients(
    kind: KindQuality,
    table: ValueTable,
    statistics: Mapping[CoefficientName, ItemStatistic | ValueStatistic],
    settings: IntervalSettings,
) -> Iterator[Row]:
    """Name, value, both intervals, observed, expected, counts and reason of each coefficient."""
    for name, statistic in statistics.items():
        if isinstance(statistic, ItemStatistic):
            if kind.codes is not None:
                yield statistic_row(name, statistic, kind.codes(table), settings)
            continue
        found = with_intervals(statistic, table, **settings._asdict())
        low, high = within_bounds(name, found.annotator_low, found.annotator_high)
        yield (name.value, *_value(found.coefficient), low, high, *basis(found.coefficient))


def _value(coefficient: Coefficient) -> Row:
    return coefficient.value, coefficient.low, coefficient.high


def overall_results(
    labels: ValueColumns, kind_name: str, settings: IntervalSettings, version_id: int | None = None
) -> Iterator[Row]:
    """Rows of AgreementResult over whole answers."""
    kind = KIND_QUALITY[kind_name]
    for row in coefficients(kind, labels.table, kind.shown, settings):
        yield (Scope.OVERALL.value, None, version_id, *row)


def choice_results(
    labels: ValueColumns, kind_name: str, settings: IntervalSettings
) -> Iterator[Row]:
    """Rows of AgreementResult for each class that was given, with nothing else in the answers."""
    kind = KIND_QUALITY[kind_name]
    if not kind.by_class:
        return
    for key, _n in class_totals(labels, kind_name):
        restricted = only_class(kind, labels.table, key)
        for row in coefficients(kind, restricted, kind.by_class, settings):
            yield (Scope.CHOICE.value, labels.scale[key], None, *row)


def period_results(
    labels: ValueColumns, kind_name: str, settings: IntervalSettings
) -> Iterator[Row]:
    """Rows of AgreementResult, with period and round, for each week or month."""
    kind = KIND_QUALITY[kind_name]
    for period, part in labels.by_period():
        for row in coefficients(kind, part.table, _over_time(kind), settings):
            yield (Scope.PERIOD.value, *period, None, *row)


def round_results(
    run: Run, labels: ValueColumns, kind_name: str, settings: IntervalSettings
) -> Iterator[Row]:
    """Rows of AgreementResult, with period and round, for each campaign."""
    kind = KIND_QUALITY[kind_name]
    for number, part in values_by_round(run, labels):
        for row in coefficients(kind, part.table, _over_time(kind), settings):
            yield (Scope.ROUND.value, None, None, number, *row)


def _over_time(kind: KindQuality) -> Mapping[CoefficientName, ItemStatistic | ValueStatistic]:
    return {name: each for name, each in kind.shown.items() if name in _OVER_TIME}


def annotators(labels: ValueColumns, kind_name: str) -> Iterator[Row]:
    """Rows of AnnotatorAgreement: each source against all others, and alpha without it."""
    kind, table = KIND_QUALITY[kind_name], labels.table
    n = table.n_annotators
    if n > MOST_PAIRED_SOURCES:
        return
    distance = kind.distance(table)
    within = WithinPairs.of(table)
    apart = within.evaluate(lambda one, other: (distance(one, other),))[:, 0]
    pairs, sums = within.by_row(np.ones(apart.size)), within.by_row(apart)
    people = table.codes.annotators
    shared = table.per_item[table.codes.items] >= 2
    without = _alpha_without(kind, table)
    columns = (
        np.bincount(people, minlength=n),
        np.bincount(people[shared], minlength=n),
        np.rint(np.bincount(people, weights=pairs, minlength=n)),
        np.bincount(people, weights=sums, minlength=n),
    )
    for code, (n_labels, n_items, n_pairs, apart_sum) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        yield (
            int(labels.source_ids[code]),
            n_labels,
            n_items,
            int(n_pairs),
            min(1.0, max(0.0, 1.0 - apart_sum / n_pairs)) if n_pairs else None,
            None if np.isnan(without[code]) else float(without[code]),
        )


def _alpha_without(kind: KindQuality, table: ValueTable) -> FloatArray:
    """Alpha without each annotator, NaN where it is undefined then: (n_annotators,)."""
    statistic = kind.shown.get(CoefficientName.ALPHA)
    if isinstance(statistic, ValueStatistic):
        return statistic.prepare(table).without_each()
    if statistic is None or kind.codes is None:
        return np.full(table.n_annotators, np.nan)
    return leave_one_annotator_out(kind.codes(table), statistic=statistic).without


def class_counts(
    labels: ValueColumns, kind_name: str, version_id: int | None = None
) -> Iterator[Row]:
    """Rows of ClassCount: how often each class was marked or chosen, where a kind has classes."""
    kind = KIND_QUALITY[kind_name]
    if not kind.elements:
        return
    given = dict(class_totals(labels, kind_name))
    for key, pk in labels.scale.items():
        yield (pk, version_id, given.get(key, 0))


def class_totals(labels: ValueColumns, kind_name: str) -> list[tuple[str, int]]:
    """Classes of the scale that were given, with how often, by key; none for kinds without."""
    kind = KIND_QUALITY[kind_name]
    if not kind.elements:
        return []
    often = np.bincount(labels.table.codes.labels, minlength=len(labels.table.values))
    totals: dict[str, int] = {}
    for value, n in zip(labels.table.values, often.tolist(), strict=True):
        for key in classes_in(kind, value):
            totals[key] = totals.get(key, 0) + n
    return sorted((key, n) for key, n in totals.items() if n and key in labels.scale)


def pairs(labels: ValueColumns, kind_name: str) -> Iterator[Row]:
    """Rows of PairAgreement: mean similarity of two sources' answers, lower source id first."""
    table = labels.table
    if labels.source_ids.size > MOST_PAIRED_SOURCES:
        return
    distance = KIND_QUALITY[kind_name].distance(table)
    within = WithinPairs.of(table)
    apart = within.evaluate(lambda one, other: (distance(one, other),))[:, 0] * within.weight
    one, other = table.codes.annotators[within.first], table.codes.annotators[within.second]
    low, high = np.minimum(one, other), np.maximum(one, other)
    keys, place = np.unique(low * table.n_annotators + high, return_inverse=True)
    n = np.bincount(place, minlength=keys.size)
    weights = np.bincount(place, weights=within.weight, minlength=keys.size)
    sums = np.bincount(place, weights=apart, minlength=keys.size)
    similar = np.clip(1.0 - sums / np.maximum(weights, 1e-300), 0.0, 1.0)
    for key, share, items in zip(keys.tolist(), similar.tolist(), n.tolist(), strict=True):
        first, second = divmod(key, table.n_annotators)
        ids = labels.source_ids
        yield (int(ids[first]), int(ids[second]), None, share, items)


def disputes(labels: ValueColumns, kind_name: str) -> Iterator[Row]:
    """Rows of DisputedItem: the 500 with the largest mean distance of answers, largest first."""
    kind, table = KIND_QUALITY[kind_name], labels.table
    distances = np.nan_to_num(mean_distances(table, distance=kind.distance(table))).round(12)
    entropy = _entropy(table, kind_name)
    found = np.flatnonzero(distances > 0)
    order = np.lexsort((found, -entropy[found].round(12), -distances[found]))
    for item in found[order][:MOST_DISPUTED].tolist():
        yield (
            int(labels.item_ids[item]),
            float(entropy[item]),
            float(distances[item]),
            canonical_json(_counts(labels, kind, item)).decode(),
            int(table.per_item[item]),
        )


def _entropy(table: ValueTable, kind_name: str) -> FloatArray:
    """Entropy of equal answers, to the base of the number of answers, in [0, 1]: (n_items,)."""
    labels: IntArray = table.codes.labels
    if kind_name == "pairwise":  # what stood on the left is no part of the answer
        labels = coded(table, "winner").labels
    found = np.zeros(table.n_items)
    for item in np.flatnonzero(table.per_item >= 2).tolist():
        rows = slice(int(table.starts[item]), int(table.starts[item + 1]))
        shares = np.unique(labels[rows], return_counts=True)[1] / table.per_item[item]
        found[item] = -float((shares * np.log(shares)).sum()) / np.log(table.per_item[item])
    return np.maximum(found, 0.0)


def _counts(labels: ValueColumns, kind: KindQuality, item: int) -> dict[str, Any]:
    """How many chose each class, for several choices."""
    if kind.elements != "choices":
        return {}
    counts: dict[str, int] = {}
    for value in labels.table.of_item(item):
        for key in value["choices"]:
            counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))
