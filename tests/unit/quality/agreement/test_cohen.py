"""Cohen's kappa of tables and arrays."""

import numpy as np
import pytest
from hypothesis import given

from quality.agreement import pairs as pairs_module
from quality.agreement.coefficient import Undefined
from quality.agreement.cohen import cohen_kappa
from quality.agreement.pairs import pairwise_cohen_kappa
from quality.agreement.table import ReliabilityTable
from tests.unit.quality import tables

FIRST = ["a", "a", "b", "b", "c", "a"]
SECOND = ["a", "b", "b", "b", "a", "a"]


def rows(first, second):
    return [
        (i, who, said[i]) for who, said in enumerate((first, second)) for i in range(len(first))
    ]


def test_kappa_of_arrays_equals_kappa_of_the_table():
    table = ReliabilityTable.from_rows(rows(FIRST, SECOND))
    assert cohen_kappa(FIRST, SECOND) == cohen_kappa(table)
    # p_o = 4/6; p_e = (3*3 + 2*3 + 1*0) / 36
    assert cohen_kappa(table).value == pytest.approx((4 / 6 - 15 / 36) / (1 - 15 / 36))


def test_kappa_counts_items_of_both_annotators_only():
    table = ReliabilityTable.from_rows([*rows(FIRST, SECOND), (98, 0, "a"), (99, 1, "c")])
    assert cohen_kappa(table).value == cohen_kappa(FIRST, SECOND).value
    assert cohen_kappa(table).n_items == 6


def test_kappa_of_annotators_with_other_codes_finds_the_two():
    table = ReliabilityTable(
        np.array([0, 0, 1, 1]),
        np.array([3, 7, 3, 7]),
        np.array([0, 0, 1, 1]),
        2,
        9,
        2,
    )
    assert cohen_kappa(table).value == pytest.approx(1.0)


def test_kappa_of_perfect_agreement_has_an_interval_of_no_width():
    kappa = cohen_kappa(FIRST, FIRST)
    assert (kappa.value, kappa.low, kappa.high) == pytest.approx((1.0, 1.0, 1.0))


def test_kappa_of_higher_confidence_has_a_wider_interval_around_the_same_value():
    usual, sure = cohen_kappa(FIRST, SECOND), cohen_kappa(FIRST, SECOND, confidence=0.5)
    assert usual.value == sure.value
    assert usual.low < sure.low < sure.value < sure.high < usual.high


def test_kappa_of_one_category_is_undefined():
    kappa = cohen_kappa(["a", "a"], ["a", "a"])
    assert kappa.undefined is Undefined.ONLY_ONE_CATEGORY
    assert kappa.observed == 1.0


def test_kappa_without_common_items_is_undefined():
    table = ReliabilityTable.from_rows([(1, "ann", "a"), (2, "bob", "b")])
    assert cohen_kappa(table).undefined is Undefined.NO_ITEM_WITH_TWO_LABELS
    assert cohen_kappa([], []).undefined is Undefined.NO_ITEM_WITH_TWO_LABELS


def test_kappa_of_a_table_of_one_annotator_is_undefined():
    table = ReliabilityTable.from_rows([(1, "ann", "a"), (2, "ann", "b")])
    assert cohen_kappa(table).undefined is Undefined.FEWER_THAN_TWO_ANNOTATORS


def test_kappa_of_three_annotators_is_refused():
    table = ReliabilityTable.from_rows([(1, who, "a") for who in "xyz"])
    with pytest.raises(ValueError, match="two annotators, not 3"):
        cohen_kappa(table)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((FIRST, SECOND[1:]), "same length"),
        ((FIRST,), "second annotator are missing"),
        ((ReliabilityTable.from_rows(rows(FIRST, SECOND)), SECOND), "not a table and an array"),
    ],
)
def test_kappa_of_unsuitable_arguments_is_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        cohen_kappa(*arguments)


def test_kappa_of_impossible_confidence_is_refused():
    with pytest.raises(ValueError, match="confidence must be between 0 and 1"):
        cohen_kappa(FIRST, SECOND, confidence=95)


def test_pair_matrix_has_no_value_on_the_diagonal_and_without_overlap():
    table = ReliabilityTable.from_rows([(1, 0, "a"), (1, 1, "a"), (2, 1, "b"), (3, 2, "b")])
    with np.errstate(all="raise"):
        pairs = pairwise_cohen_kappa(table)
    assert pairs.n.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 1]]
    assert np.isnan(np.diag(pairs.percent)).all()
    assert np.isnan(pairs.percent[0, 2])
    assert pairs.percent[0, 1] == 1.0
    assert np.isnan(pairs.kappa).all()
    assert [pair.kappa for pair in pairs.overlapping()] == [None]


def test_pair_matrix_of_an_empty_table_is_empty():
    pairs = pairwise_cohen_kappa(ReliabilityTable.from_rows([]))
    assert pairs.n.shape == (0, 0)
    assert list(pairs.overlapping()) == []


@given(sample=tables.rows())
def test_pairs_counted_in_parts_equal_those_of_the_sparse_product(sample):
    table = tables.table_of(sample)
    counted = pairwise_cohen_kappa(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs_module, "_CHUNK", 1)
        in_parts = pairwise_cohen_kappa(table)
        patch.setattr(pairs_module, "_MOST_COUNTED", 0)
        product = pairwise_cohen_kappa(table)
    for other in (in_parts, product):
        assert np.array_equal(counted.n, other.n)
        assert np.array_equal(counted.percent, other.percent, equal_nan=True)
        assert np.array_equal(counted.kappa, other.kappa, equal_nan=True)
