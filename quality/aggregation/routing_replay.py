"""What adaptive overlap would have saved: labels that exist are revealed again, by two rules.

Both begin with the same labels. Uniform gives every item the same number of labels; margin-first
gives the next labels to the items with the smallest calibrated margin. After each step the labels
revealed so far are resolved and scored against gold answers, or against the decisions from all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from quality.aggregation.base import UNDECIDED
from quality.aggregation.routing import routing_order
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable


class Look(NamedTuple):
    """What a model makes of a table: the `posterior` (n_items, K) that items are decided by, and
    the `margin` (n_items,) by which the next is chosen, the smallest first."""

    posterior: FloatArray
    margin: FloatArray


Model = Callable[[ReliabilityTable], Look]

_TIE = 1e-9
# "The same accuracy": within half a point of what all labels give.
NEARLY = 0.005


@dataclass(frozen=True)
class Replay:
    """Accuracy against labels per item, the mean over `draws` orders of arrival.

    `budgets` (B,): labels per item; `uniform` and `margin` (B,): share of the scored items that
    are decided right, a tie counting as its share. `full`: the same with all labels.
    `is_gold`: scored against gold, else against the decisions with all labels.
    """

    budgets: FloatArray
    uniform: FloatArray
    margin: FloatArray
    full: float
    n_items: int
    n_labels: int
    n_scored: int
    draws: int
    is_gold: bool

    def needed(self, strategy: str, nearly: float = NEARLY) -> float | None:
        """Labels per item until the accuracy is within `nearly` of that with all labels.

        Between two budgets on the straight line; None when it never comes so near.
        """
        return first_crossing(self.budgets, getattr(self, strategy), self.full - nearly)

    def saved(self, nearly: float = NEARLY) -> float | None:
        """Share of the labels of uniform overlap that margin-first does not need."""
        uniform, margin = self.needed("uniform", nearly), self.needed("margin", nearly)
        return None if uniform is None or margin is None else 1.0 - margin / uniform


def first_crossing(budgets: FloatArray, accuracy: FloatArray, level: float) -> float | None:
    """Where a curve first reaches a level, on straight lines between its points."""
    reached = np.flatnonzero(accuracy >= level - 1e-12)
    if not reached.size:
        return None
    at = int(reached[0])
    if at == 0 or accuracy[at] == accuracy[at - 1]:
        return float(budgets[at])
    share = (level - accuracy[at - 1]) / (accuracy[at] - accuracy[at - 1])
    return float(budgets[at - 1] + share * (budgets[at] - budgets[at - 1]))


@dataclass(frozen=True, eq=False)
class _Arrivals:
    """A table whose labels come one by one: `turns` (n_labels,) is the place of each in its item.

    `available` (n_items,): how many may be revealed of each item.
    """

    table: ReliabilityTable
    turns: IntArray
    available: IntArray

    def revealed(self, n_labels: IntArray) -> ReliabilityTable:
        """The first `n_labels` (n_items,) labels of every item."""
        shown = self.turns < n_labels[self.table.items]
        columns = {
            name: getattr(self.table, name)[shown] for name in ("items", "annotators", "labels")
        }
        return replace(self.table, **columns)

    def spread(self, total: int, lots: IntArray) -> IntArray:
        """`total` labels over the items as evenly as they have them; `lots` says who is first."""
        level = np.zeros_like(self.available)
        while (left := total - int(level.sum())) > 0:
            open_items = lots[level[lots] < self.available[lots]]
            if not open_items.size:
                break
            level[open_items[:left]] += 1
        return level

    def routed(self, n_labels: IntArray, margin: FloatArray, more: int) -> IntArray:
        """`more` labels for the items of smallest margin that have any left, one each."""
        level = n_labels.copy()
        order = routing_order(margin, n_labels, np.arange(level.size))
        while more > 0:
            open_items = order[level[order] < self.available[order]]
            if not open_items.size:
                break
            level[open_items[:more]] += 1
            more -= open_items.size
        return level


def replay(
    table: ReliabilityTable,
    model: Model,
    *,
    gold: IntArray | None = None,
    start: int = 2,
    most: int | None = None,
    step: float = 0.25,
    draws: int = 3,
    seed: int = 0,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Replay:
    """Reveal labels in `draws` random orders, from `start` per item in steps of `step` per item.

    `gold` (n_items,) holds label codes, -1 where there is none. `most`: at most so many labels of
    an item are revealed at all. Items without a label are left out. `tick` is told how far it is.
    Raises ValueError when no item has more than `start` labels: then there is nothing to choose.
    """
    table, gold = _labeled(table, gold)
    available = np.minimum(table.counts.sum(axis=1), most or table.n_annotators)
    if int(available.max(initial=0)) <= start:
        raise ValueError(f"No item has more than {start} labels.")
    is_gold = gold is not None and bool((gold != UNDECIDED).any())
    budgets = _budgets(available, start, step)
    rng = np.random.default_rng(seed)
    curves, full, n_scored = np.zeros((2, budgets.size)), 0.0, 0
    for draw in range(draws):
        arrivals = _Arrivals(table, _turns(table, rng), available)
        everything = model(arrivals.revealed(available)).posterior
        reference = gold if gold is not None and is_gold else _decided(everything)
        n_scored = int((reference != UNDECIDED).sum())
        full += _accuracy(everything, reference) / draws
        lots = rng.permutation(table.n_items)
        for place, found in enumerate(_walk(arrivals, model, budgets, lots)):
            curves[:, place] += [_accuracy(each, reference) / draws for each in found]
            tick(draw * budgets.size + place + 1, draws * budgets.size)
    n_labels = int(available.sum())
    return Replay(
        budgets, curves[0], curves[1], full, table.n_items, n_labels, n_scored, draws, is_gold
    )


def _walk(
    arrivals: _Arrivals, model: Model, budgets: FloatArray, lots: IntArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Posteriors of uniform and of margin-first at every budget."""
    totals = np.rint(budgets * arrivals.available.size).astype(np.int64)
    level = arrivals.spread(int(totals[0]), lots)
    routed = uniform = model(arrivals.revealed(level))
    yield uniform.posterior, routed.posterior
    for before, total in pairwise(totals.tolist()):
        uniform = model(arrivals.revealed(arrivals.spread(total, lots)))
        level = arrivals.routed(level, routed.margin, total - before)
        routed = model(arrivals.revealed(level))
        yield uniform.posterior, routed.posterior


