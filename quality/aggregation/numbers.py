"""Ratings and numbers: medians and means, also after what single annotators are known for."""

from typing import Self

import numpy as np

from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.agreement.coefficient import FloatArray
from quality.agreement.numbers import numbers_of
from quality.agreement.values import Value, ValueTable

# So many answers must speak for an own offset or weight as much as all people together.
_PRIOR_ANSWERS = 5.0
_TIE = 1e-9
# A mean so near to the middle between two ratings is a tie: below this only rounding decides.
_NEAR_MIDDLE = 1e-6


class Median(ValueAggregator):
    """The rating with half of the answers on either side: right for scales without a unit.

    `ties`: where the halves meet between two ratings, "abstain" leaves the item undecided and
    "lowest" takes the lower one. `confidences_`: share of the decided rating.
    """

    weighted = False

    def __init__(self, *, ties: str = "abstain") -> None:
        self.ties = ties

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for an unknown way to break ties."""
        check_ties(self.ties)
        numbers = numbers_of(table)[table.codes.labels]
        weights = np.ones(len(table))
        if self.weighted and len(table):
            self.skills_ = _weights(table, numbers)
            weights = self.skills_[table.codes.annotators]
        labels: list[Value | None] = []
        self.posteriors_ = []
        self.confidences_ = np.zeros(table.n_items)
        for item in range(table.n_items):
            rows = slice(int(table.starts[item]), int(table.starts[item + 1]))
            shares = _shares(numbers[rows], weights[rows])
            middle = _median(shares, self.ties)
            self.posteriors_.append({f"{number:g}": share for number, share in shares.items()})
            labels.append(None if middle is None else _rating(middle))
            best = max(shares.values(), default=0.0)
            self.confidences_[item] = best if middle is None else shares[middle]
        self.labels_ = labels
        return self


class WeightedMedian(Median):
    """The median with each annotator's answers weighing by their precision.

    That is the inverse of the mean absolute distance of their answers from the plain medians,
    drawn towards the mean of all by the weight of five answers.
    """

    weighted = True


class MeanNumber(ValueAggregator):
    """The plain mean, hard to beat where items have many answers (Zheng et al., PVLDB 10(5), 2017).

    Rounded to six digits after the point. `estimates_`: the mean; `deviations_`: its standard
    error, NaN for a single answer. `confidences_`: 1 - mean distance of the answers from the mean,
    as a share of the range of all answers.
    """

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Decide item by item."""
        numbers = numbers_of(table)[table.codes.labels]
        span = float(np.ptp(numbers)) if numbers.size else 0.0
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        estimates, deviations = np.full((2, table.n_items), np.nan)
        for item in range(table.n_items):
            mine = np.sort(numbers[int(table.starts[item]) : int(table.starts[item + 1])])
            self.posteriors_.append(self.shares(mine))
            if not mine.size:
                self.labels_.append(None)
                continue
            mean = float(mine.mean())
            self.labels_.append(self.value(mean))
            estimates[item] = mean
            if mine.size > 1:
                deviations[item] = float(mine.std(ddof=1)) / np.sqrt(mine.size)
            self.confidences_[item] = _closeness(mine, mean, span)
        self.estimates_, self.deviations_ = estimates, deviations
        return self

    def value(self, estimate: float) -> Value | None:
        """What is decided for a mean."""
        return number_value(estimate)

    def shares(self, numbers: FloatArray) -> dict[str, float]:
        """What stands behind it."""
        return {}


