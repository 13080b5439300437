"""Statistics of a slice from its live sums: of everything, without each rater, and of resamples.

Everything is exact but the distance that alpha expects by chance where there are many different
answers (`quality.agreement.expected_sample`); intervals over items come from the sample.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from quality.agreement.coefficient import Estimates, FloatArray
from quality.agreement.distance import DistanceAlpha
from quality.agreement.expected_sample import (
    AnswerSample,
    ExpectedDistance,
    Totals,
    expected_exactly,
    expected_from_pairs,
    partners_in,
)
from quality.agreement.value_amounts import UNIT, Sums, estimates_of, in_ones
from quality.agreement.value_statistic import ValueStatistic
from quality.kinds import KIND_QUALITY
from quality.models import CoefficientName
from quality.queries.live.values_amounts import ALPHA, CLASS, REPEATING_KINDS
from quality.queries.live.values_sample import Sample, distances
from quality.queries.live.values_sums import SliceSums, values_given

# Up to so many different answers, all of them are compared.
MOST_EXACT = 200

Scoped = tuple[CoefficientName, str]  # of all answers, or of one class by key
Found = dict[Scoped, Estimates]


@dataclass(frozen=True, eq=False)
class ValueEstimates:
    """Of a question of a kind other than `number`. `weights` (R, I): how often each item of the
    sample is in each resample. `apart`: by key of a class, how far two answers are apart that both
    have it.
    """

    question_id: int
    kind_name: str
    sums: SliceSums
    sample: Sample
    apart: Mapping[str, float]

    def whole(self) -> Found:
        """The statistics of everything (R = 1)."""
        whole = {name: amount for name, amount in self.sums.whole.items() if "." in name}
        return self._estimates(in_ones(whole), np.array([self.expected]))

    def without_each(self) -> Found:
        """The statistics without each rater of the slice."""
        raters, whole = self.sums.raters, self.sums.whole
        without = [self.sums.without.get(rater, {}) for rater in raters]
        sums = {
            name: np.array([(amount + each.get(name, 0)) / UNIT for each in without])
            for name, amount in whole.items()
            if "." in name
        }
        chance = self._sampled
        # By as much as in the sample.
        shares = chance.without / chance.whole if chance.whole > 0 else chance.without
        return self._estimates(sums, self.expected * shares)

    def resampled(self, weights: FloatArray) -> Found:
        """The statistics of resamples of the sample: as in `DistanceAlpha`, by Hajek's projection
        of the expected distance."""
        rows = self.sample.amounts
        names = sorted({name for row in rows for name in row if "." in name})
        found = np.array([[row.get(name, 0) / UNIT for name in names] for row in rows])
        drawn = weights @ found.reshape(len(rows), len(names))
        sums = {name: drawn[:, place] for place, name in enumerate(names)}
        of_items, n = self._sampled.of_items, np.array(self.sample.per_item, np.float64)
        mean = of_items.sum() / max(n.sum(), 1.0)
        drawn_mean = (weights @ of_items) / np.maximum(weights @ n, 1.0)
        return self._estimates(sums, 2.0 * drawn_mean - mean)

    @cached_property
    def expected(self) -> float:
        """The distance of two answers by chance."""
        if self.kind_name in REPEATING_KINDS:
            given = values_given(self.question_id, self.sums.groups)
            if given is not None and len(given) <= MOST_EXACT:
                return self._expected_of(given)
        return self._sampled.whole

    def _expected_of(self, given: Mapping[str, tuple[str, int]]) -> float:
        names = sorted(given)
        texts = {name: given[name][0] for name in names}
        between = self._between(names, texts)
        counts = np.array([given[name][1] for name in names], np.float64)
        n = counts.sum()
        return float(counts @ between @ counts / max(n * (n - 1.0), 1.0))

    @cached_property
    def _codes(self) -> AnswerSample:
        return self.sample.as_codes(self.sums.raters)

    @cached_property
    def _sampled(self) -> ExpectedDistance:
        is_all = self.sample.items.size == self.sums.whole.get("items", 0)
        names = self.sample.distinct
        if is_all and len(names) <= MOST_EXACT:
            return expected_exactly(self._codes, self._between(names, {}))
        partners = partners_in(self._codes)
        said = self.sample.names
        pairs = [
            (said[one], said[other])
            for one, other in zip(partners.left.tolist(), partners.right.tolist(), strict=True)
        ]
        found = distances(self._distance, pairs, self._label_of, {})
        return expected_from_pairs(
            self._codes, partners, found, total=self._totals([{}]), without=self._without_totals
        )

    @property
    def _without_totals(self) -> Totals:
        return self._totals([self.sums.without.get(each, {}) for each in self.sums.raters])

    def _totals(self, changes: Sequence[Mapping[str, int]]) -> Totals:
        whole = self.sums.whole
        n, within, pairs = (
            np.array([(whole.get(name, 0) + each.get(name, 0)) / UNIT for each in changes])
            for name in (f"{ALPHA}.n", f"{ALPHA}.within", f"{ALPHA}.pairs")
        )
        return Totals(n, within, pairs)

    def _between(self, names: Sequence[str], texts: dict[str, str]) -> FloatArray:
        between = np.zeros((len(names), len(names)))
        rows, columns = np.triu_indices(len(names), k=1)
        pairs = list(combinations(names, 2))
        found = distances(self._distance, pairs, self._label_of, texts)
        between[rows, columns] = between[columns, rows] = found
        return between

    @cached_property
    def _label_of(self) -> dict[str, int]:
        return dict(zip(self.sample.names, self.sample.labels, strict=True))

    @property
    def _distance(self) -> Callable[..., float]:
        alpha = KIND_QUALITY[self.kind_name].shown[CoefficientName.ALPHA]
        assert isinstance(alpha, DistanceAlpha)
        return alpha.distance

    def _estimates(self, sums: Sums, expected: FloatArray) -> Found:
        kind = KIND_QUALITY[self.kind_name]
        found: Found = {}
        for name, statistic in kind.shown.items():
            if isinstance(statistic, ValueStatistic):
                found[name, ""] = estimates_of(statistic, name.value, _scoped(sums, ""), expected)
        for key in self.classes:
            of_class = _with_the_rest(_scoped(sums, key), sums, expected.size)
            # Two answers with one and the same choice are the same; marked places may differ.
            apart = 0.0 if kind.elements == "choices" else self.apart.get(key)
            chance = _of_one_class(of_class, apart or 0.0)
            for name, statistic in kind.by_class.items():
                if isinstance(statistic, ValueStatistic) and not (
                    apart is None and name is CoefficientName.ALPHA
                ):
                    found[name, key] = estimates_of(statistic, name.value, of_class, chance)
        return found

    @property
    def classes(self) -> list[str]:
        """Classes that were given, by key."""
        if not KIND_QUALITY[self.kind_name].by_class:
            return []
        given = (name for name, amount in self.sums.whole.items() if amount > 0)
        return sorted(name[len(CLASS) :] for name in given if name.startswith(CLASS))


def _scoped(sums: Sums, key: str) -> Sums:
    """Sums of all answers, or of one class, under the names that they have in both."""
    if not key:
        return {name: each for name, each in sums.items() if "@" not in name}
    return {name[: -len(key) - 1]: each for name, each in sums.items() if name.endswith("@" + key)}


def _with_the_rest(of_class: Sums, sums: Sums, size: int) -> Sums:
    """Items on which nobody gave the class agree on it, but have no sums of it."""
    name = CoefficientName.PERCENT.value
    nothing = np.zeros(size)
    everything = sums.get(f"{name}.of", nothing)
    known, agreeing = (of_class.get(f"{name}.{each}", nothing) for each in ("of", "sum"))
    return {
        **of_class,
        f"{name}.sum": agreeing + everything - known,
        f"{name}.of": everything,
        f"{ALPHA}.n": sums.get(f"{ALPHA}.n", nothing),
        f"{ALPHA}.apart": of_class.get(f"{ALPHA}.apart", nothing),
        f"{ALPHA}.given": of_class.get(f"{ALPHA}.given", nothing),
    }


def _of_one_class(of_class: Sums, apart: float) -> FloatArray:
    """The distance of two answers by chance, with nothing but a class: 1 where one of them has it,
    `apart` where both have."""
    n, given = of_class[f"{ALPHA}.n"], of_class[f"{ALPHA}.given"]
    distance = 2.0 * given * (n - given) + given * (given - 1.0) * apart
    expected: FloatArray = distance / np.maximum(n * (n - 1.0), 1.0)
    return expected
