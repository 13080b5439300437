"""Ratings and numbers: the mean after everybody's own offset and scale."""

from typing import Self

import numpy as np
from scipy.special import ndtr

from quality.aggregation.annotator_habits import Habits, Measured, learn_habits
from quality.aggregation.base import ItemTexts, ValueAggregator
from quality.aggregation.numbers import check_ties, number_value, rating_value
from quality.agreement.coefficient import FloatArray
from quality.agreement.numbers import numbers_of
from quality.agreement.values import Value, ValueTable

# As near as this to a half is a half.
_TIE = 1e-6
# Mean distance of a standard normal variable from its mean.
_MEAN_DISTANCE = float(np.sqrt(2.0 / np.pi))


class CalibratedNumber(ValueAggregator):
    """The mean after removing everybody's offset and scale, weighted by precision.

    The model is that of `learn_habits`; `answers`: by how many everybody is taken for the
    average annotator. Decided numbers stay within the range that was answered. `estimates_` and
    `deviations_`: the mean and its standard error, were the model right.
    `confidences_`: 1 - expected distance from the truth, as a share of that range.
    `skills_`: precision of an answer relative to the mean. `habits_`: "number": offset, scale, and
    deviation, the scatter that is left.
    """

    def __init__(self, *, n_iter: int = 300, answers: float = 5.0) -> None:
        self.n_iter = n_iter
        self.answers = answers

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Learn the habits. Raises ValueError for parameters out of range."""
        self._check()
        codes, numbers = table.codes, numbers_of(table)[table.codes.labels]
        given = Measured(
            codes.items, codes.annotators, numbers[:, np.newaxis], table.n_items, table.n_annotators
        )
        found = learn_habits(given, prior=self.answers, with_scale=True, n_iter=self.n_iter)
        self.converged_, self.n_iter_ = found.converged, found.n_iter
        low, high = float(numbers.min(initial=np.inf)), float(numbers.max(initial=-np.inf))
        self.estimates_ = np.clip(found.truth[:, 0], low, high)
        self.deviations_ = found.deviation[:, 0]
        self.skills_, self.habits_ = found.precision, _habits_by_person(found)
        self.labels_ = [
            None if np.isnan(each) else self._value(each) for each in self.estimates_.tolist()
        ]
        self._judge(max(high - low, 0.0))
        return self

    def _check(self) -> None:
        """Raise ValueError for further parameters out of range."""

    def _value(self, estimate: float) -> Value | None:
        return number_value(estimate)

    def _judge(self, span: float) -> None:
        self.posteriors_ = [{} for _label in self.labels_]
        apart = _MEAN_DISTANCE * np.nan_to_num(self.deviations_, nan=np.inf)
        near = 1.0 - apart / span if span > 0 else np.where(apart > 0, 0.0, 1.0)
        self.confidences_ = np.clip(near, 0.0, 1.0)


class CalibratedRating(CalibratedNumber):
    """The same for ratings, rounded to the scale.

    `posteriors_`: chance of each rating between the lowest and the highest given, that of the
    normal distribution around the mean up to the middles between ratings; `confidences_`: that of
    the decided rating. `ties` as of `numbers.MeanRating`. `scale_`: from the lowest rating to the
    highest.
    """

    def __init__(self, *, n_iter: int = 300, answers: float = 5.0, ties: str = "abstain") -> None:
        super().__init__(n_iter=n_iter, answers=answers)
        self.ties = ties

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Learn the habits. Raises ValueError for parameters out of range."""
        found = numbers_of(table)
        self.scale_ = np.arange(found.min(), found.max() + 1.0) if found.size else np.zeros(0)
        return super().fit(table, texts)

    def _check(self) -> None:
        check_ties(self.ties)

    def _value(self, estimate: float) -> Value | None:
        return rating_value(estimate, self.ties)

    def _judge(self, span: float) -> None:
        assert self.estimates_ is not None
        assert self.deviations_ is not None
        self.posteriors_ = []
        self.confidences_ = np.zeros(len(self.labels_))
        for item, value in enumerate(self.labels_):
            mean, deviation = float(self.estimates_[item]), float(self.deviations_[item])
            chances = _chances(self.scale_, mean, deviation)
            self.posteriors_.append(chances)
            best = max(chances.values(), default=0.0)
            self.confidences_[item] = best if value is None else chances[f"{value['number']:g}"]


def _chances(scale: FloatArray, mean: float, deviation: float) -> dict[str, float]:
    """Chance of every rating of the scale."""
    if np.isnan(mean):
        return {}
    if deviation <= 0:
        # Half a step away, both neighbours are as good.
        near = np.abs(scale - mean) <= 0.5 + _TIE
        shares = near / near.sum()
    else:
        borders = ndtr((scale[:-1] + 0.5 - mean) / deviation)
        shares = np.diff(np.concatenate([[0.0], borders, [1.0]]))
    return {f"{each:g}": share for each, share in zip(scale, shares.tolist(), strict=True)}


def _habits_by_person(found: Habits) -> list[dict[str, dict[str, float]]]:
    rows = zip(found.offsets[:, 0], found.scales, found.scatter[:, 0], strict=True)
    return [
        {"number": {"offset": float(offset), "scale": float(scale), "deviation": float(scatter)}}
        for offset, scale, scatter in rows
    ]
