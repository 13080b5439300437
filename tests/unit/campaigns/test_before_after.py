"""Did the new version help? The paired difference of agreement."""

import numpy as np
import pytest

from campaigns.before_after import Verdict, compare_agreement
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.table import ReliabilityTable


def table(rows, n_items, n_labels=3, raters=3):
    """Rows of one label per rater; None where the rater said nothing."""
    said = [
        (item, rater, label)
        for item, labels in enumerate(rows)
        for rater, label in enumerate(labels)
        if label is not None
    ]
    items, annotators, labels = np.array(said, np.int64).reshape(-1, 3).T
    return ReliabilityTable(items, annotators, labels, n_items, raters, n_labels)


def noisy(n_items, error, seed):
    """Three raters who err independently."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 3, size=n_items)
    said = np.where(
        generator.random((n_items, 3)) < error,
        generator.integers(0, 3, size=(n_items, 3)),
        truth[:, np.newaxis],
    )
    return table(said.tolist(), n_items)


def test_comparison_of_a_clearer_version_says_that_it_helped():
    before, after = noisy(200, 0.6, 1), noisy(200, 0.1, 2)
    found = compare_agreement(before, after)

    assert found.verdict is Verdict.HELPED
    assert found.before.value == krippendorff_alpha(before).value
    assert found.difference == pytest.approx(found.after.value - found.before.value)
    assert 0 < found.low < found.difference < found.high


def test_comparison_of_a_worse_version_says_so():
    assert compare_agreement(noisy(200, 0.1, 1), noisy(200, 0.6, 2)).verdict is Verdict.WORSE


def test_comparison_of_equal_labels_has_no_difference_and_a_point_interval():
    same = noisy(60, 0.3, 1)
    found = compare_agreement(same, same)

    assert (found.difference, found.low, found.high) == (0, 0, 0)
    assert found.verdict is Verdict.NO_DIFFERENCE


def test_comparison_over_too_few_items_does_not_decide():
    found = compare_agreement(noisy(29, 0.6, 1), noisy(29, 0.0, 2))

    assert found.verdict is Verdict.TOO_FEW_ITEMS
    assert found.n_items == 29


def test_comparison_with_one_label_per_item_after_asks_for_more_raters():
    after = table([[0, None, None]] * 40, 40)
    found = compare_agreement(noisy(40, 0.3, 1), after)

    assert found.verdict is Verdict.TOO_FEW_RATERS
    assert (found.n_items, found.difference) == (0, None)


def test_comparison_counts_only_items_with_two_labels_in_both_versions():
    before = table([[0, 0, 0]] * 20 + [[0, None, None]] * 20 + [[1, 1, 2]] * 20, 60)
    after = table([[0, 0, None]] * 40 + [[1, None, None]] * 10 + [[1, 1, 1]] * 10, 60)

    found = compare_agreement(before, after)

    assert found.n_items == found.before.n_items == found.after.n_items == 30


def test_comparison_where_everybody_says_the_same_is_undefined():
    one = table([[0, 0, 0]] * 40, 40)

    assert compare_agreement(one, one).verdict is Verdict.UNDEFINED


def test_comparison_of_empty_tables_asks_for_raters():
    empty = table([], 0, n_labels=0, raters=0)

    assert compare_agreement(empty, empty).verdict is Verdict.TOO_FEW_RATERS


def test_comparison_with_the_same_seed_is_the_same():
    before, after = noisy(50, 0.5, 1), noisy(50, 0.3, 2)

    assert compare_agreement(before, after, seed=5) == compare_agreement(before, after, seed=5)


def test_comparison_over_other_items_is_refused():
    with pytest.raises(ValueError, match="the same items"):
        compare_agreement(noisy(10, 0.1, 1), noisy(11, 0.1, 1))
