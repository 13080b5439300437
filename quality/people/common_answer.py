"""How often two people give the same answer that nobody else gives, if they work on their own."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray

_STEPS, _ENOUGH = 60, 1e-4
# How firmly people, and the shares of others, are held near their middle and start: as firmly as
# so many answers that tell most.
_HOLD = 0.5
# Up to so many people, so many pairs are taken out by fitting anew.
_SMALL_CROWD, _REFITS = 100, 20
_LARGEST = 12.0
_FLOOR = 1e-9


@dataclass(frozen=True, eq=False)
class Meetings:
    """Pairs of answers that nobody else backs, summed up by pair of people and number of others.

    All of shape (G,): codes of the two, number of others (below K), how many such pairs of answers,
    how many of them are the same, and the mean chance that habit alone makes them the same.
    """

    first: IntArray
    second: IntArray
    others: IntArray
    n: FloatArray
    same: FloatArray
    habit: FloatArray


@dataclass(frozen=True, eq=False)
class Predicted:
    """Of each group: how many of its pairs of answers are expected to be the same, and the
    variance of that, what is not known of the two people included: (G,)."""

    expected: FloatArray
    variance: FloatArray


@dataclass(frozen=True, eq=False)
class _Terms:
    """Chance of the same answer beyond habit, how it moves with either person and with the others,
    and the weight of the squared slopes: (G,)."""

    mean: FloatArray
    by_first: FloatArray
    by_second: FloatArray
    by_others: FloatArray
    weight: FloatArray


def predict(meetings: Meetings, suspected: npt.NDArray[np.bool_], *, people: int) -> Predicted:
    """What each pair is expected to share, by what either shares with everybody *but* the other.

    Each item has one answer that can be found, and any number that cannot: person i gives the
    former with odds o_i, and m others none of them with chance q_m. Where nobody backs the answers
    of i and j, they are the same with chance q o_i o_j / (1 + q (o_i + o_j + o_i o_j)), or by
    habit. Odds and q (q_0 = 1) by damped Fisher scoring with a weak ridge. Then each pair is taken
    out of what is known of its two people: the most conspicuous ones by fitting anew without them
    (in a small crowd a pair that copies is much of what is known of either), others by one Newton
    step. Groups that are `suspected` (G,) teach nothing of anybody. The variance contains what is
    not known of the two.
    """
    known = _kept(meetings, ~suspected)
    odds, backed = _fitted(known, *_start(meetings, people))
    expected, variance = np.zeros((2, meetings.n.size))
    if suspected.any():
        found = _predicted(_kept(meetings, suspected), known, odds, backed)
        expected[suspected], variance[suspected] = found.expected, found.variance
    found = _without_pair(known, odds, backed, people)
    if people <= _SMALL_CROWD:
        found = _exactly(known, found, odds, backed)
    expected[~suspected], variance[~suspected] = found.expected, found.variance
    return Predicted(expected, variance)


def _exactly(
    meetings: Meetings, found: Predicted, odds: FloatArray, backed: FloatArray
) -> Predicted:
    """The most conspicuous pairs predicted by a fit without them."""
    pair = meetings.first * odds.size + meetings.second
    expected, variance = found.expected.copy(), found.variance.copy()
    for each in _conspicuous(meetings, found, pair):
        mine = pair == each
        rest = _kept(meetings, ~mine)
        again = _predicted(_kept(meetings, mine), rest, *_fitted(rest, odds, backed))
        expected[mine], variance[mine] = again.expected, again.variance
    return Predicted(expected, variance)


def _conspicuous(meetings: Meetings, found: Predicted, pair: IntArray) -> list[int]:
    pairs, place = np.unique(pair, return_inverse=True)
    apart = np.bincount(place, meetings.same - found.expected)
    z = apart / np.sqrt(np.maximum(np.bincount(place, found.variance), _FLOOR))
    # An ordinary pair among these is only predicted more exactly.
    together = np.bincount(place, meetings.same)
    order = np.lexsort((pairs, -together, -z))
    most: list[int] = pairs[order[:_REFITS]].tolist()
    return most


def _kept(meetings: Meetings, rows: npt.NDArray[np.bool_]) -> Meetings:
    return Meetings(
        meetings.first[rows],
        meetings.second[rows],
        meetings.others[rows],
        meetings.n[rows],
        meetings.same[rows],
        meetings.habit[rows],
    )


def _fitted(
    meetings: Meetings, odds: FloatArray, backed: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Log odds (people,) and log q (K,), from these starts."""
    people = odds.size
    for _ in range(_STEPS):
        terms = _terms(meetings, odds, backed)
        slopes, information = _gradient(meetings, terms)
        score = _of_people(meetings, slopes[:2], people) - _HOLD * (odds - odds.mean())
        held = _of_people(meetings, information[:2], people) + _HOLD
        # Both people of a pair move at once, so that whole steps would overshoot.
        step = np.clip(0.5 * score / held, -1.0, 1.0)
        odds = np.clip(odds + step, -_LARGEST, _LARGEST)
        backed = _moved(meetings, backed, slopes[2], information[2])
        if np.abs(step).max(initial=0.0) < _ENOUGH:
            break
    return odds, backed


