"""Measured answers and the habits of people: how far each is off, stretches, and scatters."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

# Nobody stretches a scale further, or turns it round.
_LEAST_SCALE, _MOST_SCALE = 0.1, 10.0
# Scatter below this share of that of all numbers is rounding.
_LEAST_SCATTER = 1e-6
_TINY = 1e-300


class Measured(NamedTuple):
    """Numbers that people gave: `items` and `people` (n,) codes, `numbers` (n, D), of which each
    column is a side of its own."""

    items: IntArray
    people: IntArray
    numbers: FloatArray
    n_items: int
    n_people: int


@dataclass(frozen=True, eq=False)
class Habits:
    """What was learned of people and items.

    `truth` and `deviation` (n_items, D): estimate and its standard error, NaN without an answer.
    `offsets` and `scatter` (n_people, D): what somebody adds, and the standard deviation of what is
    left; `scales` (n_people,), by what somebody stretches around the mean item. `precision` of one
    answer relative to the mean of all, (n_people,). `converged`, after `n_iter` steps.
    """

    truth: FloatArray
    deviation: FloatArray
    offsets: FloatArray
    scales: FloatArray
    scatter: FloatArray
    precision: FloatArray
    converged: bool
    n_iter: int


class _State(NamedTuple):
    middle: FloatArray  # (D,) mean of the items
    spread: FloatArray  # (D,) variance of the items
    offsets: FloatArray  # (A, D)
    scales: FloatArray  # (A, D)
    scatter: FloatArray  # (A, D) variances
    floor: FloatArray  # (D,) least variance


class _Expected(NamedTuple):
    above: FloatArray  # (n_items, D) mean of the item, less the middle
    unsure: FloatArray  # (n_items, D) its variance


def learn_habits(
    given: Measured, *, prior: float, with_scale: bool, n_iter: int = 300, tol: float = 1e-6
) -> Habits:
    """number = middle + offset + scale * (item - middle) + noise of the annotator, by EM over the
    items (factor analysis with one factor, Rubin and Thayer, Psychometrika 47, 1982).

    Maximum a posteriori: offsets are drawn to 0, scales to 1 and variances to that of all, each by
    the weight of `prior` answers. Offsets have the mean 0 over the answers and scales the mean 1,
    so the average annotator is taken for right. Items have a normal distribution of their own with
    `with_scale`, and a flat one without. `truth` is the mean of what people say after their
    habits, weighted by precision: no item is drawn to the others. Where all answers to every item
    are the same there is nothing to learn. Stops when no item moves by more than `tol` of the
    usual scatter. Raises ValueError for less than one iteration, or a prior that is not above 0.
    """
    if n_iter < 1:
        raise ValueError(f"n_iter must be at least 1, not {n_iter}.")
    if not 0 < prior < np.inf:
        raise ValueError(f"prior must be above 0, not {prior}.")
    on_item = np.bincount(given.items, minlength=given.n_items)
    means = _by(given.items, given.numbers, given.n_items) / np.maximum(on_item, 1)[:, np.newaxis]
    state = _start(given, means[on_item > 0], means)
    if state is None:
        return _nothing_learned(given, means, on_item)
    usual = np.sqrt(state.scatter[0])
    moved, steps, last = np.inf, 0, means
    while moved > tol and steps < n_iter:
        steps += 1
        expected = _items_given(given, state, shrunk=with_scale)
        state = _people_given(given, expected, state, prior, with_scale)
        truth = expected.above + state.middle
        moved = float((np.abs(truth - last)[on_item > 0] / usual).max(initial=0.0))
        last = truth
    found = _items_given(given, state, shrunk=False)
    known = (on_item > 0)[:, np.newaxis]
    return Habits(
        truth=np.where(known, found.above + state.middle, np.nan),
        deviation=np.where(known, np.sqrt(found.unsure), np.nan),
        offsets=state.offsets,
        scales=state.scales.mean(axis=1),
        scatter=np.sqrt(state.scatter),
        precision=_precision(state, given.people),
        converged=moved <= tol,
        n_iter=steps,
    )


def _start(given: Measured, means: FloatArray, of_items: FloatArray) -> _State | None:
    """Nobody has habits, `means` being those of answered items; None without disagreement."""
    n, dims = given.numbers.shape
    if not n:
        return None
    squared = ((given.numbers - of_items[given.items]) ** 2).sum(axis=0)
    floor = _LEAST_SCATTER**2 * given.numbers.var(axis=0) + _TINY
    if (squared <= floor * n).all():
        return None
    pooled = np.maximum(squared / max(n - len(means), 1), floor)
    return _State(
        middle=means.mean(axis=0),
        spread=np.maximum(means.var(axis=0), pooled / 10.0),
        offsets=np.zeros((given.n_people, dims)),
        scales=np.ones((given.n_people, dims)),
        scatter=np.tile(pooled, (given.n_people, 1)),
        floor=floor,
    )


def _items_given(given: Measured, state: _State, *, shrunk: bool) -> _Expected:
    """E-step: where each item is, given the habits."""
    weight = state.scales / state.scatter
    said = given.numbers - state.middle - state.offsets[given.people]
    known = _by(given.items, (state.scales * weight)[given.people], given.n_items)
    total = known + (1.0 / state.spread if shrunk else 0.0)
    total = np.where(total > 0, total, np.inf)
    above = _by(given.items, weight[given.people] * said, given.n_items) / total
    return _Expected(above, 1.0 / total)


def _people_given(
    given: Measured, items: _Expected, state: _State, prior: float, with_scale: bool
) -> _State:
    """M-step: everybody's habits, given where the items are."""
    answered = np.bincount(given.items, minlength=given.n_items) > 0
    # Offsets are what somebody adds to the mean item, whatever the scale.
    centre = items.above[answered].mean(axis=0)
    above, unsure = (items.above - centre)[given.items], items.unsure[given.items]
    middle = state.middle + centre
    said = given.numbers - middle
    n = np.bincount(given.people, minlength=given.n_people)[:, np.newaxis].astype(np.float64)
    scales, spread = np.ones_like(state.scales), state.spread
    items_sum, said_sum = (_by(given.people, each, given.n_people) for each in (above, said))
    if with_scale:
        squared = (items.above - centre) ** 2 + items.unsure
        spread = np.maximum(squared[answered].mean(axis=0), state.floor)
        squares = _by(given.people, above**2 + unsure, given.n_people) + prior * spread
        both = _by(given.people, above * said, given.n_people) + prior * spread
        scales = (n + prior) * both - items_sum * said_sum
        scales /= (n + prior) * squares - items_sum**2
        scales = np.clip(scales, _LEAST_SCALE, _MOST_SCALE)
    offsets = (said_sum - scales * items_sum) / (n + prior)
    left = said - offsets[given.people] - scales[given.people] * above
    squared = _by(given.people, left**2 + scales[given.people] ** 2 * unsure, given.n_people)
    scatter = (squared + prior * squared.sum(axis=0) / len(given.items)) / (n + prior)
    share = n / len(given.items)
    shift, stretch = (share * offsets).sum(axis=0), (share * scales).sum(axis=0)
    return _State(
        middle=middle + shift,
        spread=spread * stretch**2,
        offsets=offsets - shift,
        scales=scales / stretch,
        scatter=np.maximum(scatter, state.floor),
        floor=state.floor,
    )


def _nothing_learned(given: Measured, means: FloatArray, on_item: IntArray) -> Habits:
    known = (on_item > 0)[:, np.newaxis]
    nothing = np.zeros((given.n_people, given.numbers.shape[1]))
    return Habits(
        truth=np.where(known, means, np.nan),
        deviation=np.where(known, np.zeros_like(means), np.nan),
        offsets=nothing,
        scales=np.ones(given.n_people),
        scatter=nothing,
        precision=np.ones(given.n_people),
        converged=True,
        n_iter=0,
    )


def _precision(state: _State, people: IntArray) -> FloatArray:
    """How much an answer of each person tells, as a multiple of the mean over all answers, then
    averaged over the columns in which people differ at all."""
    differ = (state.scatter > state.floor).any(axis=0)
    told = (state.scales**2 / state.scatter)[:, differ]
    if not told.size:
        return np.ones(len(state.scatter))
    return np.asarray((told / told[people].mean(axis=0)).mean(axis=1), np.float64)


def _by(codes: IntArray, values: FloatArray, n: int) -> FloatArray:
    """Sums of the rows (rows, D) of each code: (n, D)."""
    columns = [np.bincount(codes, weights=column, minlength=n) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((n, 0))
