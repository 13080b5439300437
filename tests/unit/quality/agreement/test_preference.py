"""Contradictions and side bias of pairwise preferences, and intervals of shares."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.agreement.preference import cyclic_triads, side_bias
from quality.agreement.proportion import jeffreys, wilson


def test_triads_of_an_order_have_no_cycle():
    pairs = list(combinations(range(5), 2))
    found = cyclic_triads([a for a, _b in pairs], [b for _a, b in pairs])
    assert found == (10, 0, 0.0, 1.0)


def test_triads_of_rock_paper_scissors_are_one_cycle():
    assert cyclic_triads([0, 1, 2], [1, 2, 0]) == (1, 1, 1.0, 0.0)


def test_triads_with_an_undecided_pair_do_not_count():
    assert cyclic_triads([0, 1], [1, 2]) == (0, 0, None, None)
    draw = cyclic_triads([0, 1, 2, 0], [1, 2, 0, 2])
    assert draw == (0, 0, None, None)


def test_triads_of_nothing_are_none():
    assert cyclic_triads([], []) == (0, 0, None, None)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda p: p[0] != p[1])))
def test_triads_equal_looking_at_every_three(pairs):
    margin = {}
    for won, lost in pairs:
        margin[won, lost] = margin.get((won, lost), 0) + 1
    beats = {
        (a, b) for a in range(6) for b in range(6) if margin.get((a, b), 0) > margin.get((b, a), 0)
    }
    n = cyclic = 0
    for three in combinations(range(6), 3):
        if all((a, b) in beats or (b, a) in beats for a, b in combinations(three, 2)):
            n += 1
            cyclic += all(any((a, b) in beats for b in three) for a in three)
    found = cyclic_triads([won for won, _lost in pairs], [lost for _won, lost in pairs])
    assert (found.n, found.cyclic) == (n, cyclic)


def test_triads_of_an_entry_against_itself_are_refused():
    with pytest.raises(ValueError, match="compared with itself"):
        cyclic_triads([1], [1])
    with pytest.raises(ValueError, match="same length"):
        cyclic_triads([1, 2], [3])


def said(winner, left):
    return {"kind": "pairwise", "winner": winner, "left": left}


def test_side_bias_counts_wins_of_the_left_where_the_sides_are_known():
    values = [said("a", "a")] * 8 + [said("b", "a")] * 2
    values += [said("tie", "a"), said("both_bad", "b"), said("a", "")]
    found = side_bias(values)
    assert (found.hits, found.n, found.share) == (8, 10, 0.8)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4902, 0.9433)


def test_side_bias_of_nothing_has_no_share():
    assert side_bias([said("tie", "a")]) == (0, 0, None, None, None)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17, 1998, Table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_equals_the_printed_ends(hits, n, low, high):
    found = wilson(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    other = wilson(n - hits, n)
    assert (round(1 - other.high, 4), round(1 - other.low, 4)) == (low, high)


def test_jeffreys_interval_ends_where_all_or_none_are_hits():
    none, some, every = jeffreys(0, 10), jeffreys(5, 10), jeffreys(10, 10)
    assert (none.low, every.high) == (0.0, 1.0)
    assert 0 < none.high < some.high < 1
    # Brown, Cai and DasGupta 2001, Table 5: n = 10, x = 5 and x = 0.
    assert (round(some.low, 3), round(some.high, 3)) == (0.224, 0.776)
    assert round(none.high, 3) == 0.217


@pytest.mark.parametrize("interval", [wilson, jeffreys])
def test_interval_of_impossible_counts_is_refused(interval):
    with pytest.raises(ValueError, match="hits must be between"):
        interval(3, 2)
    with pytest.raises(ValueError, match="confidence must be"):
        interval(1, 2, confidence=0)
    assert interval(0, 0).share is None
