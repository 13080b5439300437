"""Statistics of numbers from their live sums; see `quality.queries.live.values_estimates`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from quality.agreement.coefficient import Estimates, FloatArray
from quality.agreement.distance import ratio_of
from quality.agreement.icc import MOST_ANNOTATORS, IntraclassCorrelation
from quality.agreement.number_amounts import (
    ONE,
    Scale,
    icc_estimate,
    moments,
    number_estimates,
    scale_of,
)
from quality.agreement.numbers import interval_alpha_of
from quality.agreement.table import ReliabilityTable
from quality.agreement.value_statistic import Prepared
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from quality.models import CoefficientName
from quality.queries.live.values_estimates import Found
from quality.queries.live.values_ledger import texts_of
from quality.queries.live.values_sample import Sample
from quality.queries.live.values_sums import SliceSums, judges_of

_NAMES = (CoefficientName.ALPHA, CoefficientName.PERCENT, CoefficientName.MEAN_DIFFERENCE)


@dataclass(frozen=True, eq=False)
class NumberEstimates:
    """The intervals of the intraclass correlation, without raters too, are those of the sample."""

    question_id: int
    sums: SliceSums
    sample: Sample

    def whole(self) -> Found:
        """The statistics of everything (R = 1)."""
        found = number_estimates([self.sums.whole], self.scale)
        return self._named(found) | {(CoefficientName.ICC, ""): self._icc}

    def without_each(self) -> Found:
        """The statistics without each rater of the slice."""
        whole, raters = self.sums.whole, self.sums.raters
        changes = [self.sums.without.get(rater, {}) for rater in raters]
        rows = [
            {name: amount + each.get(name, 0) for name, amount in whole.items()} for each in changes
        ]
        icc = np.full(len(raters), self._icc.value[0])
        prepared = self._prepared
        moved = prepared.without_each() - prepared.total().value[0]
        icc[np.searchsorted(raters, self._sampled_raters)] += moved
        return self._named(number_estimates(rows, self.scale)) | {
            (CoefficientName.ICC, ""): _only_value(icc)
        }

    def resampled(self, weights: FloatArray) -> Found:
        """The statistics of resamples of the sample."""
        rows = self.sample.amounts
        of = weights @ np.array([row.get("of", 0) for row in rows], np.float64)
        means = [
            ratio_of(
                np.column_stack([weights @ np.array([row.get(name, 0) / ONE for row in rows]), of])
            )
            for name in ("equal", "difference")
        ]
        nothing = _only_value(np.full(len(weights), np.nan))
        alpha = nothing
        if self.scale is not None:
            alpha = interval_alpha_of(weights @ moments(rows, self.scale))
        prepared = self._prepared
        icc = prepared.evaluate(np.asarray(weights @ prepared.features))
        return self._named([alpha, *means]) | {(CoefficientName.ICC, ""): icc}

    @cached_property
    def scale(self) -> Scale | None:
        """None where all numbers are the same."""
        return scale_of(self.sums.whole)

    @cached_property
    def _icc(self) -> Estimates:
        too_many = len(self.sums.raters) > MOST_ANNOTATORS
        judges = {} if too_many else judges_of(self.question_id, self.sums.groups)
        return icc_estimate(self.sums.whole, judges, self.scale, self._correlation.form)

    @property
    def _correlation(self) -> IntraclassCorrelation:
        found = KIND_QUALITY["number"].shown[CoefficientName.ICC]
        assert isinstance(found, IntraclassCorrelation)
        return found

    @cached_property
    def _sampled_raters(self) -> list[int]:
        return sorted(set(self.sample.raters))

    @cached_property
    def _prepared(self) -> Prepared:
        """The intraclass correlation of the sample."""
        sample = self.sample
        texts: Mapping[int, str] = texts_of(sample.labels)
        numbers = [float(json.loads(texts[label])["number"]) for label in sample.labels]
        distinct = sorted(set(numbers))
        codes = ReliabilityTable(
            items=np.repeat(np.arange(sample.items.size), sample.per_item),
            annotators=np.searchsorted(self._sampled_raters, sample.raters),
            labels=np.searchsorted(distinct, numbers),
            n_items=sample.items.size,
            n_annotators=len(self._sampled_raters),
            n_labels=len(distinct),
        )
        values = tuple({"kind": "number", "number": number} for number in distinct)
        return self._correlation.prepare(ValueTable(codes, values))

    @staticmethod
    def _named(found: list[Estimates]) -> Found:
        return {(name, ""): each for name, each in zip(_NAMES, found, strict=True)}


def _only_value(values: FloatArray) -> Estimates:
    nothing = np.full(values.shape, np.nan)
    return Estimates(values, nothing, nothing)
