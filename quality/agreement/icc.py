"""Intraclass correlation of numbers: how much of their variance is between items?"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from quality.agreement.coefficient import Coefficient, Estimates, FloatArray, Undefined
from quality.agreement.numbers import numbers_of
from quality.agreement.table import IntArray
from quality.agreement.value_statistic import Prepared, SparseArray, ValueStatistic
from quality.agreement.values import ValueTable

# The two-way forms solve equations between all annotators in every resample.
MOST_ANNOTATORS = 100
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
            return _nothing(table)
        numbers = numbers_of(table)[codes.labels]
        # The ratio does not change, and the sums stay well-conditioned.
        numbers = (numbers - numbers.mean()) / (np.ptp(numbers) or 1.0) if numbers.size else numbers
        before = _item_sums(table.per_item, codes.annotators, numbers, people)
        # Each row's item once more without it: the rows of its item, but itself.
        mates = _mates(table)
        left = table.per_item[codes.items] - 1
        after = _item_sums(left, codes.annotators[mates], numbers[mates], people)
        changes = sparse.csr_array(after - before[codes.items])

        return Prepared(table, before, changes, partial(icc_of, people=people, form=form))

    def describe(self, prepared: Prepared) -> Coefficient:
        found = super().describe(prepared)
        numbers = numbers_of(prepared.table)[prepared.table.codes.labels]
        if found.undefined is not Undefined.ONLY_ONE_CATEGORY or np.ptp(numbers) == 0:
            return found
        two_way = IccForm(self.form).value[0] != "1"
        if two_way and prepared.table.n_annotators > MOST_ANNOTATORS:
            return replace(found, undefined=Undefined.TOO_MANY_ANNOTATORS)
        return replace(found, undefined=Undefined.CANNOT_SEPARATE)


def intraclass_correlation(
    table: ValueTable, *, form: IccForm | str = IccForm.RANDOM
) -> Coefficient:
    """ICC (Shrout and Fleiss, Psychological Bulletin 86, 1979) from variance components.

    (1): items and rest from one-way analysis of variance for unequal numbers of answers. (2), (3):
    items, annotators and rest by Henderson's method 3 (Biometrics 9, 1953; Searle, Casella and
    McCulloch 1992, ch. 5), which takes missing answers; k is the harmonic mean of the answers per
    item. On complete data all six equal the published forms. Items with one answer do not count;
    values below 0 are possible. Undefined for more than 100 annotators with (2) and (3).
    """
    return IntraclassCorrelation(form).measure(table)


def icc_of(sums: FloatArray, people: int, form: IccForm | str) -> Estimates:
    """ICC of R samples from all columns of `_item_sums` (R, F); `people`: annotators in them."""
    value = _ratio(_two_way(sums, people) if people else _one_way(sums), IccForm(form))
    nothing = np.full(len(sums), np.nan)
    return Estimates(value, nothing, nothing)


class _Variances(NamedTuple):
    """Of R samples, each of shape (R,): variance between items, between annotators, the rest, and
    mean answers per item; NaN where they cannot be told apart."""

    items: FloatArray
    annotators: FloatArray
    rest: FloatArray
    answers: FloatArray


def _nothing(table: ValueTable) -> Prepared:
    """Without a value for any sample."""

    def undefined(sums: FloatArray) -> Estimates:
        nothing = np.full(len(sums), np.nan)
        return Estimates(nothing, nothing, nothing)

    return Prepared(table, np.zeros((table.n_items, 1)), np.zeros((len(table), 1)), undefined)


def _mates(table: ValueTable) -> IntArray:
    """For every row the other rows of its item, one row after the other."""
    rows = np.arange(len(table))
    others = table.per_item[table.codes.items] - 1
    row = np.repeat(rows, others)
    offset = np.arange(row.size) - np.repeat(np.cumsum(others) - others, others)
    mate: IntArray = table.starts[table.codes.items[row]] + offset
    return mate + (mate >= row)


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


def _one_way(sums: FloatArray) -> _Variances:
    """Variances from the first columns of `_item_sums`, added up for R samples (R, F)."""
    items, n, inverse, squared_sizes, total, _squares, of_means, within = sums[:, :_SCALARS].T
    rest = _divided(within, n - items)
    between = _divided(of_means - _divided(total**2, n), items - 1.0)
    typical = _divided(n - _divided(squared_sizes, n), items - 1.0)
    return _Variances(
        _divided(between - rest, typical), np.zeros(len(sums)), rest, _divided(items, inverse)
    )


def _two_way(sums: FloatArray, people: int) -> _Variances:
    """Variances from all columns of `_item_sums`, added up for R samples (R, F)."""
    items, n, inverse, _sizes, _total, squares, _of_means, within = sums[:, :_SCALARS].T
    judged = sums[:, _SCALARS : _SCALARS + 3 * people].reshape(len(sums), 3, people)
    counts, said, apart = judged[:, 0], judged[:, 1], judged[:, 2]
    equations = sums[:, _SCALARS + 3 * people :].reshape(len(sums), people, people)
    explained, parts = _explained(equations, counts > _NOTHING, apart)
    judges = (counts > _NOTHING).sum(axis=1).astype(np.float64)
    left = np.maximum(within - explained, 0.0)
    rest = _divided(left, n - items - (judges - parts))
    own = np.divide(said**2, counts, out=np.zeros(said.shape), where=counts > _NOTHING)
    of_items = squares - own.sum(axis=1) - left
    return _Variances(
        _divided(of_items - (items - parts) * rest, n - judges),
        _divided(explained - (judges - parts) * rest, n - items),
        rest,
        _divided(items, inverse),
    )


def _explained(
    equations: FloatArray, present: npt.NDArray[np.bool_], apart: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Squares that annotators explain within items, and how many groups of annotators there are
    that share no item: the equations know annotators up to a constant per group. Both (R,)."""
    meets = np.abs(equations) > _NOTHING
    squares, parts = np.zeros(len(equations)), np.zeros(len(equations))
    shapes, shape = np.unique(
        np.packbits(meets.reshape(len(meets), -1), axis=1), axis=0, return_inverse=True
    )
    for each in range(len(shapes)):
        rows = np.flatnonzero(shape.reshape(-1) == each)
        _n, group = connected_components(sparse.csr_array(meets[rows[0]]), directed=False)
        same = group[:, np.newaxis] == group
        grounded = equations[rows] + same / same.sum(axis=1, keepdims=True)
        solved = np.linalg.solve(grounded, apart[rows][:, :, np.newaxis])[:, :, 0]
        squares[rows] = (apart[rows] * solved).sum(axis=1)
        parts[rows] = np.unique(group[present[rows[0]]]).size
    return squares, parts


def _divided(amounts: FloatArray, by: FloatArray) -> FloatArray:
    """NaN where there is nothing to divide by: degrees of freedom that are used up."""
    return np.divide(amounts, by, out=np.full(amounts.shape, np.nan), where=by > _NOTHING)


def _ratio(found: _Variances, form: IccForm) -> FloatArray:
    noise = found.rest + (found.annotators if form.value[0] == "2" else 0.0)
    total = found.items + noise / (found.answers if form.value[2] == "k" else 1.0)
    # An undefined part makes the whole undefined: comparisons with NaN are never true.
    return np.divide(found.items, total, out=np.full(total.shape, np.nan), where=total > _NOTHING)
