"""Checks and codes of the table."""

import numpy as np
import pytest

from quality.agreement.patterns import count_patterns
from quality.agreement.table import ReliabilityTable, binarize


def table(items, annotators, labels, *counts):
    return ReliabilityTable(np.array(items), np.array(annotators), np.array(labels), *counts)


def test_table_from_rows_codes_by_sorted_key_in_any_order_of_rows():
    rows = [("i2", "bob", "no"), ("i1", "bob", "yes"), ("i1", "ann", "no")]
    made = ReliabilityTable.from_rows(rows)
    assert made.item_keys == ("i1", "i2")
    assert made.annotator_keys == ("ann", "bob")
    assert made.label_keys == ("no", "yes")
    assert made.items.tolist() == [0, 0, 1]
    assert made.annotators.tolist() == [0, 1, 1]
    assert made.labels.tolist() == [0, 1, 0]
    assert len(made) == 3


def test_table_from_rows_with_given_labels_keeps_their_order_and_unused_ones():
    made = ReliabilityTable.from_rows([(1, 1, "good")], labels=("poor", "fair", "good"))
    assert made.label_keys == ("poor", "fair", "good")
    assert made.labels.tolist() == [2]
    assert made.counts.tolist() == [[0, 0, 1]]


def test_table_from_rows_of_mixed_key_types_is_made():
    made = ReliabilityTable.from_rows([(1, "x", True), ("1", "x", None)])
    assert made.n_items == 2
    assert made.n_labels == 2


def test_table_from_no_rows_is_empty():
    made = ReliabilityTable.from_rows([])
    assert (made.n_items, made.n_annotators, made.n_labels, len(made)) == (0, 0, 0, 0)
    assert made.patterns.counts.shape == (0, 0)


def test_table_from_rows_with_a_label_not_listed_is_refused():
    with pytest.raises(ValueError, match="'bad' is not one of the given labels"):
        ReliabilityTable.from_rows([(1, 1, "bad")], labels=["good"])


def test_table_from_rows_with_a_label_listed_twice_is_refused():
    with pytest.raises(ValueError, match="same label twice"):
        ReliabilityTable.from_rows([(1, 1, "a")], labels=["a", "a"])


def test_table_with_repeated_label_of_one_annotator_is_refused():
    with pytest.raises(ValueError, match="Annotator 1 labeled item 0 more than once"):
        table([0, 1, 0], [1, 1, 1], [0, 0, 1], 2, 2, 2)


@pytest.mark.parametrize(
    ("columns", "counts", "complaint"),
    [
        (([0, 1], [0], [0, 0]), (2, 1, 1), "differ in length"),
        (([0, 2], [0, 0], [0, 0]), (2, 1, 1), "items must be between 0 and 1"),
        (([0, 1], [0, -1], [0, 0]), (2, 1, 1), "annotators must be between 0 and 0"),
        (([0, 1], [0, 0], [0, 5]), (2, 1, 5), "labels must be between 0 and 4"),
        (([0.5, 1], [0, 0], [0, 0]), (2, 1, 1), "items must hold integer codes"),
        (([[0], [1]], [0, 0], [0, 0]), (2, 1, 1), "items must have one dimension"),
        (([], [], []), (-1, 0, 0), "n_items must not be negative"),
        (([0], [0], [0]), (2**40, 2**40, 1), "must stay below"),
    ],
)
def test_table_with_unsuitable_columns_is_refused_saying_what(columns, counts, complaint):
    with pytest.raises(ValueError, match=complaint):
        table(*columns, *counts)


def test_table_with_too_few_keys_is_refused():
    with pytest.raises(ValueError, match="label_keys has 1 entries, n_labels is 2"):
        ReliabilityTable(np.array([0]), np.array([0]), np.array([0]), 1, 1, 2, label_keys=("only",))


def test_table_columns_are_read_only_and_the_callers_array_is_not():
    items = np.array([0, 1])
    made = ReliabilityTable(items, np.array([0, 0]), np.array([0, 0]), 2, 1, 1)
    with pytest.raises(ValueError, match="read-only"):
        made.items[0] = 1
    items[0] = 0


def test_table_too_large_to_count_is_refused_before_it_takes_the_memory():
    made = table([0], [0], [0], 10_000_000, 1, 1000)
    with pytest.raises(ValueError, match="too many to be counted at once"):
        _ = made.counts


def test_binarize_of_an_unknown_label_is_refused():
    with pytest.raises(ValueError, match="label must be between 0 and 1, not 2"):
        binarize(table([0], [0], [0], 1, 1, 2), 2)


def test_patterns_of_a_long_scale_with_many_labels_are_exact():
    # Too many combinations for one 64-bit key: keys have to be ranked on the way.
    counts = np.random.default_rng(5).integers(0, 40, (300, 60))
    counts[100:200] = counts[:100]
    patterns = count_patterns(counts)
    assert np.array_equal(patterns.counts[patterns.of_item], counts)
    assert len(patterns.counts) == 200
    assert patterns.counts.tolist() == sorted(patterns.counts.tolist())
