"""What items bring to statistics of values, as whole numbers that add up over items.

Every statistic of `quality.kinds` is a function of sums of features. Kept as whole numbers of
2^-30, the sums do not depend on the order in which items come and go: an undo is exact. What each
item adds is off by at most 5e-10, and so is every mean.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from quality.agreement.coefficient import Estimates, FloatArray
from quality.agreement.distance import DistanceAlpha, alpha_of, observed_features, ratio_of
from quality.agreement.marked import MarkedAlpha, label_names, nominal_alpha
from quality.agreement.table import IntArray
from quality.agreement.value_statistic import Features, ValueStatistic
from quality.agreement.values import ValueTable
from quality.agreement.within import WithinPairs

UNIT = 1 << 30
# Pairs of answers that are looked at in one go, so that none of them has to be sampled.
PAIRS_AT_ONCE = 400_000
# In front of the names of what characters were marked with.
LABEL = "="
_ALL = 1 << 62

Amounts = dict[str, int]
# Sums by name, each of shape (R,), in units of one.
Sums = Mapping[str, FloatArray]


class Columns(NamedTuple):
    """`whole` (n_items, F): what each item adds to the sums called `names` (F,). `without` (n, F):
    what changes when a row is taken away. Whole numbers of `UNIT`."""

    names: tuple[str, ...]
    whole: IntArray
    without: IntArray


class _Part(NamedTuple):
    names: Sequence[str]
    whole: FloatArray
    without: FloatArray


def columns_of(table: ValueTable, statistics: Mapping[str, ValueStatistic]) -> Columns:
    """The columns of several statistics, each named `<statistic>.<column>`.

    The table has at most `PAIRS_AT_ONCE` pairs of answers.
    """
    names: list[str] = []
    parts = []
    for name, statistic in statistics.items():
        part = _part(statistic, table)
        names += [f"{name}.{column}" for column in part.names]
        parts.append(part)
    nothing = np.zeros((table.n_items, 0)), np.zeros((len(table), 0))
    return Columns(
        tuple(names),
        _fixed(np.column_stack([nothing[0], *(part.whole for part in parts)])),
        _fixed(np.column_stack([nothing[1], *(part.without for part in parts)])),
    )


def estimates_of(
    statistic: ValueStatistic, name: str, sums: Sums, expected: FloatArray
) -> Estimates:
    """The statistic of R samples from their sums; `expected` (R,): alpha's distance by chance."""
    nothing = np.zeros(expected.size)

    def column(which: str) -> FloatArray:
        return sums.get(f"{name}.{which}", nothing)

    if isinstance(statistic, DistanceAlpha):
        features = np.column_stack([column("n"), column("apart")])
        return alpha_of(features, expected)
    if isinstance(statistic, MarkedAlpha):
        start = f"{name}.{LABEL}"
        counts = [sums[each] for each in sorted(sums) if each.startswith(start)]
        return nominal_alpha(np.column_stack([column("n"), column("apart"), *counts]))
    return ratio_of(np.column_stack([column("sum"), column("of")]))


def in_ones(amounts: Mapping[str, int]) -> Sums:
    """Sums of `UNIT` as one sample (R = 1)."""
    return {name: np.array([amount / UNIT]) for name, amount in amounts.items()}


def _part(statistic: ValueStatistic, table: ValueTable) -> _Part:
    if isinstance(statistic, DistanceAlpha):
        return _distances(statistic, table)
    prepared = statistic.prepare(table)
    names: Sequence[str] = ("sum", "of")
    if isinstance(statistic, MarkedAlpha):
        names = ("n", "apart", *(LABEL + "+".join(each) for each in label_names(table)))
    return _Part(names, _dense(prepared.features), _dense(prepared.changes))


def _distances(statistic: DistanceAlpha, table: ValueTable) -> _Part:
    """Answers and distance as `DistanceAlpha` has them; then twice the distance of all pairs of an
    item, and twice their number, which part the expected distance into within and between."""
    pairs = WithinPairs.of(table, most=_ALL)
    found = pairs.evaluate(lambda one, other: (statistic.distance(one, other),))[:, 0]
    whole, without = observed_features(table, pairs, found)
    ones = np.ones(found.size)
    more = [2.0 * pairs.by_item(each) for each in (found, ones)]
    less = [-2.0 * pairs.by_row(each) for each in (found, ones)]
    return _Part(
        ("n", "apart", "within", "pairs"),
        np.column_stack([whole, *more]),
        np.column_stack([without, *less]),
    )


def _dense(features: Features) -> FloatArray:
    return features.toarray() if sparse.issparse(features) else np.asarray(features)


def _fixed(features: FloatArray) -> IntArray:
    found: IntArray = np.rint(features * UNIT).astype(np.int64)
    return found
