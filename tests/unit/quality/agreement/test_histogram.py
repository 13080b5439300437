"""Coefficients from the histogram of count patterns equal those of the table behind it."""

import numpy as np
import pytest
from hypothesis import given

from quality.agreement.bootstrap import bootstrap_interval
from quality.agreement.coefficient import Undefined
from quality.agreement.fleiss import FleissKappa
from quality.agreement.gwet import GwetAC1
from quality.agreement.histogram import PatternHistogram
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.percent import PercentAgreement
from tests.unit.quality.tables import rows, table_of

STATISTICS = [
    PercentAgreement(),
    FleissKappa(),
    GwetAC1(),
    GwetAC1(weights="quadratic"),
    KrippendorffAlpha(),
    KrippendorffAlpha("ordinal"),
    KrippendorffAlpha("interval", (1.0, 2.0, 4.0, 8.0)),
    KrippendorffAlpha("ratio", (1.0, 2.0, 4.0, 8.0)),
]


def stored(table):
    """As a data base would give it back: another order, a vector twice, one without items."""
    patterns = table.patterns
    counts = np.concatenate([patterns.counts[::-1], patterns.counts[:1], [[9, 9, 9, 9]]])
    weights = np.concatenate([patterns.weights[::-1], [0], [0]])
    if weights.size > 2 and weights[0] > 1:  # the last pattern's items on two rows
        weights[0] -= 1
        counts = np.concatenate([counts, counts[:1]])
        weights = np.concatenate([weights, [1]])
    basis = table.basis
    return PatternHistogram.from_patterns(
        counts, weights, n_annotators=basis.n_annotators, n_people=basis.n_people
    )


@pytest.mark.parametrize("statistic", STATISTICS, ids=str)
@given(sample=rows())
def test_histogram_measures_what_the_table_measures_bit_for_bit(statistic, sample):
    table = table_of(sample)
    expected = bootstrap_interval(table, statistic=statistic, resamples=20, seed=4)
    assert stored(table).measure(statistic, resamples=20, seed=4) == expected
    assert stored(table).value(statistic) == statistic.measure(table)


@given(sample=rows())
def test_histogram_measures_several_statistics_as_one_by_one(sample):
    histogram = stored(table_of(sample))
    together = histogram.measure_all(STATISTICS, resamples=15, seed=2)
    assert together == [histogram.measure(each, resamples=15, seed=2) for each in STATISTICS]


def test_histogram_without_pairs_says_why_it_has_no_coefficient():
    alone = PatternHistogram.from_patterns([[1, 0], [0, 1]], [3, 4])
    found = alone.measure(KrippendorffAlpha(), seed=1)
    assert found.undefined is Undefined.NO_ITEM_WITH_TWO_LABELS
    assert (found.n_items, found.n_labels, found.low) == (0, 0, None)


def test_histogram_of_nothing_says_that_nobody_labeled():
    empty = PatternHistogram.from_patterns(np.empty((0, 3), np.int64), np.empty(0, np.int64))
    found = empty.measure(FleissKappa(), seed=1)
    assert found.undefined is Undefined.FEWER_THAN_TWO_ANNOTATORS
    assert found.value is None


def test_histogram_of_one_category_is_undefined_and_raw_agreement_is_one():
    histogram = PatternHistogram.from_patterns([[3, 0]], [50], n_annotators=3)
    alpha, percent = histogram.measure_all([KrippendorffAlpha(), PercentAgreement()], seed=1)
    assert alpha.undefined is Undefined.ONLY_ONE_CATEGORY
    assert (percent.value, percent.low, percent.high) == (1.0, 1.0, 1.0)
    assert (percent.n_items, percent.n_annotators, percent.n_labels) == (50, 3, 150)


@pytest.mark.parametrize(
    ("counts", "weights", "complaint"),
    [
        ([[1, 2]], [1, 1], "must have shape"),
        ([1, 2], [1, 1], "must have shape"),
        ([[1.5, 2.0]], [1], "whole numbers"),
        ([[1, -2]], [1], "must not be negative"),
        ([[1, 2]], [-1], "must not be negative"),
    ],
)
def test_histogram_of_impossible_numbers_is_refused(counts, weights, complaint):
    with pytest.raises(ValueError, match=complaint):
        PatternHistogram.from_patterns(counts, weights)


def test_histogram_refuses_impossible_settings():
    histogram = PatternHistogram.from_patterns([[2, 1]], [40])
    with pytest.raises(ValueError, match="confidence must be"):
        histogram.measure(KrippendorffAlpha(), confidence=1.0, seed=1)
    with pytest.raises(ValueError, match="resamples must be"):
        histogram.measure(KrippendorffAlpha(), resamples=0, seed=1)
