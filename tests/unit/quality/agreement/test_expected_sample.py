"""The distance by chance from a sample, against all pairs of answers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.agreement.expected_sample import (
    AnswerSample,
    Totals,
    expected_exactly,
    expected_from_pairs,
    partners_in,
)


def sample_of(rows):
    """From lists of (rater, value), one for each item."""
    flat = [each for row in rows for each in row]
    raters, values = (np.array(column, np.int64) for column in zip(*flat, strict=True))
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return AnswerSample(starts, raters, values, int(raters.max()) + 1, int(values.max()) + 1)


def distance(one, other):
    return abs(one - other) / 10


def between(sample):
    values = np.arange(sample.n_values)
    return np.abs(values[:, np.newaxis] - values) / 10


def naive(rows):
    """Mean distance of all ordered pairs of answers of items with two or more."""
    values = [value for row in rows if len(row) >= 2 for _rater, value in row]
    pairs = list(itertools.permutations(values, 2))
    return sum(distance(*pair) for pair in pairs) / len(pairs) if pairs else 0.0


def left_out(rows, rater):
    return [[each for each in row if each[0] != rater] for row in rows]


def totals(many):
    """`Totals` of several lists of items."""
    kept = [[row for row in rows if len(row) >= 2] for rows in many]
    return Totals(
        np.array([sum(map(len, rows)) for rows in kept], float),
        np.array(
            [
                sum(
                    distance(a, b)
                    for row in rows
                    for (_, a), (_, b) in itertools.permutations(row, 2)
                )
                for rows in kept
            ]
        ),
        np.array([sum(len(row) * (len(row) - 1) for row in rows) for rows in kept], float),
    )


def from_pairs(rows, raters):
    sample = sample_of(rows)
    partners = partners_in(sample)
    found = np.array(
        [
            distance(sample.values[one], sample.values[other])
            for one, other in zip(partners.left, partners.right, strict=True)
        ]
    )
    without = totals([left_out(rows, rater) for rater in range(raters)])
    return expected_from_pairs(sample, partners, found, total=totals([rows]), without=without)


items = st.lists(
    st.dictionaries(st.integers(0, 3), st.integers(0, 10), min_size=2, max_size=4).map(
        lambda said: sorted(said.items())
    ),
    min_size=2,
    max_size=6,
)


@settings(deadline=None)
@given(items)
def test_exact_expected_distance_is_that_of_all_pairs_also_without_a_rater(rows):
    sample = sample_of(rows)

    found = expected_exactly(sample, between(sample))

    assert found.whole == pytest.approx(naive(rows))
    for rater in range(sample.n_raters):
        assert found.without[rater] == pytest.approx(naive(left_out(rows, rater)))
    n = len(sample.raters)
    assert found.of_items.sum() / n == pytest.approx(found.whole)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=9))
def test_pairs_of_all_items_with_two_answers_come_to_the_exact_distance(said):
    """Every item meets every other, and both answers of each take part."""
    rows = [[(0, one), (1, other)] for one, other in said]

    found = from_pairs(rows, raters=2)

    assert found.whole == pytest.approx(naive(rows))


def test_sampled_expected_distance_is_near_that_of_all_pairs():
    dice = np.random.default_rng(1)
    rows = [
        [(rater, int(dice.integers(0, 11))) for rater in sorted(dice.choice(5, 3, replace=False))]
        for _item in range(2_000)
    ]
    exact = expected_exactly(sample_of(rows), between(sample_of(rows)))

    found = from_pairs(rows, raters=5)

    assert found.whole == pytest.approx(exact.whole, abs=0.01)
    assert found.without == pytest.approx(exact.without, abs=0.01)
    assert found.of_items.mean() == pytest.approx(exact.of_items.mean(), rel=0.02)


def test_item_more_changes_few_of_the_pairs():
    rows = [[(0, n % 10), (1, n % 7)] for n in range(1_000)]
    fewer = partners_in(sample_of(rows[:400] + rows[401:]))
    more = partners_in(sample_of(rows))

    def met(partners, item_of):
        return {
            (item_of(one), item_of(other), one % 2, other % 2)
            for one, other in zip(partners.left, partners.right, strict=True)
        }

    without = met(fewer, lambda row: row // 2 + (row // 2 >= 400))
    assert len(met(more, lambda row: row // 2) - without) < 0.01 * more.left.size


def test_sample_of_one_item_has_only_pairs_within_it():
    found = from_pairs([[(0, 2), (1, 6)]], raters=2)

    assert found.whole == pytest.approx(0.4)
    assert found.without.tolist() == [0.0, 0.0]
