"""The contract of every aggregator: scikit-learn's, on a table of labels or of other answers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.values import Value, ValueTable

UNDECIDED = -1
# Per item: the text of every part, or what its parts are called, or how large pictures are.
ItemTexts = Sequence[Mapping[str, str]]
# What was learned of one annotator: measures by what they are about, as {"left": {"offset": 2.5}}.
Habits = Mapping[str, Mapping[str, float]]


class Aggregator(ABC):
    """Decides one label per item from several.

    The constructor only stores its parameters; `fit` checks them and learns the attributes that
    end in an underscore:
    `labels_` (n_items,): code of the decided label, -1 where undecided (no label, or a tie);
    `probas_` (n_items, n_labels): probability of each label.
    The same table, gold and parameters give the same result, bit for bit, in any order of rows.
    """

    labels_: IntArray
    probas_: FloatArray

    @abstractmethod
    def fit(self, table: ReliabilityTable, *, gold: IntArray | None = None) -> Self:
        """Learn from a table; returns self.

        `gold` (n_items,): code of the trusted label of each item, -1 where there is none. A method
        that cannot use it says so and ignores it.
        """

    def get_params(self) -> dict[str, Any]:
        """The constructor's parameters, to be stored beside the result."""
        return {name: value for name, value in vars(self).items() if not name.endswith("_")}


class ValueAggregator(ABC):
    """Decides one canonical value per item from several.

    The constructor only stores its parameters; `fit` checks them and learns:
    `labels_`: the decided value of each item, None where undecided (no answer, or a tie);
    `confidences_` (n_items,): how sure that is, in [0, 1];
    `posteriors_`: per item what stands behind it, by class or by place in the decided list;
    `priors_`: what was learned about the whole, by name;
    `converged_` and `n_iter_`, steps done, of those that iterate.
    Of those that learn of annotators: `skills_` (n_annotators,), by what their answers weigh, and
    `habits_`, by annotator. Of those that decide numbers: `estimates_` (n_items,) before rounding,
    and their standard errors `deviations_`, NaN where nothing is known.
    The same table and parameters give the same result in any order of rows.
    """

    labels_: list[Value | None]
    confidences_: FloatArray
    posteriors_: list[dict[str, float]]
    priors_: Mapping[str, float] = {}
    converged_: bool | None = None
    n_iter_: int | None = None
    skills_: FloatArray | None = None
    habits_: Sequence[Habits] | None = None
    estimates_: FloatArray | None = None
    deviations_: FloatArray | None = None

    @abstractmethod
    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Learn from answers; `texts` is for the few that look at the item. Returns self."""

    def get_params(self) -> dict[str, Any]:
        """The constructor's parameters, to be stored beside the result."""
        return {name: value for name, value in vars(self).items() if not name.endswith("_")}


class ItemAggregator(ValueAggregator):
    """Decides every item by its own answers alone."""

    def fit(self, table: ValueTable, texts: ItemTexts | None = None) -> Self:
        """Decide item by item. Raises ValueError for parameters out of range."""
        self.check()
        self.labels_, self.posteriors_ = [], []
        confidences = []
        for item in range(table.n_items):
            answers = table.of_item(item)
            value, confidence, posterior = self.decide(answers) if answers else (None, 0.0, {})
            self.labels_.append(value)
            self.posteriors_.append(posterior)
            confidences.append(confidence)
        self.confidences_ = np.array(confidences, np.float64)
        return self

    def check(self) -> None:
        """Raise ValueError for parameters out of range."""
        return

    @abstractmethod
    def decide(self, answers: list[Value]) -> tuple[Value | None, float, dict[str, float]]:
        """Value (None: undecided), confidence and posterior of one or more answers."""


def similarity_to_decision(
    table: ValueTable, decided: Sequence[Value | None], distance: Callable[[Value, Value], float]
) -> FloatArray:
    """How near each annotator's answers are to what was decided, 1 - mean distance.

    Shape (n_annotators,), in [0, 1]; NaN for nobody's decided item. The annotator's own answer is
    part of the decision.
    """
    near, n = np.zeros(table.n_annotators), np.zeros(table.n_annotators)
    codes = table.codes
    for row, (item, annotator) in enumerate(
        zip(codes.items.tolist(), codes.annotators.tolist(), strict=True)
    ):
        value = decided[item]
        if value is not None:
            near[annotator] += 1.0 - distance(table.said(row), value)
            n[annotator] += 1.0
    return np.divide(near, n, out=np.full(n.shape, np.nan), where=n > 0)