def _predicted(wanted: Meetings, rest: Meetings, odds: FloatArray, backed: FloatArray) -> Predicted:
    """The same of groups that are not among those the fit was made from."""
    _slopes, information = _gradient(rest, _terms(rest, odds, backed))
    held = _of_people(rest, information[:2], odds.size) + _HOLD
    terms = _terms(wanted, odds, backed)
    return _with_variance(wanted, terms, 1.0 / held[wanted.first], 1.0 / held[wanted.second])


def _with_variance(
    meetings: Meetings, terms: _Terms, first: FloatArray, second: FloatArray
) -> Predicted:
    """`first`, `second`: the variance of the log odds of either."""
    unsure = meetings.n**2 * (terms.by_first**2 * first + terms.by_second**2 * second)
    return Predicted(
        expected=meetings.n * terms.mean,
        variance=meetings.n * terms.mean * (1.0 - terms.mean) + unsure,
    )


def _start(meetings: Meetings, people: int) -> tuple[FloatArray, FloatArray]:
    """Everybody alike, and others who find as much: log odds (people,) and log q (K,)."""
    n = max(float(meetings.n.sum()), 1.0)
    beyond = float((meetings.same - meetings.n * meetings.habit).sum())
    share = np.sqrt(np.clip((beyond + 0.5) / (n + 1.0), 1e-6, 0.9))
    most = int(meetings.others.max(initial=0))
    odds = np.full(people, np.log(share / (1.0 - share)))
    return odds, np.arange(most + 1) * np.log1p(-share)


def _terms(meetings: Meetings, odds: FloatArray, backed: FloatArray) -> _Terms:
    one, other = np.exp(odds[meetings.first]), np.exp(odds[meetings.second])
    return _terms_of(one, other, np.exp(backed[meetings.others]), meetings.habit)


def _terms_of(one: FloatArray, other: FloatArray, q: FloatArray, habit: FloatArray) -> _Terms:
    whole = 1.0 + q * (one + other + one * other)
    chance = q * one * other / whole
    beyond = 1.0 - habit
    mean = np.clip(habit + beyond * chance, _FLOOR, 1.0 - _FLOOR)
    return _Terms(
        mean=mean,
        by_first=beyond * chance * (1.0 + q * other) / whole,
        by_second=beyond * chance * (1.0 + q * one) / whole,
        by_others=beyond * chance / whole,
        weight=1.0 / (mean * (1.0 - mean)),
    )


def _gradient(
    meetings: Meetings, terms: _Terms
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """Score and information of each group for first, second and others."""
    apart = (meetings.same - meetings.n * terms.mean) * terms.weight
    slopes = (terms.by_first, terms.by_second, terms.by_others)
    return (
        tuple(apart * slope for slope in slopes),
        tuple(meetings.n * terms.weight * slope**2 for slope in slopes),
    )


def _of_people(meetings: Meetings, amounts: tuple[FloatArray, ...], people: int) -> FloatArray:
    """Sums by person of what belongs to the first and to the second of each group."""
    first = np.bincount(meetings.first, weights=amounts[0], minlength=people)
    second = np.bincount(meetings.second, weights=amounts[1], minlength=people)
    return (first + second).astype(np.float64)


def _moved(
    meetings: Meetings, backed: FloatArray, slope: FloatArray, information: FloatArray
) -> FloatArray:
    """log q after half a step; with nobody else asked it is 0."""
    size = backed.size
    score = np.bincount(meetings.others, slope, size)
    held = np.bincount(meetings.others, information, size) + _HOLD
    moved: FloatArray = np.clip(backed + 0.5 * score / held, -_LARGEST, 0.0)
    moved[0] = 0.0
    return moved


def _without_pair(
    meetings: Meetings, odds: FloatArray, backed: FloatArray, people: int
) -> Predicted:
    terms = _terms(meetings, odds, backed)
    slopes, information = _gradient(meetings, terms)
    held = _of_people(meetings, information[:2], people) + _HOLD
    pair = meetings.first * people + meetings.second
    _pairs, place = np.unique(pair, return_inverse=True)
    moved, spread = [], []
    for who, slope, known in zip(
        (meetings.first, meetings.second), slopes[:2], information[:2], strict=True
    ):
        # At the optimum the scores of all pairs add up to nothing.
        left = np.maximum(held[who] - np.bincount(place, known)[place], _HOLD)
        step = -np.bincount(place, slope)[place] / left
        moved.append(np.exp(np.clip(odds[who] + np.clip(step, -3.0, 3.0), -_LARGEST, _LARGEST)))
        spread.append(1.0 / left)
    without = _terms_of(moved[0], moved[1], np.exp(backed[meetings.others]), meetings.habit)
    return _with_variance(meetings, without, spread[0], spread[1])
