"""Intraclass correlation of numbers: how much of their variance is between items?"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.numbers import numbers_of
from quality.agreement.table import IntArray
from quality.agreement.value_statistic import Prepared, SparseArray, ValueStatistic
from quality.agreement.values import ValueTable

# The two-way forms solve equations between all annotators in every resample.
MOST_ANNOTATORS = 200
_NOTHING = 1e-12
# Sums per item in front of those per annotator.
_SCALARS = 8


class IccForm(StrEnum):
    """Shrout and Fleiss' names. 1: every item has other judges; 2: judges are drawn from many, and
    must agree on the numbers; 3: these judges only, up to a constant of their own. The second
    figure: reliability of a single answer, or of the mean of an item's answers (k)."""

    ONE_WAY = "1,1"
    RANDOM = "2,1"
    FIXED = "3,1"
    ONE_WAY_MEAN = "1,k"
    RANDOM_MEAN = "2,k"
    FIXED_MEAN = "3,k"


@dataclass(frozen=True)
class IntraclassCorrelation(ValueStatistic):
    """Variance components from sums that add up over items, so both intervals are those of every
    other coefficient. Features: `_item_sums`."""

    form: IccForm | str = IccForm.RANDOM

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        form, codes = IccForm(self.form), table.codes
        people = codes.n_annotators if form.value[0] != "1" else 0
        if people > MOST_ANNOTATORS:
            raise ValueError(
                f"ICC({form}) compares at most {MOST_ANNOTATORS} annotators, not {people}."
            )
        numbers = numbers_of(table)[codes.labels]
        # The ratio does not change, and the sums stay well-conditioned.
        numbers = (numbers - numbers.mean()) / (np.ptp(numbers) or 1.0) if numbers.size else numbers
        before = _item_sums(table.per_item, codes.annotators, numbers, people)
        # Each row's item once more without it: the rows of its item, but itself.
        mates = np.concatenate([np.empty(0, np.int64), *_mates(table)])
        left = table.per_item[codes.items] - 1
        after = _item_sums(left, codes.annotators[mates], numbers[mates], people)
        changes = sparse.csr_array(after - before[codes.items])

        def evaluate(sums: FloatArray) -> Estimates:
            value = np.array([_ratio(_components(row, people, form), form) for row in sums])
            nothing = np.full(len(sums), np.nan)
            return Estimates(value, nothing, nothing)

        return Prepared(table, before, changes, evaluate)

    def describe(self, prepared: Prepared) -> Coefficient:
        found = super().describe(prepared)
        numbers = numbers_of(prepared.table)[prepared.table.codes.labels]
        if found.undefined is Undefined.ONLY_ONE_CATEGORY and np.ptp(numbers) > 0:
            return replace(found, undefined=Undefined.CANNOT_SEPARATE)
        return found


def intraclass_correlation(
    table: ValueTable, *, form: IccForm | str = IccForm.RANDOM
) -> Coefficient:
    """ICC (Shrout and Fleiss, Psychological Bulletin 86, 1979) from variance components.

    (1): items and rest from one-way analysis of variance for unequal numbers of answers. (2), (3):
    items, annotators and rest by Henderson's method 3 (Biometrics 9, 1953; Searle, Casella and
    McCulloch 1992, ch. 5), which takes missing answers; k is the harmonic mean of the answers per
    item. On complete data all six equal the published forms. Items with one answer do not count;
    values below 0 are possible. Raises ValueError for more than 200 annotators with (2) and (3).
    """
    return IntraclassCorrelation(form).measure(table)


class _Variances(NamedTuple):
    """Between items, between annotators, the rest, and mean answers per item."""

    items: float
    annotators: float
    rest: float
    answers: float


def _mates(table: ValueTable) -> list[IntArray]:
    """For every row the rows of its item but itself."""
    found = []
    for start, size in zip(table.starts[:-1].tolist(), table.per_item.tolist(), strict=True):
        rows = np.arange(start, start + size)
        found += [np.delete(rows, place) for place in range(size)]
    return found


