"""Decisions by cost and by threshold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.aggregation.decision import abstain_below, least_cost
from quality.aggregation.votes import most_probable

ROWS = np.array([[0.7, 0.3], [0.2, 0.8], [0.5, 0.5]])
EVEN = 1.0 - np.eye(2)


def test_with_equal_costs_the_most_probable_label_costs_least():
    codes, costs = least_cost(ROWS, EVEN)
    assert codes.tolist() == [0, 1, -1]
    assert costs == pytest.approx([0.3, 0.2, 0.5])


def test_an_expensive_miss_is_avoided_though_it_is_less_probable():
    # To call a 1 a 0 costs ten times as much as the other mistake.
    codes, costs = least_cost(ROWS, np.array([[0.0, 1.0], [10.0, 0.0]]))
    assert codes.tolist() == [1, 1, 1]
    assert costs == pytest.approx([0.7, 0.2, 0.5])


@given(
    st.integers(1, 4).flatmap(
        lambda k: st.tuples(
            st.lists(st.floats(0, 100), min_size=k * k, max_size=k * k),
            st.lists(st.floats(0.01, 1), min_size=k, max_size=k),
        )
    )
)
def test_no_label_costs_less_than_the_chosen_one(drawn):
    flat, row = drawn
    k = len(row)
    costs, rows = np.array(flat).reshape(k, k), np.array([row]) / sum(row)
    codes, least = least_cost(rows, costs)
    each = [sum(rows[0, t] * costs[t, c] for t in range(k)) for c in range(k)]
    assert least[0] == pytest.approx(min(each))
    if codes[0] >= 0:
        assert each[codes[0]] == pytest.approx(least[0])


@pytest.mark.parametrize(
    "costs",
    [np.zeros((3, 3)), np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([[0.0, np.inf], [1.0, 0.0]])],
)
def test_costs_that_make_no_sense_are_refused(costs):
    with pytest.raises(ValueError, match=r"[Cc]osts must"):
        least_cost(ROWS, costs)


def test_no_label_at_all_costs_nothing():
    codes, costs = least_cost(np.zeros((2, 0)), np.zeros((0, 0)))
    assert codes.tolist() == [-1, -1]
    assert costs.tolist() == [0, 0]


def test_items_below_the_threshold_go_to_people():
    assert abstain_below(ROWS, 0.75).tolist() == [-1, 1, -1]
    assert abstain_below(ROWS, 0.7).tolist() == [0, 1, -1]
    assert abstain_below(ROWS, 0.0).tolist() == most_probable(ROWS).tolist() == [0, 1, -1]
    with pytest.raises(ValueError, match="threshold"):
        abstain_below(ROWS, 1.5)
