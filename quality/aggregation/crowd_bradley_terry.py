"""Pairwise preferences: Bradley-Terry strengths, and how reliable everybody's comparisons are."""

from typing import NamedTuple, Self

import numpy as np
from scipy.special import expit

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.bradley_terry import Comparisons, bradley_terry, comparisons
from quality.aggregation.support import support
from quality.agreement.coefficient import FloatArray
from quality.agreement.values import Value, ValueTable

# Before anything is known of them, so many of five comparisons of people are as they should be.
_RIGHT, _OF = 4.0, 5.0
_STILL = 1e-4
# A vote of who is right nine times out of ten counts as 1.
_USUAL = float(np.log(9.0))
_MOST_WEIGHT = 3.0
_TIE = 1e-9


class Reliabilities(NamedTuple):
    """`shares` (names,) strengths that add up to 1; `reliabilities` (n_annotators,): chance that a
    comparison goes the way that the strengths have it, and is not the other way round."""

    shares: FloatArray
    reliabilities: FloatArray
    converged: bool
    n_iter: int


class CrowdBradleyTerry(ValueAggregator):
    """Crowd-BT (Chen, Bennett, Collins-Thompson and Horvitz, WSDM 2013), maximum a posteriori.

    An annotator k says i > j with probability r p + (1 - r) (1 - p), where p is Bradley and
    Terry's and r the annotator's reliability. By EM: how probably each comparison was meant as it
    was said; then reliabilities, drawn to 4 of 5 by the weight of `answers`; then strengths,
    with the `prior` of `bradley_terry`. Every item is decided by a vote in which an answer counts
    log(r / (1 - r)), nothing below one half; even votes leave it undecided, since strengths are
    about all items, not about this one.

    `posteriors_`: share of that weight of each answer; `confidences_`: the largest. `priors_`:
    strengths by what the parts are called. `skills_`: weights, 1 for being right nine times out of
    ten. `habits_`: "comparisons": reliability.
    """

    def __init__(self, *, n_iter: int = 200, prior: float = 1.0, answers: float = 5.0) -> None:
        self.n_iter = n_iter
        self.prior = prior
        self.answers = answers

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for parameters out of range or more than 2000 contestants."""
        if not 0 <= self.prior < np.inf:
            raise ValueError(f"prior must be 0 or more, not {self.prior}.")
        if not 0 < self.answers < np.inf:
            raise ValueError(f"answers must be above 0, not {self.answers}.")
        if self.n_iter < 1:
            raise ValueError(f"n_iter must be at least 1, not {self.n_iter}.")
        compared = comparisons(table, texts)
        found = self._learn(compared, table.n_annotators)
        self.converged_, self.n_iter_ = found.converged, found.n_iter
        self.priors_ = dict(zip(compared.names, found.shares.round(6).tolist(), strict=True))
        reliable = found.reliabilities
        self.habits_ = [{"comparisons": {"reliability": each}} for each in reliable.tolist()]
        weights = np.log(reliable / (1.0 - reliable)) / _USUAL
        self.skills_ = np.clip(weights, 0.0, _MOST_WEIGHT)
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        for item in range(table.n_items):
            people = table.codes.annotators[table.starts[item] : table.starts[item + 1]]
            votes = support(None, table.of_item(item), self.skills_[people].tolist())
            most = max(votes.values(), default=0.0)
            best = [key for key, share in votes.items() if share >= most - _TIE]
            # What stood on the left differed between people.
            decided: Value = {"kind": "pairwise", "winner": best[0] if best else "", "left": ""}
            self.labels_.append(decided if len(best) == 1 else None)
            self.posteriors_.append(votes)
            self.confidences_[item] = most
        return self

    def _learn(self, compared: Comparisons, n_people: int) -> Reliabilities:
        # A tie says nothing of who is right, but that both are about as strong.
        clear = compared.won != 0.5
        given = np.bincount(compared.people[clear], minlength=n_people)
        reliable = np.full(n_people, _RIGHT / _OF)
        abilities = bradley_terry(compared.wins, prior=self.prior).log_ability
        moved, steps = np.inf, 0
        while moved > _STILL and steps < self.n_iter:
            steps += 1
            meant = np.where(clear, _meant(compared, abilities, reliable), 1.0)
            right = np.bincount(compared.people[clear], meant[clear], minlength=n_people)
            previous, last = reliable, abilities
            reliable = (right + self.answers * _RIGHT / _OF) / (given + self.answers)
            # What was not meant as it was said counts for the other side.
            turned = compared.weighted_wins(np.where(clear, 1.0 - meant, 0.0)).T
            wins = compared.weighted_wins(meant) + turned
            abilities = bradley_terry(wins, prior=self.prior, start=last, n_iter=1).log_ability
            changes = np.concatenate([reliable - previous, abilities - last])
            moved = float(np.abs(changes).max(initial=0.0))
        shares = np.exp(abilities - abilities.max(initial=-np.inf))
        return Reliabilities(shares / shares.sum(), reliable, moved <= _STILL, steps)


def _meant(compared: Comparisons, abilities: FloatArray, reliable: FloatArray) -> FloatArray:
    """How probable it is that each comparison was meant as it was said, (n,)."""
    ahead = abilities[compared.first] - abilities[compared.second]
    likely = expit(np.where(compared.won > 0.5, ahead, -ahead))
    so = reliable[compared.people] * likely
    return np.asarray(so / (so + (1.0 - reliable[compared.people]) * (1.0 - likely)), np.float64)