def _item_sums(
    sizes: IntArray, people_of: IntArray, numbers: FloatArray, people: int
) -> SparseArray:
    """Sums of every item with two or more answers, zeros for others: (items, F).

    `sizes`: answers of each item; the rest by answer, item after item. Columns: items, answers,
    1 / k, k^2, sum, sum of squares, sum^2 / k, and squares within; then for each annotator answers,
    sums and deviations from the item's mean; then the equations between annotators (A * A).
    """
    item = np.repeat(np.arange(sizes.size), sizes)
    size = np.maximum(sizes, 1).astype(np.float64)
    sums = np.bincount(item, weights=numbers, minlength=sizes.size)
    squares = np.bincount(item, weights=numbers**2, minlength=sizes.size)
    apart = numbers - (sums / size)[item]
    within = np.bincount(item, weights=apart**2, minlength=sizes.size)
    ones = np.ones(sizes.size)
    scalars = [ones, size, ones / size, size**2, sums, squares, sums**2 / size, within]
    entered = sizes >= 2
    dense = sparse.csr_array(np.column_stack(scalars) * entered[:, np.newaxis])
    if not people:
        return dense
    rows = np.flatnonzero(entered[item])
    where, who = item[rows], people_of[rows]
    shape = (sizes.size, people)
    said = [
        sparse.csr_array((values, (where, who)), shape=shape)
        for values in (np.ones(rows.size), numbers[rows], apart[rows])
    ]
    # Pairs of answers of an item, each with itself too: D - 11'/k.
    first = np.repeat(rows, sizes[where])
    offset = np.arange(first.size) - np.repeat(np.cumsum(sizes[where]) - sizes[where], sizes[where])
    second = (np.cumsum(sizes) - sizes)[item[first]] + offset
    weights = (first == second) - 1.0 / size[item[first]]
    cells = people_of[first] * people + people_of[second]
    between = sparse.csr_array((weights, (item[first], cells)), shape=(sizes.size, people * people))
    return sparse.csr_array(sparse.hstack([dense, *said, between]))


def _components(sums: FloatArray, people: int, form: IccForm) -> _Variances | None:
    items, n, inverse, squared_sizes, total, squares, of_means, within = sums[:_SCALARS].tolist()
    if items < 2 or n - items < 1:
        return None
    answers = items / inverse
    if form.value[0] == "1":
        rest = within / (n - items)
        typical = (n - squared_sizes / n) / (items - 1.0)
        between = (of_means - total**2 / n) / (items - 1.0)
        return _Variances((between - rest) / typical, 0.0, rest, answers)
    counts, said, apart = sums[_SCALARS : _SCALARS + 3 * people].reshape(3, people)
    present = counts > _NOTHING
    explained, parts = _explained(
        sums[_SCALARS + 3 * people :].reshape(people, people)[np.ix_(present, present)],
        apart[present],
    )
    judges = int(present.sum())
    freedom = n - items - (judges - parts)
    if freedom < 1 or n - judges < 1:
        return None
    rest = max(within - explained, 0.0) / freedom
    besides_judges = squares - float((said[present] ** 2 / counts[present]).sum())
    of_items = besides_judges - (within - explained)
    return _Variances(
        (of_items - (items - parts) * rest) / (n - judges),
        (explained - (judges - parts) * rest) / (n - items),
        rest,
        answers,
    )


def _explained(equations: FloatArray, apart: FloatArray) -> tuple[float, int]:
    """Squares that annotators explain within items, and how many groups of annotators there are
    that share no item: the equations know annotators up to a constant per group."""
    parts, group = connected_components(np.abs(equations) > _NOTHING, directed=False)
    same = group[:, np.newaxis] == group
    grounded = equations + same / same.sum(axis=1, keepdims=True)
    return float(apart @ np.linalg.solve(grounded, apart)), int(parts)


def _ratio(found: _Variances | None, form: IccForm) -> float:
    if found is None:
        return np.nan
    noise = found.rest + (found.annotators if form.value[0] == "2" else 0.0)
    total = found.items + noise / (found.answers if form.value[2] == "k" else 1.0)
    return found.items / total if total > _NOTHING else np.nan
