"""Rankings: strengths of the entries by Plackett and Luce."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from quality.aggregation.base import ItemAggregator
from quality.agreement.coefficient import FloatArray
from quality.agreement.values import Value

_STILL = 1e-12
# Keeps what was never chosen above 0.
_LEAST_PRIOR = 1e-12
# Strengths whose ratio is nearer to 1 are even: below this only rounding would decide.
_TIE = 1e-6


class RankStrengths(NamedTuple):
    """`shares` (entries,) that add up to 1, in the order of `entries`; whether it `converged`,
    after `n_iter` steps."""

    entries: list[str]
    shares: FloatArray
    converged: bool
    n_iter: int


class PlackettLuce(ItemAggregator):
    """Each item's entries in the order of their strengths; two even ones leave it undecided.

    `posteriors_`: for every pair in that order the chance that the first would be ranked before
    the other, strength by the sum of both; `confidences_`: the mean of these. `n_iter_`: the most
    steps of any item.
    """

    def __init__(self, *, prior: float = 1.0, n_iter: int = 1000) -> None:
        self.prior = prior
        self.n_iter = n_iter

    def check(self) -> None:
        if not 0 <= self.prior < np.inf:
            raise ValueError(f"prior must be 0 or more, not {self.prior}.")
        if self.n_iter < 1:
            raise ValueError(f"n_iter must be at least 1, not {self.n_iter}.")
        self.converged_, self.n_iter_ = True, 0

    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        found = plackett_luce(
            [answer["order"] for answer in answers], prior=self.prior, n_iter=self.n_iter
        )
        self.converged_ = bool(self.converged_) and found.converged
        self.n_iter_ = max(self.n_iter_ or 0, found.n_iter)
        strength = dict(zip(found.entries, found.shares.tolist(), strict=True))
        order = sorted(found.entries, key=lambda entry: (-strength[entry], entry))
        chances = {
            f"{first} > {later}": strength[first] / (strength[first] + strength[later])
            for first, later in itertools.combinations(order, 2)
        }
        tied = any(
            strength[first] - strength[later] <= _TIE * strength[first]
            for first, later in itertools.pairwise(order)
        )
        value = None if tied else {"kind": "ranking", "order": order}
        mean = sum(sorted(chances.values())) / len(chances) if chances else 1.0
        return value, mean, chances


def plackett_luce(
    orders: Sequence[Sequence[str]], *, prior: float = 1.0, n_iter: int = 1000
) -> RankStrengths:
    """Maximum a posteriori strengths of the model in which the first place is taken with a chance
    in proportion to strength, then the second among the rest, and so on (Plackett 1975; Luce
    1959), by Hunter's MM algorithm (Annals of Statistics 32, 2004).

    `prior`: so many comparisons against an entry of strength 1, half of them won, are assumed of
    everyone beforehand, so strengths stay finite; 0 is plain maximum likelihood, which has no end
    where somebody is always last (`converged` False). What an order leaves out comes after all
    that it names.
    """
    prior = max(prior, _LEAST_PRIOR)
    entries = sorted({entry for order in orders for entry in order})
    place = {entry: code for code, entry in enumerate(entries)}
    n = len(entries)
    # Who was chosen, and from whom, stage by stage; equal stages are counted once.
    stages: dict[tuple[int, ...], float] = {}
    chosen = np.full(n, prior / 2.0)
    for order in sorted(map(tuple, orders)):
        left = set(range(n))
        for entry in order[: n - 1]:
            stage = tuple(sorted(left))
            stages[stage] = stages.get(stage, 0.0) + 1.0
            chosen[place[entry]] += 1.0
            left.discard(place[entry])
    often = np.array(list(stages.values()), np.float64)
    among = np.zeros((len(stages), n))
    for row, stage in enumerate(stages):
        among[row, list(stage)] = 1.0
    strengths, moved, steps = np.ones(n), np.inf if n > 1 else 0.0, 0
    # Only ratios matter.
    while moved > _STILL and steps < n_iter:
        steps += 1
        against = (often / (among @ strengths)) @ among + prior / (strengths + 1.0)
        previous, strengths = strengths, chosen / against
        moved = float(np.ptp(np.log(strengths / previous)))
    total = strengths.sum()
    return RankStrengths(entries, strengths / total if n else strengths, moved <= _STILL, steps)
