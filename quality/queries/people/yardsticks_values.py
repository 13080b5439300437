"""The yardstick for answers that are more than a class: by how near they are to the others'."""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.distance import Distance
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.policy import enough_data
from quality.agreement.table import ReliabilityTable
from quality.agreement.value_statistic import ValueStatistic
from quality.agreement.values import Value
from quality.kinds import KIND_QUALITY
from quality.models import CoefficientName
from quality.people.consensus import log_fit
from quality.people.item_fit import ItemFits, item_fits
from quality.people.likeness import Likeness, answer_key, likeness_to_others, same_answers_coded
from quality.people.shared_answers import shared_answers
from quality.queries.people.yardsticks import (
    FALSE_PAIRS,
    MOST_PAIRED,
    Columns,
    Copies,
    Marks,
    class_copies,
    known_of,
    model_of,
    paired,
)
from quality.queries.values import ValueColumns

# A longer answer is not kept with a warning: its rows are a click away.
_LONGEST = 1000
# A turn is worth a look when so much of what answers tell about the item is lost or won.
LEAST_LOST = 0.25


class ValueYardstick:
    """Every kind with a distance. Ratings and comparisons are classes too: copying is looked for
    among their codes, where mistakes are known, and elsewhere among equal answers."""

    by = "likeness"

    def __init__(self, values: ValueColumns, kind_name: str, marks: Marks) -> None:
        self.values, self.labels, self.marks = values, values.labels, marks
        self.kind = KIND_QUALITY[kind_name]

    @cached_property
    def table(self) -> ReliabilityTable:
        return same_answers_coded(self.values.table)

    @cached_property
    def distance(self) -> Distance:
        """Of two answers, in [0, 1]."""
        return self.kind.distance(self.values.table)

    @cached_property
    def likeness(self) -> Likeness:
        """How near each answer is to those of the others."""
        return likeness_to_others(self.values.table, distance=self.distance)

    @property
    def fit(self) -> FloatArray:
        """To the middle of the others, lest somebody who drifts takes along who works beside."""
        return self.likeness.to_middle

    @cached_property
    def chances(self) -> FloatArray:
        return log_fit(self.table)

    @cached_property
    def _fits(self) -> ItemFits:
        return item_fits(
            self.values.table,
            self.likeness.to_others,
            distance=self.distance,
            confidence=self.marks.confidence,
            seed=self.marks.seed,
        )

    @cached_property
    def spam(self) -> dict[int, Columns]:
        found = self._fits
        return {
            code: {
                "spam": float(found.score[code]),
                "spam_low": float(found.low[code]),
                "spam_high": float(found.high[code]),
            }
            for code in np.flatnonzero(~np.isnan(found.score)).tolist()
        }

    @cached_property
    def spammers(self) -> dict[int, dict[str, Any]]:
        return {alert.annotators[0]: dict(alert.numbers) for alert in self._fits.alerts()}

    @cached_property
    def copies(self) -> Copies:
        if self.kind.codes is not None:
            codes = self.kind.codes(self.values.table)
            return class_copies(codes, model_of(codes))
        if self.table.n_annotators > MOST_PAIRED:
            return {}
        return paired(shared_answers(self.table).alerts(false_discoveries=FALSE_PAIRS))

    @cached_property
    def peers(self) -> dict[int, tuple[float, int]]:
        """Mean likeness over pairs with anybody else on the same item."""
        table, found = self.values.table.codes, self.likeness
        known = found.pairs > 0
        weights = np.where(known, found.pairs, 0.0)
        near = np.where(known, found.to_others, 0.0) * weights
        pairs = np.bincount(table.annotators, weights, table.n_annotators)
        sums = np.bincount(table.annotators, near, table.n_annotators)
        return {
            source: (float(sums[code] / pairs[code]), round(float(pairs[code])))
            for code, source in enumerate(self.labels.source_ids.tolist())
            if pairs[code] > 0
        }

    @cached_property
    def alpha(self) -> tuple[float | None, dict[int, float]]:
        """The alpha of the kind; nothing where there is too little data."""
        statistic = self.kind.shown.get(CoefficientName.ALPHA)
        if isinstance(statistic, ValueStatistic):
            prepared = statistic.prepare(self.values.table)
            whole, without = statistic.describe(prepared), prepared.without_each()
        elif statistic is not None and self.kind.codes is not None:
            found = leave_one_annotator_out(self.kind.codes(self.values.table), statistic=statistic)
            whole, without = found.coefficient, found.without
        else:
            return None, {}
        if whole.value is None or enough_data(whole.n_items, whole.n_annotators) is not None:
            return None, {}
        return whole.value, known_of(self.labels, without)

    def mean_fit(self, value: float) -> float:
        return value

    def matters(self, before: float, after: float) -> bool:
        """When somebody turns, those who work beside them seem to turn a little, too."""
        told = max(before, after) - self._fits.unrelated
        return not abs(after - before) < LEAST_LOST * told

    def n_classes(self, used: int) -> int:
        return max(1, used)

    def answer(self, code: int) -> dict[str, Any]:
        row = int(np.flatnonzero(self.table.labels == code)[0])
        text = self.values.texts[int(self.values.table.codes.labels[row])]
        return {"answer": json.loads(text)} if len(text) <= _LONGEST else {}

    def similarities(self, pairs: Iterable[tuple[Value, Value]]) -> list[float]:
        """1 - distance of each pair of answers; the same pair is compared once."""
        known: dict[tuple[str, str], float] = {}
        found = []
        for one, other in pairs:
            first, second = sorted((answer_key(one), answer_key(other)))
            if (first, second) not in known:
                known[first, second] = min(1.0, max(0.0, 1.0 - self.distance(one, other)))
            found.append(known[first, second])
        return found
