"""Do answers without classes depend on the item? Nearness on the item against on any other."""

from dataclasses import dataclass

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.distance import Distance
from quality.agreement.histogram import check_interval
from quality.agreement.table import IntArray
from quality.agreement.values import ValueTable
from quality.people.alerts import Alert, ignoring_items

_FEWEST_ANSWERS = 10
# Of each person so many answers are looked at, each against so many answers to other items; of
# very many people fewer, so that no more distances than this are computed. Where there are few
# different answers a distance costs nothing, and more draws make the interval narrower.
_MOST_ANSWERS, _DRAWS, _MOST_DISTANCES = 500, 2, 400_000
_FEW_VALUES, _MANY_DRAWS = 200, 20


@dataclass(frozen=True, eq=False)
class ItemFits:
    """All of shape (A,): `score`, 1 - (mean distance to what others said of the item) / (mean
    distance to what others said of other items). 1: as all others; 0: as good an answer to any
    other item; below 0: worse than that. NaN for fewer than 10 answers in common, or where all
    answers are alike. `low`, `high`: its interval; `n`: answers behind it; `usual`: the middle of
    all scores; `unrelated`: how near answers to different items are on average, NaN without any."""

    score: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    usual: float
    unrelated: float

    def alerts(self, *, of_usual: float = 0.25) -> list[Alert]:
        """Alerts for those whose interval is as a whole below this share of the middle score,
        lowest score first. Where nobody agrees the question is at fault and not the people."""
        limits = {"least": of_usual * self.usual, "usual": self.usual}
        return ignoring_items(self.score, self.low, self.high, self.n, **limits)


def item_fits(
    table: ValueTable,
    to_others: FloatArray,
    *,
    distance: Distance,
    confidence: float = 0.95,
    resamples: int = 400,
    seed: int,
) -> ItemFits:
    """How much nearer each person is to what others said of the item than of other items.

    `to_others` (n,): as of `likeness_to_others`. For classes this is the idea of Raykar and Yu's
    score, whose tables other answers do not have; for one person it is Krippendorff's 1 - D_o/D_e
    with only distances between this person and others. Somebody who always says the same, or
    copies an answer from anywhere, is near 0. Interval: percentile bootstrap over the person's
    items. Seeded draws of other items. Raises ValueError for `to_others` of another length.
    """
    check_interval(confidence, resamples)
    if to_others.shape != (len(table),):
        raise ValueError("to_others must have one number for each answer.")
    generator = np.random.default_rng(seed)
    people, n_people = table.codes.annotators, table.n_annotators
    shared = np.flatnonzero(~np.isnan(to_others))
    chosen = _some_of_each(people, n_people, shared, generator)
    elsewhere = _elsewhere(table, chosen, shared, distance, generator)
    known = ~np.isnan(elsewhere)
    chosen, elsewhere = chosen[known], elsewhere[known]
    score, low, high = np.full((3, n_people), np.nan)
    for code in range(n_people):
        mine = people[chosen] == code
        found = _scored(
            1.0 - to_others[chosen[mine]], elsewhere[mine], confidence, resamples, generator
        )
        score[code], low[code], high[code] = found
    defined = score[~np.isnan(score)]
    return ItemFits(
        score=score,
        low=low,
        high=high,
        n=np.bincount(people[chosen], minlength=n_people),
        usual=float(np.median(defined)) if defined.size else float("nan"),
        unrelated=float(1.0 - elsewhere.mean()) if elsewhere.size else float("nan"),
    )


def _some_of_each(
    people: IntArray, n_people: int, shared: IntArray, generator: np.random.Generator
) -> IntArray:
    """Rows of `shared`: a random part of each person's, where they are many."""
    each = max(_FEWEST_ANSWERS, min(_MOST_ANSWERS, _MOST_DISTANCES // (_DRAWS * max(n_people, 1))))
    order = shared[generator.permutation(shared.size)]
    order = order[np.argsort(people[order], kind="stable")]
    place = np.arange(order.size) - np.searchsorted(people[order], people[order])
    chosen: IntArray = order[place < each]
    return chosen


def _elsewhere(
    table: ValueTable,
    rows: IntArray,
    others: IntArray,
    distance: Distance,
    generator: np.random.Generator,
) -> FloatArray:
    """Mean distance of each row to answers of other people to other items; NaN without any."""
    codes = table.codes
    if not rows.size:
        return np.empty(0)
    # More draws than needed: some are of the same item or person, and do not count.
    draws = _MANY_DRAWS if len(table.values) <= _FEW_VALUES else _DRAWS
    drawn = others[generator.integers(0, others.size, (rows.size, 2 * draws + 4))]
    fits = (codes.items[drawn] != codes.items[rows, np.newaxis]) & (
        codes.annotators[drawn] != codes.annotators[rows, np.newaxis]
    )
    fits &= np.cumsum(fits, axis=1) <= draws
    left, column = np.nonzero(fits)
    one, other = codes.labels[rows[left]], codes.labels[drawn[left, column]]
    keys = np.minimum(one, other) * len(table.values) + np.maximum(one, other)
    distinct, which = np.unique(keys, return_inverse=True)
    values = table.values
    apart = np.array(
        [
            distance(values[key // len(values)], values[key % len(values)])
            for key in distinct.tolist()
        ],
        np.float64,
    )
    sums = np.bincount(left, weights=apart[which], minlength=rows.size)
    n = np.bincount(left, minlength=rows.size)
    found = np.full(rows.size, np.nan)
    np.divide(sums, n, out=found, where=n > 0)
    return found


def _scored(
    here: FloatArray,
    elsewhere: FloatArray,
    confidence: float,
    resamples: int,
    generator: np.random.Generator,
) -> tuple[float, float, float]:
    """Score and interval from the distances of one person."""
    n = here.size
    if n < _FEWEST_ANSWERS or elsewhere.sum() <= 0:
        return float("nan"), float("nan"), float("nan")
    often = generator.multinomial(n, np.full(n, 1.0 / n), resamples).astype(np.float64)
    below = often @ elsewhere
    drawn = 1.0 - (often @ here)[below > 0] / below[below > 0]
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return float(1.0 - here.sum() / elsewhere.sum()), float(low), float(high)