class MeanRating(MeanNumber):
    """The plain mean of an item's ratings, rounded to the scale.

    `ties`: where it lies in the middle between two ratings, "abstain" leaves the item undecided
    and "lowest" takes the lower one. `posteriors_`: share of each rating given. The rest as
    `MeanNumber`.
    """

    def __init__(self, *, ties: str = "abstain") -> None:
        self.ties = ties

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for an unknown way to break ties."""
        check_ties(self.ties)
        return super().fit(table, texts)

    def value(self, estimate: float) -> Value | None:
        """The nearest rating."""
        return rating_value(estimate, self.ties)

    def shares(self, numbers: FloatArray) -> dict[str, float]:
        """Share of each rating given."""
        shares = _shares(numbers, np.ones(numbers.size))
        return {f"{number:g}": share for number, share in shares.items()}


class OffsetMean(ValueAggregator):
    """The mean after removing how much each annotator is usually above or below the others.

    x = item + offset of the annotator, least squares by turns, the offsets drawn to zero by the
    weight of five answers. Decided numbers stay within the range that was answered.
    """

    def __init__(self, *, n_iter: int = 200) -> None:
        self.n_iter = n_iter

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Raises ValueError for less than one iteration."""
        if self.n_iter < 1:
            raise ValueError(f"n_iter must be at least 1, not {self.n_iter}.")
        codes, numbers = table.codes, numbers_of(table)[table.codes.labels]
        still = 1e-7 * ((float(np.ptp(numbers)) if numbers.size else 0.0) or 1.0)
        on_item = np.maximum(table.per_item, 1)
        given = np.bincount(codes.annotators, minlength=table.n_annotators)
        offsets = np.zeros(table.n_annotators)
        self.converged_ = False
        for step in range(1, self.n_iter + 1):
            self.n_iter_ = step
            adjusted = numbers - offsets[codes.annotators]
            means = np.bincount(codes.items, weights=adjusted, minlength=table.n_items) / on_item
            left = numbers - means[codes.items]
            above = np.bincount(codes.annotators, weights=left, minlength=table.n_annotators)
            previous, offsets = offsets, above / (given + _PRIOR_ANSWERS)
            if np.abs(offsets - previous).max(initial=0.0) <= still:
                self.converged_ = True
                break
        adjusted = numbers - offsets[codes.annotators]
        self.habits_ = [{"number": {"offset": each}} for each in offsets.tolist()]
        self._decide(table, adjusted, numbers)
        return self

    def _decide(self, table: ValueTable, adjusted: FloatArray, numbers: FloatArray) -> None:
        low, high = float(numbers.min(initial=np.inf)), float(numbers.max(initial=-np.inf))
        self.labels_, self.posteriors_ = [], []
        self.confidences_ = np.zeros(table.n_items)
        estimates = np.full(table.n_items, np.nan)
        for item in range(table.n_items):
            mine = np.sort(adjusted[int(table.starts[item]) : int(table.starts[item + 1])])
            self.posteriors_.append({})
            if not mine.size:
                self.labels_.append(None)
                continue
            mean = min(high, max(low, float(mine.mean())))
            self.labels_.append(number_value(mean))
            estimates[item] = mean
            self.confidences_[item] = _closeness(mine, mean, high - low)
        self.estimates_ = estimates


def check_ties(ties: str) -> None:
    """Raise ValueError for an unknown way to break ties."""
    if ties not in ("abstain", "lowest"):
        raise ValueError(f'ties must be "abstain" or "lowest", not {ties!r}.')


def rating_value(estimate: float, ties: str) -> Value | None:
    """The rating nearest to an estimate; in the middle between two none, or the lower one."""
    below = float(np.floor(estimate))
    above = estimate - below
    if abs(above - 0.5) <= _NEAR_MIDDLE:
        return None if ties == "abstain" else {"kind": "rating", "number": int(below)}
    return {"kind": "rating", "number": int(below) + int(above > 0.5)}


def number_value(estimate: float) -> Value:
    """An estimate as a number with six digits after the point, whole where it can be."""
    rounded = round(estimate, 6)
    return {"kind": "number", "number": int(rounded) if rounded == int(rounded) else rounded}


def _weights(table: ValueTable, numbers: FloatArray) -> FloatArray:
    """Weight of each annotator; positive, whatever their answers."""
    middles = np.zeros(table.n_items)
    for item in np.flatnonzero(table.per_item).tolist():
        middles[item] = np.median(numbers[int(table.starts[item]) : int(table.starts[item + 1])])
    people, n = table.codes.annotators, table.n_annotators
    apart = np.abs(numbers - middles[table.codes.items])
    usual = float(np.sort(apart).mean())
    if usual <= 0:
        return np.ones(n)
    given = np.bincount(people, minlength=n)
    summed = np.bincount(people, weights=apart, minlength=n)
    return usual / ((summed + _PRIOR_ANSWERS * usual) / (given + _PRIOR_ANSWERS))


def _shares(numbers: FloatArray, weights: FloatArray) -> dict[float, float]:
    """Share of the weight of each number, ascending."""
    total = float(np.sort(weights).sum())
    return {
        number: float(np.sort(weights[numbers == number]).sum()) / total
        for number in np.unique(numbers).tolist()
    }


def _median(shares: dict[float, float], ties: str) -> float | None:
    reached = 0.0
    for number, share in shares.items():
        reached += share
        if abs(reached - 0.5) <= _TIE:
            return number if ties == "lowest" else None
        if reached > 0.5:
            return number
    return None


def _closeness(numbers: FloatArray, mean: float, span: float) -> float:
    return max(0.0, 1.0 - float(np.abs(numbers - mean).mean()) / span) if span > 0 else 1.0


def _rating(number: float) -> Value:
    return {"kind": "rating", "number": int(number) if number == int(number) else number}
