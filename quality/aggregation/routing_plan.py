"""Which slots should wait now: what an adaptive policy changes, from counts per item alone.

Every item first gets its least number of labels. After that one label at a time goes to the items
whose margin is smallest, as many at once as keep people busy for about an hour.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.aggregation.routing import Standing, StopRule, routing_order
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class ItemStates:
    """What is known of each of n items, as parallel columns of shape (n,).

    `items`: ids. `n_labels` so far. `waiting`: slots that nobody has taken; `own`: those of them
    that the policy opened; `others`: those that another policy opened. `on_screen`: slots that
    somebody is working on. `nobody_left`: everybody who could label it has had it.
    `standing` and `margin` as in `routing`.
    """

    items: IntArray
    n_labels: IntArray
    waiting: IntArray
    own: IntArray
    others: IntArray
    on_screen: IntArray
    nobody_left: BoolArray
    standing: npt.NDArray[np.int8]
    margin: FloatArray

    @property
    def is_below(self) -> BoolArray:
        """Items with fewer labels than the least."""
        return np.asarray(self.standing == Standing.BELOW_LEAST)

    @property
    def is_unsure(self) -> BoolArray:
        """Items that ask for more than the least."""
        return np.asarray(self.standing == Standing.UNSURE)


@dataclass(frozen=True, eq=False)
class Plan:
    """What to change.

    `chosen` (m,): indices of the items that get one more slot, in the order of serving. `closing`
    (c,): indices of the items with too many waiting slots; `keep` (n,): how many of them may stay,
    of those that the policy opened where `only_own` (n,). Another policy's slots are left alone.
    `n_left`: slots that are left for the next step to close. `n_candidates`: items that asked for
    a label. `outcome`: why there are no more.
    """

    chosen: IntArray
    closing: IntArray
    keep: IntArray
    only_own: BoolArray
    n_left: int
    n_candidates: int
    outcome: str


def plan_slots(
    states: ItemStates, rule: StopRule, *, room: int, budget: int | None, most_closed: int
) -> Plan:
    """The slots to open and to close.

    `room`: how many slots may wait at most. `budget`: how many more slots the policy may open at
    all; None for any number. `most_closed`: how many slots one step closes at most.
    """
    below, unsure = states.is_below, states.is_unsure
    # What is on a screen will most likely be a label soon.
    lacking = np.where(below, np.maximum(rule.least - states.n_labels - states.on_screen, 0), 0)
    keep = np.where(unsure & (states.on_screen == 0), 1, lacking)
    # Beyond the least only what the policy opened itself stays, so that its budget counts it.
    only_own = ~below
    kept = np.minimum(np.where(only_own, states.own, states.waiting - states.others), keep)
    stays = kept + states.others
    wants = (below & (stays < lacking)) | (unsure & (stays + states.on_screen == 0))
    candidates = np.flatnonzero(wants & ~states.nobody_left)
    chosen = _ranked(states, candidates)[: _size(room - int(stays.sum()), budget)]
    surplus = states.waiting - stays
    closing = _closing(surplus, below, most_closed)
    return Plan(
        chosen=chosen,
        closing=closing,
        keep=keep,
        only_own=only_own,
        n_left=int(np.maximum(surplus, 0).sum() - surplus[closing].sum()),
        n_candidates=int(candidates.size),
        outcome=_outcome(states, int(candidates.size), int(chosen.size), budget),
    )


def _size(room: int, budget: int | None) -> int:
    return max(0, room if budget is None else min(room, budget))


def _ranked(states: ItemStates, rows: IntArray) -> IntArray:
    """Items below the least first, then by margin."""
    ordered = rows[routing_order(states.margin[rows], states.n_labels[rows], states.items[rows])]
    return ordered[np.argsort(~states.is_below[ordered], kind="stable")]


def _closing(surplus: IntArray, below: BoolArray, most: int) -> IntArray:
    """The items to close slots of, those that need no label at all first; up to `most` slots."""
    rows = np.flatnonzero(surplus > 0)
    rows = rows[np.argsort(below[rows], kind="stable")]
    return rows[np.cumsum(surplus[rows]) - surplus[rows] < most]


def _outcome(states: ItemStates, n_candidates: int, n_chosen: int, budget: int | None) -> str:
    """A code that the page has words for."""
    if n_chosen:
        return "opened"
    if n_candidates:
        return "budget_used" if budget is not None and budget <= 0 else "queue_full"
    asking = states.is_below | states.is_unsure
    if not asking.any():
        return "enough"
    idle = asking & (states.waiting + states.on_screen == 0)
    return "nobody_left" if (idle & states.nobody_left).any() else "waiting"
