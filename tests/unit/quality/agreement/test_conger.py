"""Conger's and Brennan and Prediger's kappa beyond the printed examples."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given

from quality.agreement.brennan_prediger import BrennanPrediger, brennan_prediger
from quality.agreement.coefficient import Undefined
from quality.agreement.cohen import cohen_kappa
from quality.agreement.conger import CongerKappa, conger_kappa
from quality.agreement.leave_one_out import leave_one_annotator_out
from quality.agreement.percent import percent_agreement
from quality.agreement.table import ReliabilityTable
from quality.agreement.value_statistic import with_intervals
from quality.agreement.values import ValueTable
from tests.unit.quality.tables import LABELS, rows, table_of


def expected_agreement(sample):
    """Mean over pairs of annotators of the product of their class shares."""
    people = sorted({person for _item, person, _label in sample})
    shares = {}
    for person in people:
        said = [label for _item, who, label in sample if who == person]
        shares[person] = np.array([said.count(label) / len(said) for label in LABELS])
    return np.mean([shares[one] @ shares[other] for one, other in combinations(people, 2)])


@given(rows(min_labels_per_item=2))
def test_conger_kappa_equals_its_definition(sample):
    found = conger_kappa(table_of(sample))
    observed = percent_agreement(table_of(sample)).value
    expected = expected_agreement(sample)
    assert found.observed == pytest.approx(observed)
    assert found.expected == pytest.approx(expected)
    if expected < 1 - 1e-9:
        assert found.value == pytest.approx((observed - expected) / (1 - expected))


@given(rows(min_labels_per_item=2, max_annotators=2))
def test_conger_kappa_of_two_annotators_is_cohens(sample):
    mine, theirs = conger_kappa(table_of(sample)), cohen_kappa(table_of(sample))
    assert mine.undefined == theirs.undefined
    if mine.value is not None:
        assert mine.value == pytest.approx(theirs.value)


@given(rows(max_annotators=4))
def test_conger_kappa_without_each_annotator_equals_that_of_the_rest(sample):
    table = table_of(sample)
    statistic = CongerKappa("linear")
    without = statistic.prepare(ValueTable.from_codes(table)).without_each()
    for code, person in enumerate(table.annotator_keys):
        rest = table_of([row for row in sample if row[1] != person])
        expected = statistic.prepare(ValueTable.from_codes(rest)).total().value[0]
        assert without[code] == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_conger_kappa_has_both_intervals():
    sample = [(i, a, LABELS[(i + (i * a) % 7 // 5) % 3]) for i in range(40) for a in range(4)]
    found = with_intervals(
        CongerKappa(), ValueTable.from_codes(table_of(sample)), resamples=200, seed=1
    )
    assert found.coefficient.low < found.coefficient.value < found.coefficient.high
    assert found.annotator_low < found.coefficient.value < found.annotator_high
    assert found.without.shape == (4,)


def test_brennan_prediger_without_each_annotator_is_that_of_the_rest():
    sample = [(i, a, LABELS[(i + a // 2) % 4]) for i in range(10) for a in range(4)]
    without = leave_one_annotator_out(table_of(sample), statistic=BrennanPrediger()).without
    rest = [row for row in sample if row[1] != 3]
    assert without[3] == pytest.approx(brennan_prediger(table_of(rest)).value)


def test_brennan_prediger_is_undefined_for_a_scale_of_one_label_only():
    sample = [(item, who, "a") for item in range(3) for who in range(2)]
    one = brennan_prediger(ReliabilityTable.from_rows(sample))
    assert one.undefined is Undefined.ONLY_ONE_CATEGORY
    assert brennan_prediger(table_of(sample)).value == 1.0


@pytest.mark.parametrize("coefficient", [conger_kappa, brennan_prediger])
def test_kappas_of_no_pairs_say_so(coefficient):
    found = coefficient(table_of([(1, 0, "a"), (2, 1, "b")]))
    assert found.undefined is Undefined.NO_ITEM_WITH_TWO_LABELS