def _labeled(
    table: ReliabilityTable, gold: IntArray | None
) -> tuple[ReliabilityTable, IntArray | None]:
    """Without the items that have no label."""
    labeled = np.flatnonzero(table.counts.sum(axis=1))
    if labeled.size == table.n_items:
        return table, gold
    items = np.searchsorted(labeled, table.items)
    smaller = replace(table, items=items, n_items=labeled.size, item_keys=None)
    return smaller, None if gold is None else gold[labeled]


def _turns(table: ReliabilityTable, rng: np.random.Generator) -> IntArray:
    """The place of each label among those of its item, in a random order of arrival."""
    order = np.lexsort((rng.random(len(table)), table.items))
    starts = np.concatenate([[0], np.cumsum(table.counts.sum(axis=1))])
    turns = np.empty(len(table), np.int64)
    turns[order] = np.arange(len(table)) - starts[table.items[order]]
    return turns


def _budgets(available: IntArray, start: int, step: float) -> FloatArray:
    """Labels per item from the start to all there are."""
    first = float(np.minimum(available, start).mean())
    last = float(available.mean())
    inner = np.arange(first, last - step / 4, step)
    return np.append(inner, last)


def _decided(posterior: FloatArray) -> IntArray:
    """Code of the most probable label, -1 on a tie."""
    best = posterior.max(axis=1, keepdims=True)
    tied = (posterior > best - _TIE).sum(axis=1) > 1
    return np.where(tied, UNDECIDED, posterior.argmax(axis=1))


def _accuracy(posterior: FloatArray, reference: IntArray) -> float:
    """Share of the scored items decided as the reference has it; a tie counts as its share."""
    scored = np.flatnonzero(reference != UNDECIDED)
    if not scored.size:
        return 0.0
    rows = posterior[scored]
    leads = rows > rows.max(axis=1, keepdims=True) - _TIE
    right = leads[np.arange(scored.size), reference[scored]]
    return float((right / leads.sum(axis=1)).mean())
