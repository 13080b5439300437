"""Copying, for answers of any kind: two people who give the same answers that nobody else gives."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import pdtrc

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.people.alerts import Alert, Reason, false_discovery_values
from quality.people.common_answer import Meetings, predict
from quality.people.copying import label_pairs

_FLOOR = 1e-6
# Answers of others on an item are told apart up to so many.
_MOST_OTHERS = 6
# Fewer pairs say nothing of how much ordinary ones differ.
_FEWEST_PAIRS = 10
# Pairs below this rate of false discoveries teach nothing of others, found in so many rounds.
_SUSPECT, _ROUNDS = 0.05, 4


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
    right. There, two answers that are made apart are the same for two reasons, both learned
    without what is tested (`predict`): both found what there is to find; or habit. Some give an
    answer, such as none at all, whatever the item is; that this makes two meet has the chance that
    one gives the other's answer elsewhere. Ordinary pairs differ by more than chance where people
    were taught together; how much is seen in the middle half of all pairs, and widens the errors.
    """
    people = table.n_annotators
    n, meetings = _met(table)
    pair = meetings.first * people + meetings.second
    suspected = np.zeros(pair.size, bool)
    for _round in range(_ROUNDS):
        found = predict(meetings, suspected, people=people)
        sums = [
            np.bincount(pair, weights=each, minlength=people * people)
            for each in (meetings.n, meetings.same, found.expected, found.variance, suspected)
        ]
        tested = _tested(people, n, np.array(sums))
        # Pairs that copy make all others of the two look too little alike: look again without.
        conspicuous = tested.q_value < _SUSPECT
        codes = tested.first[conspicuous] * people + tested.second[conspicuous]
        more = np.isin(pair, codes) & ~suspected
        if not more.any():
            break
        suspected |= more
    return tested


def _met(table: ReliabilityTable) -> tuple[IntArray, Meetings]:
    """Common items of each pair (people * people,), and the answers that nobody else backs."""
    people, kinds = table.n_annotators, _MOST_OTHERS + 1
    n = np.zeros(people * people, np.int64)
    tested, same_sum, habit_sum = np.zeros((3, people * people * kinds))
    sizes = np.bincount(table.items, minlength=table.n_items)
    alike, habits = _alike(table), _Habits(table)
    for left, right in label_pairs(table, cells=4):
        pair = table.annotators[left] * people + table.annotators[right]
        n += np.bincount(pair, minlength=n.size)
        same = table.labels[left] == table.labels[right]
        alone = (alike[left] == 1 + same) & (alike[right] == 1 + same)
        left, right, same = left[alone], right[alone], same[alone]
        others = np.minimum(sizes[table.items[left]] - 2, _MOST_OTHERS)
        group = pair[alone] * kinds + others
        tested += np.bincount(group, minlength=tested.size)
        same_sum += np.bincount(group, weights=same, minlength=tested.size)
        habit_sum += np.bincount(
            group, weights=habits.meet(left, right, same), minlength=tested.size
        )
    groups = np.flatnonzero(tested)
    pairs, others = np.divmod(groups, kinds)
    first, second = np.divmod(pairs, people)
    return n, Meetings(
        first=first,
        second=second,
        others=others,
        n=tested[groups],
        same=same_sum[groups],
        habit=np.minimum(habit_sum[groups] / tested[groups], 1.0),
    )


class _Habits:
    """How often each person gives which answer."""

    def __init__(self, table: ReliabilityTable) -> None:
        self.table = table
        self.base = max(table.n_labels, 1)
        keys = table.annotators * self.base + table.labels
        self.keys, self.often = np.unique(keys, return_counts=True)
        self.total = np.bincount(table.annotators, minlength=table.n_annotators)

    def meet(self, left: IntArray, right: IntArray, same: npt.NDArray[np.bool_]) -> FloatArray:
        """The chance that either gives the other's answer on another item: (P,). Its mean over
        items is the sum over answers of the product of both people's shares."""
        one, other = self._elsewhere(left, right, same), self._elsewhere(right, left, same)
        return (one + other) / 2.0

    def _elsewhere(self, who: IntArray, what: IntArray, same: npt.NDArray[np.bool_]) -> FloatArray:
        """How often the people of rows `who` give the answers of rows `what` on other items."""
        person = self.table.annotators[who]
        key = person * self.base + self.table.labels[what]
        place = np.minimum(np.searchsorted(self.keys, key), self.keys.size - 1)
        often = np.where(self.keys[place] == key, self.often[place], 0) - same
        found: FloatArray = often / np.maximum(self.total[person] - 1, 1)
        return found


def _alike(table: ReliabilityTable) -> IntArray:
    """How many answers to its item are the same as each row's, with itself: (n,)."""
    keys = table.items * max(table.n_labels, 1) + table.labels
    _cells, place, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    return sizes[place]


def _tested(people: int, n: IntArray, sums: FloatArray) -> SharedAnswers:
    """`sums` (5, people * people): answers nobody else backs, the same ones, expected, variance,
    and whether the pair is suspected."""
    met = np.flatnonzero(n)
    alone, observed, expected, variance, suspected = sums[:, met]
    expected, variance = np.maximum(expected, _FLOOR), np.maximum(variance, _FLOOR)
    ordinary = (expected >= 1.0) & (suspected == 0)
    spread = _spread(((observed - expected) / np.sqrt(variance))[ordinary])
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


def _spread(usual: FloatArray) -> float:
    """The variance of the middle half of all pairs against that of chance, at least 1."""
    if usual.size < _FEWEST_PAIRS:
        return 1.0
    low, high = np.quantile(usual, [0.25, 0.75])
    # The quartiles of a normal distribution are 1.349 standard deviations apart.
    return max(1.0, float((high - low) / 1.349) ** 2)
