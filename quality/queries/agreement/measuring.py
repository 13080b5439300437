"""What an agreement run stores, computed from label columns: rows without ids, no database."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from core.digest import canonical_json
from quality.agreement.coefficient import Coefficient, ItemStatistic
from quality.agreement.confusion import class_confusion, disputed_items
from quality.agreement.fleiss import FleissKappa
from quality.agreement.gwet import GwetAC1
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.pairs import pairwise_cohen_kappa
from quality.agreement.percent import PercentAgreement
from quality.agreement.table import IntArray, ReliabilityTable, binarize
from quality.agreement.two_intervals import measure_with_intervals
from quality.models import CoefficientName, Scope
from quality.models.run import Run
from quality.queries.agreement.bounds import within_bounds
from quality.queries.agreement.slicing import by_period, by_round
from quality.queries.labels import LabelColumns

STATISTICS: dict[CoefficientName, ItemStatistic] = {
    CoefficientName.ALPHA: KrippendorffAlpha(),
    CoefficientName.FLEISS: FleissKappa(),
    CoefficientName.AC1: GwetAC1(),
    CoefficientName.PERCENT: PercentAgreement(),
}
PER_CHOICE = (CoefficientName.ALPHA, CoefficientName.PERCENT)
PER_PERIOD = PER_CHOICE
# The pair matrix needs annotators^2 cells; beyond this it would not fit beside a web server.
MOST_PAIRED_SOURCES = 1000
MOST_DISPUTED = 500
MOST_CLASS_PAIRS = 200
MOST_DISPUTED_PER_CLASS_PAIR = 20

Row = tuple[Any, ...]


class IntervalSettings(NamedTuple):
    """How intervals are computed; stored with the run."""

    resamples: int
    confidence: float
    seed: int


def coefficients(
    table: ReliabilityTable,
    settings: IntervalSettings,
    names: tuple[CoefficientName, ...] = tuple(STATISTICS),
) -> Iterator[Row]:
    """Name, value, both intervals, observed, expected, counts and reason of each coefficient."""
    yield from statistic_rows({name: STATISTICS[name] for name in names}, table, settings)


def statistic_row(
    name: CoefficientName,
    statistic: ItemStatistic,
    table: ReliabilityTable,
    settings: IntervalSettings,
) -> Row:
    """Name, value, both intervals and the basis of one coefficient."""
    (row,) = statistic_rows({name: statistic}, table, settings)
    return row


def statistic_rows(
    statistics: Mapping[CoefficientName, ItemStatistic],
    table: ReliabilityTable,
    settings: IntervalSettings,
) -> Iterator[Row]:
    """The same of several coefficients, whose intervals share draws of items."""
    found = measure_with_intervals(table, list(statistics.values()), **settings._asdict())
    for name, each in zip(statistics, found, strict=True):
        low, high = within_bounds(name, each.annotator_low, each.annotator_high)
        yield (
            name.value,
            each.coefficient.value,
            each.coefficient.low,
            each.coefficient.high,
            low,
            high,
            *basis(each.coefficient),
        )


def basis(coefficient: Coefficient) -> Row:
    """Observed and expected agreement, counts and the reason of a missing value."""
    return (
        coefficient.observed,
        coefficient.expected,
        coefficient.n_items,
        coefficient.n_annotators,
        coefficient.n_labels,
        str(coefficient.undefined or ""),
    )


def overall_results(
    labels: LabelColumns, settings: IntervalSettings, version_id: int | None = None
) -> Iterator[Row]:
    """Rows of AgreementResult for all classes together."""
    for row in coefficients(labels.table, settings):
        yield (Scope.OVERALL.value, None, version_id, *row)


def choice_results(labels: LabelColumns, settings: IntervalSettings) -> Iterator[Row]:
    """Rows of AgreementResult for each choice that was given, against all others."""
    given = np.unique(labels.table.labels)
    for code in given.tolist():
        for row in coefficients(binarize(labels.table, code), settings, PER_CHOICE):
            yield (Scope.CHOICE.value, int(labels.choice_ids[code]), None, *row)


def period_results(labels: LabelColumns, settings: IntervalSettings) -> Iterator[Row]:
    """Rows of AgreementResult, with period and round, for each week or month."""
    for period, part in by_period(labels):
        for row in coefficients(part.table, settings, PER_PERIOD):
            yield (Scope.PERIOD.value, *period, None, *row)


def round_results(run: Run, labels: LabelColumns, settings: IntervalSettings) -> Iterator[Row]:
    """Rows of AgreementResult, with period and round, for each campaign."""
    for number, part in by_round(run, labels):
        for row in coefficients(part.table, settings, PER_PERIOD):
            yield (Scope.ROUND.value, None, None, number, *row)


def annotators(labels: LabelColumns) -> Iterator[Row]:
    """Rows of AnnotatorAgreement: each source against all others, and alpha without it."""
    table = labels.table
    if table.n_annotators > MOST_PAIRED_SOURCES:
        return
    without = leave_one_annotator_out(table, statistic=STATISTICS[CoefficientName.ALPHA]).without
    others = table.counts.sum(axis=1)[table.items] - 1
    same = table.counts[table.items, table.labels] - 1
    n = table.n_annotators
    columns = (
        np.bincount(table.annotators, minlength=n),
        np.bincount(table.annotators[others > 0], minlength=n),
        np.bincount(table.annotators, weights=others, minlength=n).astype(np.int64),
        np.bincount(table.annotators, weights=same, minlength=n),
    )
    for code, (n_labels, n_items, n_pairs, equal) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        alpha = float(without[code])
        yield (
            int(labels.source_ids[code]),
            n_labels,
            n_items,
            n_pairs,
            equal / n_pairs if n_pairs else None,
            None if np.isnan(alpha) else alpha,
        )


def class_counts(labels: LabelColumns, version_id: int | None = None) -> Iterator[Row]:
    """Rows of ClassCount: every choice of the scale, also those nobody gave."""
    counts = labels.table.counts.sum(axis=0)
    for choice, count in zip(labels.choice_ids.tolist(), counts.tolist(), strict=True):
        yield (choice, version_id, count)


def pairs(labels: LabelColumns) -> Iterator[Row]:
    """Rows of PairAgreement, lower source id first."""
    if labels.source_ids.size > MOST_PAIRED_SOURCES:
        return
    for pair in pairwise_cohen_kappa(labels.table).overlapping():
        yield (
            int(labels.source_ids[pair.first]),
            int(labels.source_ids[pair.second]),
            pair.kappa,
            pair.percent,
            pair.n,
        )


def confusion(labels: LabelColumns) -> Iterator[Row]:
    """Rows of ConfusionCell, lower choice id first, without empty cells."""
    cells = np.triu(class_confusion(labels.table))
    for first, second in zip(*(axis.tolist() for axis in np.nonzero(cells)), strict=True):
        yield (
            int(labels.choice_ids[first]),
            int(labels.choice_ids[second]),
            int(cells[first, second]),
        )


def disputes(labels: LabelColumns) -> Iterator[Row]:
    """Rows of DisputedItem, most disputed first."""
    disputed = disputed_items(labels.table)
    keys = labels.choice_keys
    for item in _kept(disputed.ranking, labels):
        counts = labels.table.counts[item]
        by_key = {keys[code]: int(counts[code]) for code in np.flatnonzero(counts)}
        yield (
            int(labels.item_ids[item]),
            float(disputed.entropy[item]),
            float(disputed.disagreement[item]),
            canonical_json(by_key).decode(),
            int(disputed.n[item]),
        )


def _kept(ranking: IntArray, labels: LabelColumns) -> Iterator[int]:
    """The most disputed items, and some of every frequent pair of classes, in their order."""
    patterns = labels.table.patterns
    cells = np.triu(class_confusion(labels.table), k=1)
    frequent = set(np.argsort(-cells, axis=None, kind="stable")[:MOST_CLASS_PAIRS].tolist())
    cells_of_pattern = [_cells(counts, len(cells)) & frequent for counts in patterns.counts]
    shown: Counter[int] = Counter()
    for place, item in enumerate(ranking.tolist()):
        wanted = [
            cell
            for cell in cells_of_pattern[patterns.of_item[item]]
            if shown[cell] < MOST_DISPUTED_PER_CLASS_PAIR
        ]
        if place < MOST_DISPUTED or wanted:
            shown.update(wanted)
            yield item


def _cells(counts: IntArray, n_labels: int) -> set[int]:
    """Flat indices of the confusion cells above the diagonal that these label counts touch."""
    given = np.flatnonzero(counts)
    first, second = np.triu_indices(given.size, k=1)
    return set((given[first] * n_labels + given[second]).tolist())
