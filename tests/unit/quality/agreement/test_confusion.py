"""Disputed items and the classes between which the dispute is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.agreement.confusion import class_confusion, disputed_items
from quality.agreement.table import ReliabilityTable
from tests.unit.quality.tables import rows, table_of


def votes(*items):
    """Items as strings of votes."""
    return table_of(
        (item, annotator, label)
        for item, labels in enumerate(items)
        for annotator, label in enumerate(labels)
    )


def test_confusion_counts_each_pair_of_annotators_once():
    confusion = class_confusion(votes("aab", "bb", "c"))
    assert confusion.tolist() == [[1, 2, 0, 0], [2, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_disputed_items_are_ranked_by_disagreement_then_by_entropy_then_by_code():
    disputed = disputed_items(votes("aaa", "aab", "ab", "a", "aabb", "abc", "bba"))
    assert disputed.ranking.tolist() == [5, 2, 4, 1, 6]
    assert disputed.disagreement == pytest.approx(
        [0, 2 / 3, 1, np.nan, 2 / 3, 1, 2 / 3],
        nan_ok=True,
    )


def test_disputed_item_of_higher_entropy_but_less_disagreement_comes_later():
    assert disputed_items(votes("aabbcc", "ab")).ranking.tolist() == [1, 0]


def test_disputed_items_name_the_two_competing_labels():
    disputed = disputed_items(votes("aabbb", "cc", "dca"))
    assert disputed.top.tolist() == [1, 2, 0]
    assert disputed.runner_up.tolist() == [0, -1, 2]


def test_entropy_is_one_where_all_labels_are_equally_frequent_and_zero_without_dispute():
    disputed = disputed_items(votes("abcd", "aa", "ab"))
    assert disputed.entropy == pytest.approx([1.0, 0.0, 0.5])


def test_item_without_a_label_has_no_entropy_and_no_top():
    table = ReliabilityTable(np.array([0]), np.array([0]), np.array([1]), 2, 1, 2)
    disputed = disputed_items(table)
    assert np.isnan(disputed.entropy[1])
    assert disputed.top.tolist() == [1, -1]
    assert disputed.ranking.tolist() == []


@pytest.mark.parametrize("labels", [[], ["a"]])
def test_scale_of_fewer_than_two_labels_has_nothing_in_dispute(labels):
    rows = [(1, who, "a") for who in range(2)] if labels else []
    disputed = disputed_items(ReliabilityTable.from_rows(rows, labels=labels))
    assert disputed.ranking.size == 0
    assert (disputed.runner_up == -1).all()


@given(rows(), st.randoms())
def test_ranking_of_shuffled_rows_is_the_same(sample, random):
    ranking = disputed_items(table_of(sample)).ranking.tolist()
    random.shuffle(sample)
    assert disputed_items(table_of(sample)).ranking.tolist() == ranking
