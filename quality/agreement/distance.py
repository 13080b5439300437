"""Krippendorff's alpha for any distance, and means over the pairs of annotators."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.table import IntArray
from quality.agreement.value_statistic import (
    Prepared,
    SparseArray,
    ValueStatistic,
    only_pairable,
)
from quality.agreement.values import Value, ValueTable
from quality.agreement.within import WithinPairs

Distance = Callable[[Value, Value], float]
# Up to this many pairs of distinct values the expected distance is exact, then a seeded sample.
MOST_EXPECTED_PAIRS = 150_000
_NO_DISTANCE = 1e-12


@dataclass(frozen=True)
class DistanceAlpha(ValueStatistic):
    """Features: answers and distance of each item, and what the expected distance needs.

    Few distinct values: how often each is used, which gives D_e exactly. Many: every answer's mean
    distance h to seeded partners; D_e is their mean, and 2 mean(h) - D_e in a sample of items
    (Hajek's projection of the U-statistic that D_e is).
    """

    distance: Distance
    most_expected_pairs: int = MOST_EXPECTED_PAIRS

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        pairs = WithinPairs.of(table, seed=seed)
        found = pairs.evaluate(lambda one, other: (self.distance(one, other),))[:, 0]
        features, changes = observed_features(table, pairs, found)
        entered = table.per_item[table.codes.items] >= 2
        used = np.unique(table.codes.labels[entered])
        if used.size * (used.size - 1) // 2 <= self.most_expected_pairs:
            return _exact(table, features, changes, used, self.distance)
        return _sampled(table, features, changes, self, seed)


def krippendorff_alpha(table: ValueTable, *, distance: Distance, seed: int = 1) -> Coefficient:
    """Krippendorff's alpha = 1 - D_o / D_e for an arbitrary distance in [0, 1], 0 for the same.

    D_o is the mean distance of two answers to the same item (each answer paired with its m - 1
    others counts once), D_e that of any two answers among those on items with two or more
    (Krippendorff 2011; for distances of complex annotations Braylan, Alonso and Lease, WWW 2022).
    `observed` and `expected` are 1 - D. D_e is exact up to `MOST_EXPECTED_PAIRS` pairs of distinct
    values, then a seeded sample. 1 is perfect, 0 is chance.
    """
    return DistanceAlpha(distance).measure(table, seed=seed)


def observed_features(
    table: ValueTable, pairs: WithinPairs, distances: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """[answers, their summed mean distance] of every item, and the change without each row."""
    n, on_item = only_pairable(table)
    by_item, by_row = pairs.by_item(distances), pairs.by_row(distances)
    before = np.column_stack([n, 2.0 * by_item / np.maximum(n - 1.0, 1.0)])
    left = np.where(on_item > 2, on_item - 1, 0).astype(np.float64)
    rest = np.where(on_item > 2, by_item[table.codes.items] - by_row, 0.0)
    after = np.column_stack([left, 2.0 * rest / np.maximum(left - 1.0, 1.0)])
    return before, after - before[table.codes.items]


def _exact(
    table: ValueTable,
    features: FloatArray,
    changes: FloatArray,
    used: IntArray,
    distance: Distance,
) -> Prepared:
    between = _distances([table.values[code] for code in used.tolist()], distance)
    codes = table.codes
    on_item = table.per_item[codes.items]
    rows = np.flatnonzero(on_item >= 2)
    places = np.searchsorted(used, codes.labels[rows])
    counts = _ones(codes.items[rows], places, (table.n_items, used.size))
    own = _ones(rows, places, (len(table), used.size))
    # The last but one to leave takes the other along: one answer is no pair.
    alone = np.flatnonzero(on_item == 2)
    both = _ones(alone, codes.items[alone], (len(table), table.n_items)) @ counts
    stays = np.flatnonzero(on_item > 2)
    lost = both + _ones(stays, stays, (len(table), len(table))) @ own

    def evaluate(sums: FloatArray) -> Estimates:
        n, used_often = sums[:, 0], sums[:, 2:]
        apart = np.einsum("rc,rc->r", used_often @ between, used_often)
        return alpha_of(sums, apart / np.maximum(n * (n - 1.0), 1.0))

    return Prepared(table, _beside(features, counts), _beside(changes, -lost), evaluate)


def _distances(values: list[Value], distance: Distance) -> FloatArray:
    between = np.zeros((len(values), len(values)))
    for row, one in enumerate(values):
        for column in range(row):
            between[row, column] = between[column, row] = distance(one, values[column])
    return between


def _ones(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> SparseArray:
    return sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=shape)


def _beside(dense: FloatArray, thin: SparseArray) -> SparseArray:
    return sparse.csr_array(sparse.hstack([sparse.csr_array(dense), thin]))


def _sampled(
    table: ValueTable,
    features: FloatArray,
    changes: FloatArray,
    statistic: DistanceAlpha,
    seed: int,
) -> Prepared:
    rows = np.flatnonzero(table.per_item[table.codes.items] >= 2)
    # In the order of the values, so that renaming items or people does not change the sample.
    rows = rows[np.argsort(table.codes.labels[rows], kind="stable")]
    shuffled = rows[np.random.default_rng(seed).permutation(rows.size)]
    rounds = max(1, min(statistic.most_expected_pairs // rows.size, rows.size // 2))
    mean_of_row = np.zeros(len(table))
    labels = table.codes.labels
    for shift in range(1, rounds + 1):
        partners = np.roll(shuffled, shift)
        for row, partner in zip(shuffled.tolist(), partners.tolist(), strict=True):
            found = statistic.distance(table.values[labels[row]], table.values[labels[partner]])
            mean_of_row[row] += found
            mean_of_row[partner] += found
    mean_of_row /= 2.0 * rounds
    expected = float(mean_of_row[rows].mean())
    items = table.codes.items
    of_item = np.bincount(items, weights=mean_of_row, minlength=table.n_items)
    on_item = table.per_item[items]
    lost = -np.where(on_item == 2, of_item[items], mean_of_row)

    def evaluate(sums: FloatArray) -> Estimates:
        return alpha_of(sums, 2.0 * sums[:, 2] / np.maximum(sums[:, 0], 1.0) - expected)

    return Prepared(
        table,
        np.column_stack([features, of_item]),
        np.column_stack([changes, lost]),
        evaluate,
    )


def alpha_of(sums: FloatArray, expected: FloatArray) -> Estimates:
    """Alpha of R samples from answers and their distance (R, 2) and the expected distance (R,)."""
    observed = sums[:, 1] / np.maximum(sums[:, 0], 1.0)
    value = np.full(len(sums), np.nan)
    np.divide(expected - observed, expected, out=value, where=expected > _NO_DISTANCE)
    return Estimates(value, 1.0 - observed, 1.0 - expected)


@dataclass(frozen=True)
class PairMean(ValueStatistic):
    """A similarity of two answers, averaged over the pairs of an item, then over items.

    Not corrected for chance. Items with fewer than two answers do not count.
    """

    similarity: Distance

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        pairs = WithinPairs.of(table, seed=seed)
        found = pairs.evaluate(lambda one, other: (self.similarity(one, other),))[:, 0]
        n, on_item = only_pairable(table)
        by_item, by_row = pairs.by_item(found), pairs.by_row(found)
        before = np.column_stack([by_item / _pairs(n), n > 0])
        left = np.where(on_item > 2, on_item - 1, 0).astype(np.float64)
        rest = np.where(on_item > 2, by_item[table.codes.items] - by_row, 0.0)
        after = np.column_stack([rest / _pairs(left), left > 0])
        return Prepared(table, before, after - before[table.codes.items], ratio_of)


@dataclass(frozen=True)
class PairRatio(ValueStatistic):
    """Sum of the first over the sum of the second number that two answers give, over all pairs.

    F1 is 2 * matched / (found by one + found by the other); undefined while nobody found anything.
    """

    numbers: Callable[[Value, Value], tuple[float, float]]
    undefined = Undefined.NOTHING_MARKED

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        pairs = WithinPairs.of(table, seed=seed)
        found = pairs.evaluate(self.numbers)
        columns = found.T if found.size else np.zeros((2, 0))
        features = np.column_stack([pairs.by_item(column) for column in columns])
        changes = -np.column_stack([pairs.by_row(column) for column in columns])
        return Prepared(table, features, changes, ratio_of)


def equality(distance: Distance) -> Distance:
    """1 for two answers without a distance, else 0."""
    return lambda one, other: float(distance(one, other) <= _NO_DISTANCE)


def similarity(distance: Distance) -> Distance:
    """1 - distance."""
    return lambda one, other: 1.0 - distance(one, other)


def mean_distances(table: ValueTable, *, distance: Distance, seed: int = 1) -> FloatArray:
    """Mean distance of the pairs of each item: (n_items,), NaN below two answers."""
    pairs = WithinPairs.of(table, seed=seed)
    found = pairs.evaluate(lambda one, other: (distance(one, other),))[:, 0]
    n, _on_item = only_pairable(table)
    return np.where(n > 0, pairs.by_item(found) / _pairs(n), np.nan)


def _pairs(n: FloatArray) -> FloatArray:
    pairs: FloatArray = np.maximum(n * (n - 1.0) / 2.0, 1.0)
    return pairs


def ratio_of(sums: FloatArray) -> Estimates:
    """The first over the second of the sums (R, 2) of R samples."""
    value = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=value, where=sums[:, 1] > _NO_DISTANCE)
    return Estimates(value, value, np.full(len(sums), np.nan))
