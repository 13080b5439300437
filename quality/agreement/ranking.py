"""Agreement of rankings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from quality.agreement.coefficient import Estimates, FloatArray
from quality.agreement.value_statistic import Prepared, ValueStatistic
from quality.agreement.values import Value, ValueTable


def kendall_tau_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the pairs of entries that the two rankings order differently, in [0, 1].

    (1 - Kendall's tau) / 2. Entries that only one of them ranks count as ordered differently with
    every other entry. 0 for less than two entries.
    """
    entries = list(dict.fromkeys([*one, *other]))
    first = {entry: place for place, entry in enumerate(one)}
    second = {entry: place for place, entry in enumerate(other)}
    apart = 0
    for left, right in combinations(entries, 2):
        ranked = all(entry in order for entry in (left, right) for order in (first, second))
        apart += not ranked or (first[left] < first[right]) != (second[left] < second[right])
    pairs = len(entries) * (len(entries) - 1) // 2
    return apart / pairs if pairs else 0.0


def kendall_w(orders: Sequence[Sequence[str]]) -> float:
    """Kendall's coefficient of concordance W = 12 S / (m^2 (n^3 - n)) of m complete rankings of
    the same n entries (Kendall and Babington Smith 1939). 0 no, 1 full concordance; NaN for fewer
    than two rankings or entries, or rankings of different entries."""
    if len(orders) < 2 or len(orders[0]) < 2:
        return float("nan")
    entries = sorted(orders[0])
    if any(sorted(order) != entries for order in orders):
        return float("nan")
    ranks = np.array([[order.index(entry) + 1 for entry in entries] for order in orders])
    sums = ranks.sum(axis=0)
    m, n = ranks.shape
    return float(12.0 * ((sums - sums.mean()) ** 2).sum() / (m**2 * (n**3 - n)))


@dataclass(frozen=True)
class MeanKendallW(ValueStatistic):
    """Kendall's W of the rankings of each item, averaged over items with two or more."""

    def prepare(self, table: ValueTable, *, seed: int = 1) -> Prepared:
        before, changes = np.zeros((table.n_items, 2)), np.zeros((len(table), 2))
        for item in np.flatnonzero(table.per_item >= 2).tolist():
            orders = [value["order"] for value in table.of_item(item)]
            before[item] = _concordance(orders)
            for place, row in enumerate(range(table.starts[item], table.starts[item + 1])):
                changes[row] = _concordance(orders[:place] + orders[place + 1 :]) - before[item]
        return Prepared(table, before, changes, _mean)


def ranking_distance(one: Value, other: Value) -> float:
    """Kendall's tau distance of two canonical rankings."""
    return kendall_tau_distance(one["order"], other["order"])


def _concordance(orders: Sequence[Sequence[str]]) -> FloatArray:
    w = kendall_w(orders)
    return np.array([0.0, 0.0] if np.isnan(w) else [w, 1.0])


def _mean(sums: FloatArray) -> Estimates:
    value = np.full(len(sums), np.nan)
    np.divide(sums[:, 0], sums[:, 1], out=value, where=sums[:, 1] > 0)
    return Estimates(value, value, np.full(len(sums), np.nan))
