"""Intraclass correlation of a live slice of ratings.

The value is exact: its sums over items are those of patterns, of who gave what within them, and of
who met whom. Its intervals need whole items. They are those of a sample, the `MOST_SAMPLED` items
with the lowest marks: of all where there are no more, else widened or narrowed to the number there
is (an interval over n items is sqrt(m / n) as wide as one over m).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from django.db import connection

from quality.agreement.coefficient import (
    Coefficient,
    Estimates,
    FloatArray,
    Undefined,
    described,
)
from quality.agreement.histogram import PatternHistogram, with_percentiles
from quality.agreement.icc import IntraclassCorrelation, icc_of
from quality.agreement.table import IntArray, ReliabilityTable
from quality.agreement.value_statistic import Prepared
from quality.agreement.values import ValueTable
from quality.queries.agreement.measuring import IntervalSettings
from quality.queries.live.codes import numbers_of_codes
from quality.queries.live.counts import LiveSlice
from quality.queries.live.records import RECORD_BYTES

MOST_SAMPLED = 4_000
# Feature sums of resamples held in memory at once.
_CELLS = 4_000_000

_SAMPLE = """
SELECT item_id, records FROM quality_itemlabels
 WHERE question_id = %s AND mark IS NOT NULL ORDER BY mark LIMIT %s
"""


@dataclass(frozen=True, eq=False)
class Sample:
    """Records of some items: `items` (N,) and `rows` (N, 4) of rater, tag, version, code."""

    items: IntArray
    rows: IntArray

    def table(self, part: LiveSlice) -> tuple[ValueTable, IntArray]:
        """The ratings that are in a slice, and the raters behind its codes."""
        chosen = np.array(
            [part.chosen(tag, version) for tag, version in self.rows[:, 1:3].tolist()], bool
        )
        items, rows = self.items[chosen], self.rows[chosen]
        item_ids, item = np.unique(items, return_inverse=True)
        raters, rater = np.unique(rows[:, 0], return_inverse=True)
        codes, label = np.unique(rows[:, 3], return_inverse=True)
        table = ReliabilityTable(
            items=item.reshape(-1).astype(np.int64),
            annotators=rater.reshape(-1).astype(np.int64),
            labels=label.reshape(-1).astype(np.int64),
            n_items=item_ids.size,
            n_annotators=raters.size,
            n_labels=codes.size,
        )
        numbers = numbers_of_codes(codes).tolist()
        return ValueTable(table, tuple({"number": number} for number in numbers)), raters


def sample_of(question_id: int) -> Sample:
    """The items with the lowest marks, the same ones until their ratings change; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, [question_id, MOST_SAMPLED])
        found = cursor.fetchall()
    packed = b"".join(bytes(records) for _item, records in found)
    per_item = [len(records) // RECORD_BYTES for _item, records in found]
    items = np.repeat(np.array([item for item, _records in found], np.int64), per_item)
    return Sample(items, np.frombuffer(packed, ">i8").astype(np.int64).reshape(-1, 4))


@dataclass(frozen=True, eq=False)
class LiveCorrelation:
    """`statistic` over a slice; `histogram`: its patterns, with the people behind them."""

    statistic: IntraclassCorrelation
    part: LiveSlice
    histogram: PatternHistogram

    @cached_property
    def value(self) -> Coefficient:
        """The coefficient without intervals, or the reason why there is none."""
        found = described(self._estimates(), self.histogram.basis)
        used = self.part.cases.weights @ self.part.cases.counts > 0
        if found.undefined is not Undefined.ONLY_ONE_CATEGORY or used.sum() < 2:
            return found
        if self.part.shared is None:
            return replace(found, undefined=Undefined.TOO_MANY_ANNOTATORS)
        return replace(found, undefined=Undefined.CANNOT_SEPARATE)

    def with_intervals(
        self, sample: Sample, settings: IntervalSettings
    ) -> tuple[Coefficient, FloatArray]:
        """The coefficient with its interval over items, and values without each rater."""
        raters = self.part.raters
        without = np.full(raters.size, np.nan)
        if self.value.value is None:
            return self.value, without
        table, sampled = sample.table(self.part)
        prepared = self.statistic.prepare(table, seed=settings.seed)
        share = np.sqrt(table.n_items / max(1, self.histogram.n_items))
        value, of_sample = self.value.value, float(prepared.total().value[0])
        if np.isnan(of_sample):  # too few of the slice are in the sample
            return self.value, without
        draws = value + (_resampled(prepared, settings) - of_sample) * share
        without[:] = value
        without[np.searchsorted(raters, sampled)] += prepared.without_each() - of_sample
        return with_percentiles(self.value, draws, settings.confidence), without

    def _estimates(self) -> Estimates:
        shared = self.part.shared
        if shared is None:
            nothing = np.array([np.nan])
            return Estimates(nothing, nothing, nothing)
        sums = np.concatenate([self._scalars(), *self._of_raters(shared)])
        return icc_of(sums[np.newaxis], people=len(shared), form=self.statistic.form)

    @cached_property
    def _numbers(self) -> FloatArray:
        """The number of each code; the ratio does not change, and the sums stay small."""
        numbers = numbers_of_codes(self.part.choices)
        return (numbers - numbers.mean()) / (np.ptp(numbers) or 1.0) if numbers.size else numbers

    @cached_property
    def _sizes(self) -> IntArray:
        return self.part.cases.counts.sum(axis=1)

    @cached_property
    def _means(self) -> FloatArray:
        """Mean rating of each pattern: (P,)."""
        found: FloatArray = (self.part.cases.counts @ self._numbers) / np.maximum(self._sizes, 1)
        return found

    def _scalars(self) -> FloatArray:
        """Items, ratings, 1 / k, k^2, sum, squares, sum^2 / k and squares within, of items with
        two ratings or more."""
        counts, size, mean = self.part.cases.counts, self._sizes.astype(np.float64), self._means
        apart = self._numbers - mean[:, np.newaxis]
        columns = [
            np.ones(size.size),
            size,
            1.0 / np.maximum(size, 1.0),
            size**2,
            size * mean,
            counts @ self._numbers**2,
            size * mean**2,
            np.einsum("pc,pc->p", counts, apart**2),
        ]
        weights = self.part.cases.weights * (size >= 2)
        found: FloatArray = weights @ np.column_stack(columns)
        return found

    def _of_raters(self, shared: FloatArray) -> list[FloatArray]:
        """Of each rater ratings, sum and deviations from the items' means; then D - 11' / k."""
        cases = self.part.cases
        entered = self._sizes[cases.patterns] >= 2
        pattern, rater = cases.patterns[entered], cases.raters[entered]
        items, said = cases.items[entered], self._numbers[cases.labels[entered]]

        def added(amounts: FloatArray) -> FloatArray:
            sums = np.bincount(rater, weights=items * amounts, minlength=cases.n_raters)
            return sums.astype(np.float64)

        counts, sums = added(np.ones(items.size)), added(said)
        apart = added(said - self._means[pattern])
        equations = np.diag(counts - added(1.0 / self._sizes[pattern])) - shared
        return [counts, sums, apart, equations.ravel()]


def _resampled(prepared: Prepared, settings: IntervalSettings) -> FloatArray:
    """The draws of a full run, in parts: sums of each two annotators take much room."""
    generator = np.random.default_rng(settings.seed)
    step = max(1, _CELLS // max(1, prepared.features.shape[1]))
    parts = [min(step, settings.resamples - done) for done in range(0, settings.resamples, step)]
    return np.concatenate([prepared.resampled(size, generator) for size in parts])
