"""Distances of sets, shares, texts, rankings, spans and places, by hand and by the literature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from quality.agreement.boxes import boxes_f1, iou, nearness, temporal_iou
from quality.agreement.krippendorff import krippendorff_alpha
from quality.agreement.marked import marked_alpha, stretches
from quality.agreement.matching import best_matching, soft_distance
from quality.agreement.polygons import inside, polygon_iou
from quality.agreement.ranking import kendall_tau_distance, kendall_w
from quality.agreement.sets import jaccard, masi_distance
from quality.agreement.shares import total_variation
from quality.agreement.spans import (
    exact_f1,
    overlap,
    relations_distance,
    relations_exact,
    relations_relaxed,
    relaxed_f1,
    span_dice,
)
from quality.agreement.table import ReliabilityTable
from quality.agreement.text import levenshtein, normalised_levenshtein, wer, word_distance
from quality.agreement.values import ValueTable


def span(start, end, choice="cat", part="text"):
    return {"part": part, "start": start, "end": end, "choice": choice, "quote": ""}


def box(x, y, width, height, choice="cat"):
    return {"part": "image", "x": x, "y": y, "width": width, "height": height, "choice": choice}


def square(x, y, side):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # R. J. Passonneau, Measuring Agreement on Set-valued Items (MASI), LREC 2006: the four
        # cases of M, each times the Jaccard similarity.
        ("ab", "ab", 0),
        ("ab", "abcd", 1 - 1 / 2 * 2 / 3),
        ("abc", "abd", 1 - 2 / 4 * 1 / 3),
        ("ab", "cd", 1),
        ("", "", 0),
        ("", "a", 1),
    ],
)
def test_masi_distance_of_the_four_cases_of_sets(one, other, expected):
    assert masi_distance(one, other) == pytest.approx(expected)


def test_jaccard_of_sets_counts_the_common_share():
    assert jaccard("abc", "bcd") == 0.5
    assert jaccard("", "") == 1


def test_total_variation_of_shares_is_half_the_sum_of_differences():
    assert total_variation({"a": 0.7, "b": 0.3}, {"a": 0.4, "c": 0.6}) == pytest.approx(0.6)
    assert total_variation({"a": 1}, {"b": 1}) == 1


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("kitten", "sitting", 3),  # Wikipedia, "Levenshtein distance"
        ("Saturday", "Sunday", 3),  # Wikipedia, "Levenshtein distance"
        ("", "abc", 3),
        ("abc", "abc", 0),
        ("한국어", "한국", 1),
        ("intention", "execution", 5),  # Jurafsky and Martin, Speech and Language Processing, 2.5
    ],
)
def test_levenshtein_of_words_in_the_literature(one, other, edits):
    assert levenshtein(one, other) == levenshtein(other, one) == edits
    assert normalised_levenshtein(one, other) == edits / max(len(one), len(other))


def naive_levenshtein(one, other):
    if not one or not other:
        return len(one) + len(other)
    return min(
        naive_levenshtein(one[1:], other) + 1,
        naive_levenshtein(one, other[1:]) + 1,
        naive_levenshtein(one[1:], other[1:]) + (one[0] != other[0]),
    )


@settings(deadline=None, max_examples=40)
@given(st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_levenshtein_of_any_words_equals_the_recursive_definition(one, other):
    assert levenshtein(one, other) == naive_levenshtein(one, other)


def test_word_error_rate_divides_by_the_words_of_the_reference():
    assert wer("the cat sat on the mat", "the cat sat mat") == pytest.approx(2 / 6)
    assert wer("hello", "a b c") == 3
    assert (wer("", ""), wer("", "a")) == (0, 1)
    assert word_distance("the cat sat on the mat", "the cat sat mat") == pytest.approx(2 / 6)


@settings(deadline=None, max_examples=40)
@given(st.permutations("abcde"), st.permutations("abcde"))
def test_kendall_distance_of_permutations_equals_that_of_scipy(one, other):
    ranks = [[order.index(entry) for entry in "abcde"] for order in (one, other)]

    tau = kendalltau(*ranks).statistic

    assert kendall_tau_distance(one, other) == pytest.approx((1 - tau) / 2)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.permutations("abcd"), min_size=2, max_size=5))
def test_kendall_w_of_rankings_follows_from_mean_spearman(orders):
    """Kendall and Gibbons 1990, ch. 6: mean rho = (m W - 1) / (m - 1)."""
    ranks = [[order.index(entry) for entry in "abcd"] for order in orders]
    m = len(orders)
    rhos = [spearmanr(ranks[i], ranks[j]).statistic for i in range(m) for j in range(i + 1, m)]

    assert (m * kendall_w(orders) - 1) / (m - 1) == pytest.approx(np.mean(rhos))


def test_kendall_w_without_two_comparable_rankings_is_nan():
    assert np.isnan(kendall_w([["a", "b"]]))
    assert np.isnan(kendall_w([["a", "b"], ["a", "c"]]))


def test_f1_of_spans_counts_equal_and_overlapping_ones():
    one = [span(0, 5), span(10, 20), span(30, 33, "dog")]
    other = [span(0, 5), span(12, 20), span(30, 33, "elk")]

    assert exact_f1(one, other) == (2, 6)
    assert relaxed_f1(one, other) == (4, 6)
    assert overlap(span(0, 5), span(3, 9)) == 2
    assert overlap(span(0, 5), span(3, 9, part="title")) == 0


def test_dice_of_spans_counts_each_character_once_by_class():
    assert span_dice([span(0, 6), span(4, 10)], [span(0, 10)]) == 1
    assert span_dice([span(0, 4)], [span(2, 6)]) == pytest.approx(2 * 2 / 8)
    assert span_dice([span(0, 4)], [span(0, 4, "dog")]) == 0
    assert span_dice([], []) == 1


def test_relations_of_near_ends_are_relaxed_but_not_exact():
    def said(*pairs):
        return {
            "relations": [
                {"choice": "owns", "from": span(*one), "to": span(*other)} for one, other in pairs
            ]
        }

    first, second = said(((0, 3), (5, 9))), said(((0, 3), (6, 9)))
    turned = said(((5, 9), (0, 3)))

    assert relations_exact(first, second) == (0, 2)
    assert relations_relaxed(first, second) == (2, 2)
    assert relations_distance(first, second) == 0.5
    assert relations_distance(first, turned) == 1
    assert relations_distance(first, first) == 0


def test_iou_of_boxes_is_common_area_by_joint_area():
    assert iou(box(0, 0, 10, 10), box(5, 0, 10, 10)) == pytest.approx(50 / 150)
    assert iou(box(0, 0, 10, 10), box(10, 0, 5, 5)) == 0
    assert temporal_iou({"start": 0, "end": 4}, {"start": 3, "end": 5}) == pytest.approx(1 / 5)


def test_nearness_of_points_is_half_at_the_tolerance():
    here = {"x": 0, "y": 0}
    assert nearness(here, {"x": 6, "y": 8}) == 0.5
    assert nearness(here, {"x": 30, "y": 0}) == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (square(0, 0, 10), square(5, 0, 10), 1 / 3),
        (square(0, 0, 10), square(0, 0, 5), 1 / 4),
        (square(0, 0, 10), square(20, 0, 5), 0),
        (square(0, 0, 10), [[0, 0], [10, 0], [0, 10]], 1 / 2),
        (square(0, 0, 10), square(10, 0, 10), 0),
    ],
)
def test_iou_of_polygons_is_near_that_of_their_areas(one, other, expected):
    assert polygon_iou(one, other) == pytest.approx(expected, abs=0.02)
    assert polygon_iou(other, one) == polygon_iou(one, other)


@settings(deadline=None, max_examples=30)
@given(*[st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9))] * 2)
def test_iou_of_square_polygons_equals_that_of_boxes(one, other):
    boxes = [box(x, y, side, side) for x, y, side in (one, other)]

    assert polygon_iou(square(*one), square(*other)) == pytest.approx(iou(*boxes), abs=0.05)


def test_inside_of_a_star_leaves_the_middle_out_as_even_odd_does():
    star = np.array([[5, 0], [8, 9], [0, 3], [10, 3], [2, 9]], float)

    found = inside(star, np.array([5.0]), np.array([1.0, 5.0, 8.9]))

    assert found[:, 0].tolist() == [True, False, False]


def test_best_matching_takes_more_pairs_before_better_ones():
    scores = np.array([[0.95, 0.6], [0.6, 0.0]])

    rows, columns = best_matching(scores, threshold=0.5)

    assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (1, 0)]
    assert soft_distance(np.zeros((0, 0))) == 0
    assert soft_distance(np.zeros((2, 0))) == 1


def test_f1_of_boxes_needs_the_same_class_and_half_of_the_area():
    one = {"boxes": [box(0, 0, 10, 10), box(50, 50, 10, 10, "dog")]}
    other = {"boxes": [box(1, 0, 10, 10), box(50, 50, 10, 10, "elk")]}

    assert boxes_f1(one, other) == (2, 4)


def test_stretches_end_where_spans_begin_or_end():
    answers = [{"spans": [span(0, 6)]}, {"spans": [span(4, 8)]}, {"spans": []}]

    assert stretches(answers) == [("text", 0, 4), ("text", 4, 6), ("text", 6, 8)]


def test_marked_alpha_equals_alpha_over_single_characters():
    said = [[span(0, 6)], [span(4, 8, "dog")], [span(0, 6)]]
    rows = [(1, person, {"kind": "spans", "spans": each}) for person, each in enumerate(said)]
    letters = ["000000....", "....1111..", "000000...."]
    marked = [column for column in range(10) if any(row[column] != "." for row in letters)]

    found = marked_alpha(ValueTable.from_rows(rows))

    characters = [(c, a, row[c]) for a, row in enumerate(letters) for c in marked]
    expected = krippendorff_alpha(ReliabilityTable.from_rows(characters))
    assert found.value == pytest.approx(expected.value)
