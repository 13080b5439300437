"""Leaving annotators out from counts alone equals leaving their labels out."""

import numpy as np
import pytest

from quality.agreement.distance import PairMean
from quality.agreement.fleiss import FleissKappa
from quality.agreement.gwet import GwetAC1
from quality.agreement.krippendorff import KrippendorffAlpha
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.mean_difference import MeanDifference
from quality.agreement.numbers import absolute_difference
from quality.agreement.percent import PercentAgreement
from quality.agreement.rater_cases import RaterCases
from quality.agreement.table import ReliabilityTable, binarize
from quality.agreement.values import ValueTable

STATISTICS = [
    KrippendorffAlpha(),
    KrippendorffAlpha("ordinal"),
    FleissKappa(),
    GwetAC1(),
    PercentAgreement(),
    MeanDifference((1.0, 2.0, 3.5, 4.0)),
]


def a_table(seed=3, items=60, people=7, labels=4):
    generator = np.random.default_rng(seed)
    given = generator.random((items, people)) < 0.5
    where, who = np.nonzero(given)
    said = generator.integers(0, labels, where.size)
    return ReliabilityTable(where, who, said, items, people, labels)


def cases_of(table):
    patterns = table.patterns
    rows = np.column_stack([table.annotators, patterns.of_item[table.items], table.labels])
    distinct, often = np.unique(rows, axis=0, return_counts=True)
    return RaterCases(
        patterns.counts, patterns.weights, *np.ascontiguousarray(distinct.T), often,
        table.n_annotators,
    )  # fmt: skip


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda each: repr(each)[:30])
def test_without_each_equals_the_way_over_all_labels(statistic):
    table = a_table()
    expected = leave_one_annotator_out(table, statistic=statistic)

    (without,) = cases_of(table).without_each([statistic])

    assert without == pytest.approx(expected.without, abs=1e-12)


def test_of_class_equals_the_binary_table():
    table = a_table()
    expected = leave_one_annotator_out(binarize(table, 2))

    (without,) = cases_of(table).of_class(2).without_each([KrippendorffAlpha()])

    assert without == pytest.approx(expected.without, abs=1e-12)


def test_people_are_counted_as_the_table_counts_them():
    table = ReliabilityTable(np.array([0, 0, 1]), np.array([0, 1, 2]), np.array([0, 1, 1]), 2, 3, 2)

    cases = cases_of(table)

    assert (cases.n_people, cases.n_annotators) == (3, 2)
    assert cases.labels_of.tolist() == [1, 1, 1]
    assert cases.shared_of.tolist() == [1, 1, 0]
    pairs, apart = cases.peers(np.array([[0.0, 0.5], [0.5, 0.0]]))
    assert (pairs.tolist(), apart.tolist()) == ([1, 1, 0], [0.5, 0.5, 0])


def test_mean_difference_of_counts_equals_that_of_answers():
    table, numbers = a_table(), (1.0, 2.0, 3.5, 4.0)
    values = ValueTable(table, tuple({"number": number} for number in numbers))
    statistic = PairMean(absolute_difference)

    found = MeanDifference(numbers).measure(table)
    (without,) = cases_of(table).without_each([MeanDifference(numbers)])

    assert found.value == pytest.approx(statistic.measure(values).value, abs=1e-12)
    assert found.observed == found.value
    assert without == pytest.approx(statistic.prepare(values).without_each(), abs=1e-12)


def test_mean_difference_without_a_pair_is_undefined():
    table = ReliabilityTable(np.array([0, 1]), np.array([0, 1]), np.array([0, 1]), 2, 2, 2)

    found = MeanDifference((1.0, 5.0)).measure(table)

    assert (found.value, found.undefined) == (None, "no_item_with_two_labels")
