"""Rankings: the order that differs least from what people said."""

import itertools
from collections.abc import Sequence

import numpy as np

from quality.aggregation.base import ItemAggregator
from quality.aggregation.support import of_order
from quality.agreement.coefficient import FloatArray
from quality.agreement.ranking import kendall_tau_distance
from quality.agreement.values import Value

# The exact search grows with 2^n; longer rankings are decided by Borda.
MOST_EXACT = 7


class Borda(ItemAggregator):
    """By mean place (Borda 1781). Two entries with the same mean place leave the item undecided.

    `confidences_`: share of the answers' pairs of entries that the order agrees with.
    `posteriors_`: for every pair in the decided order, the share that ranks them so.
    """

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        return _answer(borda(_orders(answers)), answers)


class Kemeny(ItemAggregator):
    """The order with the fewest disagreements on pairs (Kemeny 1959), exact up to 7 entries and
    Borda's beyond. Two best orders leave the item undecided."""

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        orders = _orders(answers)
        if len({entry for order in orders for entry in order}) > MOST_EXACT:
            return _answer(borda(orders), answers)
        return _answer(kemeny(orders), answers)


def borda(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """Entries by mean place, best first; None for a tie. An entry that somebody left out takes
    the mean of the places left there."""
    entries = sorted({entry for order in orders for entry in order})
    places = dict.fromkeys(entries, 0.0)
    for order in orders:
        rest = (len(order) + len(entries) - 1) / 2.0
        for entry in entries:
            places[entry] += order.index(entry) if entry in order else rest
    ranked = sorted(entries, key=lambda entry: (places[entry], entry))
    tied = any(abs(places[one] - places[other]) < 1e-9 for one, other in itertools.pairwise(ranked))
    return None if tied else ranked


def kemeny(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """The one order with the least sum of Kendall distances to all; None when two are as good.

    Dynamic programming over the sets of entries that come first: 2^n * n steps.
    """
    entries = sorted({entry for order in orders for entry in order})
    against = _disagreements(orders, entries)
    n = len(entries)
    # Cost of the best order of each set, how many orders reach it, and its last entry.
    best = {0: (0.0, 1, -1)}
    for chosen in range(1, 1 << n):
        found = (np.inf, 0, -1)
        for last in range(n):
            if not chosen >> last & 1:
                continue
            before = chosen & ~(1 << last)
            cost, ways, _last = best[before]
            cost += sum(against[each, last] for each in range(n) if before >> each & 1)
            if cost < found[0]:
                found = (cost, ways, last)
            elif cost == found[0]:
                found = (cost, found[1] + ways, found[2])
        best[chosen] = found
    left, order = (1 << n) - 1, []
    if best[left][1] > 1:
        return None
    while left:
        last = best[left][2]
        order.append(entries[last])
        left &= ~(1 << last)
    return order[::-1]


def _disagreements(orders: Sequence[Sequence[str]], entries: list[str]) -> FloatArray:
    """[i, j]: how many rank j before i, which is what an order with i before j costs."""
    against = np.zeros((len(entries), len(entries)))
    place = {entry: code for code, entry in enumerate(entries)}
    for order in orders:
        for rank, entry in enumerate(order):
            for later in order[rank + 1 :]:
                against[place[later], place[entry]] += 1
    return against


def _orders(answers: list[Value]) -> list[list[str]]:
    return [list(answer["order"]) for answer in answers]


def _answer(
    order: list[str] | None, answers: list[Value]
) -> tuple[Value | None, float, dict[str, float]]:
    orders = sorted(_orders(answers))
    entries = order or sorted({entry for each in orders for entry in each})
    shares = of_order(entries, orders, [1.0 / len(orders)] * len(orders))
    if order is None:
        # How near the nearest of the answers comes to all of them.
        near = max(_closeness(each, orders) for each in orders)
        return None, near, shares
    return {"kind": "ranking", "order": order}, _closeness(order, orders), shares


def _closeness(order: Sequence[str], orders: list[list[str]]) -> float:
    return 1.0 - sum(kendall_tau_distance(order, each) for each in orders) / len(orders)
