"""Pairwise preferences: strengths by Bradley and Terry, the majority for each pair."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import expit

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.agreement.values import ValueTable

# Above so many contestants the matrix of wins would not fit beside a web server.
MOST_CONTESTANTS = 2_000
# What may be said beside one of the two sides.
_VERDICTS = ("tie", "both_bad")


class Strengths(NamedTuple):
    """`log_ability` (n,), with mean 0; `converged`: the estimate has come to rest."""

    log_ability: FloatArray
    converged: bool

    @property
    def shares(self) -> FloatArray:
        """Strengths exp(ability) that add up to 1."""
        strengths = np.exp(self.log_ability - self.log_ability.max(initial=-np.inf))
        return np.asarray(strengths / strengths.sum())


def bradley_terry(
    wins: FloatArray, *, prior: float = 1.0, n_iter: int = 100, start: FloatArray | None = None
) -> Strengths:
    """Maximum a posteriori abilities of P(i beats j) = 1 / (1 + exp(a_j - a_i)) (Bradley and
    Terry 1952), by Newton's method. `wins` (n, n): how often row beat column, ties as half.

    `prior` is how many comparisons against a contestant of ability 0, half of them won, everybody
    is given beforehand: abilities stay finite for those who won or lost everything. 0 is plain
    maximum likelihood, which then has no end (`converged` False). `start` (n,): abilities to begin
    with, 0 where there are none.
    Raises ValueError for a matrix that is not square, or negative.
    """
    if wins.ndim != 2 or wins.shape[0] != wins.shape[1] or (wins < 0).any() or prior < 0:
        raise ValueError("Wins must be a square matrix without negative numbers, as the prior.")
    n = len(wins)
    if n == 0:
        return Strengths(np.zeros(0), True)
    played = wins + wins.T
    won = wins.sum(axis=1) + prior / 2.0
    abilities = np.zeros(n) if start is None else start
    for _step in range(n_iter):
        chance = expit(abilities[:, np.newaxis] - abilities)
        against = expit(abilities)
        slope = won - (played * chance).sum(axis=1) - prior * against
        curve = -played * chance * (1.0 - chance)
        np.fill_diagonal(curve, 0.0)
        diagonal = -curve.sum(axis=1) + prior * against * (1.0 - against)
        curve[np.arange(n), np.arange(n)] = diagonal
        step = _newton(curve, slope, is_definite=prior > 0)
        longest = float(np.abs(step).max(initial=0.0))
        abilities = abilities + step * min(1.0, 2.0 / max(longest, 1e-300))
        if longest < 1e-10:
            return Strengths(abilities - abilities.mean(), True)
    return Strengths(abilities - abilities.mean(), False)


def _newton(curve: FloatArray, slope: FloatArray, *, is_definite: bool) -> FloatArray:
    """Without a prior, abilities are known up to a constant only: the least-squares step."""
    if is_definite:
        return np.asarray(np.linalg.solve(curve, slope), np.float64)
    return np.asarray(np.linalg.lstsq(curve, slope, rcond=1e-12)[0], np.float64)


class PairwiseVote(ValueAggregator):
    """Decides every pair by the majority of its answers; a draw of votes stays undecided.

    `posteriors_`: share of each answer.
    """

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Count the votes."""
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        for item in range(table.n_items):
            winners = [answer["winner"] for answer in table.of_item(item)]
            votes = {key: winners.count(key) / len(winners) for key in sorted(set(winners))}
            most = max(votes.values(), default=0.0)
            best = [key for key, share in votes.items() if share == most]
            # What stood on the left differed between people.
            decided = [{"kind": "pairwise", "winner": key, "left": ""} for key in best]
            self.labels_.append(decided[0] if len(decided) == 1 else None)
            self.posteriors_.append(votes)
            self.confidences_[item] = most
        return self


class BradleyTerry(PairwiseVote):
    """The majority for each pair, and strengths over all pairs.

    `priors_`: strengths that add up to 1 of what the parts are called (`texts`, else their keys);
    ties are half a win for each, "both bad" says nothing. A draw of votes on one item stays
    undecided all the same: strengths are about all items, not about this one.
    """

    def __init__(self, *, prior: float = 1.0) -> None:
        self.prior = prior

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for a negative prior or more than 2000 contestants."""
        if not 0 <= self.prior < np.inf:
            raise ValueError(f"prior must be 0 or more, not {self.prior}.")
        super().fit(table, texts)
        compared = comparisons(table, texts)
        found = bradley_terry(compared.wins, prior=self.prior)
        self.priors_ = dict(zip(compared.names, found.shares.round(6).tolist(), strict=True))
        self.converged_ = found.converged
        return self


class Comparisons(NamedTuple):
    """`names` of the contestants, sorted. Of each answer that says something about them, (n,):
    who gave it, codes of the `first` and the `second` contestant, and how far the first `won`: 1,
    0, or one half for a tie."""

    names: list[str]
    people: IntArray
    first: IntArray
    second: IntArray
    won: FloatArray

    @property
    def wins(self) -> FloatArray:
        """How often the row beat the column, (names, names); ties as half."""
        return self.weighted_wins(np.ones(self.won.size))

    def weighted_wins(self, weights: FloatArray) -> FloatArray:
        """The same with a weight for every answer, (n,)."""
        n = len(self.names)
        forward = np.bincount(
            self.first * n + self.second, weights * self.won, minlength=n * n
        ).reshape(n, n)
        back = np.bincount(
            self.second * n + self.first, weights * (1.0 - self.won), minlength=n * n
        ).reshape(n, n)
        return np.asarray(forward + back, np.float64)


def comparisons(table: ValueTable, texts: ItemTexts | None) -> Comparisons:
    """What answers say about the parts by what they are called. Nothing is said by "both bad", nor
    of two parts of one name. Raises ValueError for more than 2000 contestants."""
    sides = _sides(table)
    rows: list[tuple[int, str, str, float]] = []
    for row, item in enumerate(table.codes.items.tolist()):
        called = texts[item] if texts else {}
        one, other = (called.get(side) or side for side in sides)
        won = {sides[0]: 1.0, sides[1]: 0.0, "tie": 0.5}.get(table.said(row)["winner"])
        if won is not None and one != other:
            rows.append((int(table.codes.annotators[row]), one, other, won))
    names = sorted({name for _person, one, other, _won in rows for name in (one, other)})
    if len(names) > MOST_CONTESTANTS:
        raise ValueError(f"{len(names)} contestants are more than {MOST_CONTESTANTS}.")
    place = {name: code for code, name in enumerate(names)}
    return Comparisons(
        names=names,
        people=np.array([row[0] for row in rows], np.int64),
        first=np.array([place[row[1]] for row in rows], np.int64),
        second=np.array([place[row[2]] for row in rows], np.int64),
        won=np.array([row[3] for row in rows], np.float64),
    )


def _sides(table: ValueTable) -> tuple[str, str]:
    """The keys of the two parts that are compared, as the answers name them; a and b else."""
    named = {value[name] for value in table.values for name in ("winner", "left")}
    found = sorted(named - {"", *_VERDICTS})
    return (found[0], found[1]) if len(found) == 2 else ("a", "b")
