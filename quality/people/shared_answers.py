"""Copying, for answers of any kind: two people who give the same answers that nobody else gives."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, pdtrc

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.people.alerts import Alert, Reason, false_discovery_values
from quality.people.copying import label_pairs

_FLOOR = 1e-6
# Answers of others on an item are told apart up to so many.
_MOST_OTHERS = 6
# How many answers the crowd's rate weighs beside a person's own.
_PRIOR = 2.0
# Fewer pairs say nothing of how much ordinary ones differ.
_FEWEST_PAIRS = 10


@dataclass(frozen=True, eq=False)
class SharedAnswers:
    """Pairs of annotators with common items, each array of shape (P,).

    `first`, `second`: codes; `n`: common items; `alone`: those of them where nobody else backs
    either answer; `observed`: where these two answers are the same; `expected`: as often as this
    happens to either of the two with all others; `z`: how many standard errors apart; `p_value`:
    chance of as many; `q_value`: the rate of false discoveries among pairs as conspicuous.
    `spread`: how many times more than chance ordinary pairs differ (1: not at all); the standard
    errors contain it.
    """

    first: IntArray
    second: IntArray
    n: IntArray
    alone: IntArray
    observed: FloatArray
    expected: FloatArray
    z: FloatArray
    p_value: FloatArray
    q_value: FloatArray
    spread: float

    def alerts(self, *, false_discoveries: float = 0.01, fewest: int = 3) -> list[Alert]:
        """Alerts for conspicuous pairs that share at least `fewest` such answers; of the alerts
        this share is expected to be false."""
        found = np.flatnonzero((self.q_value < false_discoveries) & (self.observed >= fewest))
        columns = ("n", "alone", "observed", "expected", "z", "p_value", "q_value")
        return [
            Alert(
                Reason.COPYING,
                (int(self.first[pair]), int(self.second[pair])),
                {name: float(getattr(self, name)[pair]) for name in columns},
            )
            for pair in found[np.argsort(-self.z[found], kind="stable")].tolist()
        ]


def shared_answers(table: ReliabilityTable) -> SharedAnswers:
    """Equal answers of each pair beyond what the equality of either with others predicts.

    `table`: answers as codes of equal answers (`same_answers_coded`). Looked at are the common
    items on which no third person gave the answer of either: what others say too may just be
    right. There the two agree with some chance, which the crowd shows by the number of others
    asked. Each person's own inclination (answers that come easily to many, such as none at all) is
    added on the logit scale, learned from the person's pairs with everybody *but* the partner.
    Ordinary pairs differ by more than chance where people were taught together; how much is seen
    in the middle half of all pairs, and widens the standard errors. Binomial counts.
    """
    people = table.n_annotators
    cells = people * people
    n = np.zeros(cells, np.int64)
    parts: list[tuple[IntArray, IntArray, IntArray]] = []
    sizes = np.bincount(table.items, minlength=table.n_items)
    alike = _alike(table)
    for left, right in label_pairs(table, cells=4):
        pair = table.annotators[left] * people + table.annotators[right]
        n += np.bincount(pair, minlength=cells)
        same = table.labels[left] == table.labels[right]
        alone = (alike[left] == 1 + same) & (alike[right] == 1 + same)
        others = np.minimum(sizes[table.items[left]] - 2, _MOST_OTHERS)
        parts.append((pair[alone], same[alone].astype(np.int64), others[alone]))
    if not parts:
        return _tested(people, n, np.zeros((4, cells)))
    pair, same, others = (np.concatenate(each) for each in zip(*parts, strict=True))
    chance = _rates(same, others)[others]
    tested, observed, of_crowd = (
        np.bincount(pair, weights=each, minlength=cells).astype(np.float64)
        for each in (np.ones(pair.size), same.astype(np.float64), chance)
    )
    likely = expit(logit(chance) + _leanings(people, tested, observed, of_crowd)[pair])
    expected = np.bincount(pair, weights=likely, minlength=cells)
    variance = np.bincount(pair, weights=likely * (1.0 - likely), minlength=cells)
    return _tested(people, n, np.array([tested, observed, expected, variance]))


def _alike(table: ReliabilityTable) -> IntArray:
    """How many answers to its item are the same as each row's, with itself: (n,)."""
    keys = table.items * max(table.n_labels, 1) + table.labels
    _cells, place, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    return sizes[place]


def _rates(same: IntArray, others: IntArray) -> FloatArray:
    """How often two answers that nobody else backs are the same, by the number of others asked:
    (others,), never quite 0 or 1."""
    hits = np.bincount(others, weights=same, minlength=_MOST_OTHERS + 1)
    n = np.bincount(others, minlength=_MOST_OTHERS + 1)
    overall = (hits.sum() + 0.5) / (n.sum() + 1.0)
    rates: FloatArray = (hits + _PRIOR * overall) / (n + _PRIOR)
    return np.clip(rates, _FLOOR, 1.0 - _FLOOR)


def _leanings(people: int, tested: FloatArray, same: FloatArray, chance: FloatArray) -> FloatArray:
    """What the two people of each pair add to the logit, each learned without the other:
    (people * people,)."""
    left, right = np.divmod(np.arange(people * people), people)

    def of_person(amounts: FloatArray) -> FloatArray:
        square = amounts.reshape(people, people)
        return square.sum(axis=0) + square.sum(axis=1)

    found = np.zeros(people * people)
    for person in (left, right):
        n, hits, by_crowd = (of_person(each)[person] - each for each in (tested, same, chance))
        # Without pairs with others there is nothing to lean on: the crowd's rate, then.
        usual = np.where(n > 0, by_crowd / np.maximum(n, 1.0), 0.5)
        rate = (hits + _PRIOR * usual) / (n + _PRIOR)
        found += logit(np.clip(rate, _FLOOR, 1.0 - _FLOOR)) - logit(
            np.clip(usual, _FLOOR, 1.0 - _FLOOR)
        )
    return found


def _tested(people: int, n: IntArray, sums: FloatArray) -> SharedAnswers:
    """`sums` (4, people * people): answers nobody else backs, the same ones, expected, variance."""
    met = np.flatnonzero(n)
    alone, observed, expected, variance = sums[:, met]
    expected, variance = np.maximum(expected, _FLOOR), np.maximum(variance, _FLOOR)
    spread = _spread((observed - expected) / np.sqrt(variance), expected)
    variance = variance * spread
    # A Poisson count of as many have this mean and this variance; rounded down, so that it is
    # never too sure.
    unit = variance / expected
    counted = np.floor(observed / unit)
    p_value = np.where(counted < 1.0, 1.0, pdtrc(counted - 1.0, expected / unit))
    p_value = np.where(alone > 0, p_value, np.nan)
    first, second = np.divmod(met, people)
    return SharedAnswers(
        first=first,
        second=second,
        n=n[met],
        alone=alone.astype(np.int64),
        observed=observed,
        expected=expected,
        z=(observed - expected) / np.sqrt(variance),
        p_value=p_value,
        q_value=false_discovery_values(p_value),
        spread=spread,
    )


def _spread(z: FloatArray, expected: FloatArray) -> float:
    """The variance of the middle half of all pairs against that of chance, at least 1."""
    usual = z[expected >= 1.0]
    if usual.size < _FEWEST_PAIRS:
        return 1.0
    low, high = np.quantile(usual, [0.25, 0.75])
    # The quartiles of a normal distribution are 1.349 standard deviations apart.
    return max(1.0, float((high - low) / 1.349) ** 2)
