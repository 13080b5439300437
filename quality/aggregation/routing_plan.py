"""Which slots should be open now: what an adaptive policy changes, from counts per item alone.

Every item first gets its least number of labels. After that one label at a time goes to the items
whose margin is smallest, as many at once as keep people busy for about an hour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.aggregation.routing import Standing, StopRule, routing_order
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray


@dataclass(frozen=True, eq=False)
class ItemStates:
    """What is known of each of n items, as parallel columns of shape (n,).

    `items`: ids. `n_labels` so far. `waiting`: slots nobody has taken; `own`: those of them that
    the policy opened; `others`: those that another policy opened. `on_screen`: slots somebody is
    working on. `nobody_left`: everybody who could label it has had it.
    `standing`, `margin`: see `routing`.
    """

    items: IntArray
    n_labels: IntArray
    waiting: IntArray
    own: IntArray
    others: IntArray
    on_screen: IntArray
    nobody_left: npt.NDArray[np.bool_]
    standing: npt.NDArray[np.int8]
    margin: FloatArray


@dataclass(frozen=True, eq=False)
class Plan:
    """What to change. `chosen` (m,): indices of items that get one more slot, in their order.

    `keep_own`, `keep_all` (n,): of the waiting slots of an item, at most so many that the policy
    opened stay, and at most so many in all; what is beyond that is closed. Slots of another policy
    always stay. `n_candidates`: items that asked for a label. `outcome`: why no more were chosen.
    """

    chosen: IntArray
    keep_own: IntArray
    keep_all: IntArray
    n_candidates: int
    outcome: str


def plan_slots(states: ItemStates, rule: StopRule, *, room: int, budget: int | None) -> Plan:
    """The slots to open and to keep.

    `room`: how many slots may wait at most, so that the queue holds about an hour of work.
    `budget`: how many more slots the policy may open at all; None for any number.
    """
    below = states.standing == Standing.BELOW_LEAST
    unsure = states.standing == Standing.UNSURE
    # What is on a screen will most likely be a label soon.
    lacking = np.maximum(rule.least - states.n_labels - states.on_screen, 0)
    keep_all = np.where(below, lacking, np.where(unsure & (states.on_screen == 0), 1, 0))
    # Of an unsure item only what the policy opened itself stays: else nobody would count it.
    keep_own = np.where(below | unsure, keep_all, 0)
    stays = (
        np.minimum(np.where(below, states.waiting - states.others, states.own), keep_all)
        + states.others
    )
    asks = ~states.nobody_left & (
        (below & (stays < lacking)) | (unsure & (stays == 0) & (states.on_screen == 0))
    )
    candidates = np.flatnonzero(asks)
    order = candidates[
        np.lexsort(
            (
                routing_rank(states, candidates),
                unsure[candidates],
            )
        )
    ]
    size = max(0, room - int(stays.sum()))
    if budget is not None:
        size = min(size, max(0, budget))
    chosen = order[:size]
    return Plan(
        chosen=chosen,
        keep_own=keep_own,
        keep_all=keep_all,
        n_candidates=int(candidates.size),
        outcome=_outcome(states, candidates.size, chosen.size, budget),
    )


def routing_rank(states: ItemStates, rows: IntArray) -> IntArray:
    """The place of each of these rows in the order of routing."""
    order = routing_order(states.margin[rows], states.n_labels[rows], states.items[rows])
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank


def _outcome(states: ItemStates, n_candidates: int, n_chosen: int, budget: int | None) -> str:
    if n_chosen:
        return "opened"
    if n_candidates:
        return "budget_used" if budget is not None and budget <= 0 else "queue_full"
    asking = (states.standing == Standing.BELOW_LEAST) | (states.standing == Standing.UNSURE)
    if not asking.any():
        return "enough"
    if (states.nobody_left & asking & (states.waiting == 0) & (states.on_screen == 0)).any():
        return "nobody_left"
    return "waiting"
