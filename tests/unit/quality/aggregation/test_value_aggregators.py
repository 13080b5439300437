"""What each aggregator of answers decides, on small cases worked by hand."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation.base import similarity_to_decision
from quality.aggregation.binary_relevance import ClassDawidSkene, ClassVote
from quality.aggregation.element_vote import RelationVote, SpanVote
from quality.aggregation.marked_places import BoxFusion, PointMean, PolygonMedoid, SegmentFusion
from quality.aggregation.mean_shares import MeanShares
from quality.aggregation.medoid import TextMedoid
from quality.aggregation.numbers import MeanNumber, Median, OffsetMean, WeightedMedian
from quality.aggregation.ranking import MOST_EXACT, Borda, Kemeny, borda, kemeny
from quality.aggregation.rover import Rover, rover
from quality.aggregation.token_dawid_skene import TokenDawidSkene
from quality.agreement.ranking import kendall_tau_distance
from quality.agreement.values import ValueTable


def table_of(*items):
    """One list of answers per item, one annotator each."""
    return ValueTable.from_rows(
        (item, person, value)
        for item, answers in enumerate(items)
        for person, value in enumerate(answers)
        if value is not None
    )


def choices(keys):
    return {"kind": "choices", "choices": sorted(keys)}


def rating(n):
    return {"kind": "rating", "number": n}


def number(n):
    return {"kind": "number", "number": n}


def text(words):
    return {"kind": "text", "text": words}


def spans(*places):
    return {
        "kind": "spans",
        "spans": [
            {"part": "text", "start": a, "end": b, "choice": "cat", "quote": ""} for a, b in places
        ],
    }


def boxes(*found):
    names = ("x", "y", "width", "height", "choice")
    return {
        "kind": "boxes",
        "boxes": [{"part": "image", **dict(zip(names, each, strict=True))} for each in found],
    }


def test_votes_on_classes_choose_what_more_than_half_chose():
    table = table_of(
        [choices("ab"), choices("a"), choices("ac")],
        [choices("ab"), choices("b"), choices("")],
        [choices("a"), choices("b")],
    )

    fitted = ClassVote().fit(table)

    assert fitted.labels_ == [choices("a"), choices("b"), None]
    assert fitted.posteriors_[0] == {"a": 1, "b": pytest.approx(1 / 3), "c": pytest.approx(1 / 3)}
    assert ClassVote(ties="lowest").fit(table).labels_[2] == choices("")


def test_votes_on_classes_stay_undecided_where_nothing_is_no_answer():
    table = table_of([choices("a"), choices("b"), choices("c")])

    assert ClassVote().fit(table).labels_ == [None]


def test_dawid_skene_by_class_trusts_who_is_usually_right():
    usual = [[choices("a")] * 3 + [choices("b")], [choices("b")] * 3 + [choices("a")]] * 5
    table = table_of(*usual, [choices("a"), None, None, choices("b")])

    fitted = ClassDawidSkene().fit(table)

    assert fitted.labels_[-1] == choices("a")
    assert set(fitted.priors_) == {"a", "b"}
    assert fitted.converged_


def test_median_of_ratings_takes_the_middle_and_leaves_a_gap():
    table = table_of([rating(1), rating(2), rating(5)], [rating(2), rating(4)])

    assert Median().fit(table).labels_ == [rating(2), None]
    assert Median(ties="lowest").fit(table).labels_ == [rating(2), rating(2)]
    assert Median().fit(table).posteriors_[1] == {"2": 0.5, "4": 0.5}


def test_weighted_median_follows_the_precise_when_halves_meet():
    usual = [[rating(n), rating(n), rating(n), rating(6 - n)] for n in (1, 5, 2, 4, 1, 5)]
    table = table_of(*usual, [rating(2), None, None, rating(5)])

    assert Median().fit(table).labels_[-1] is None
    assert WeightedMedian().fit(table).labels_[-1] == rating(2)


def test_mean_of_numbers_is_plain_and_whole_where_it_can_be():
    fitted = MeanNumber().fit(table_of([number(1), number(2)], [number(3), number(5)]))

    assert fitted.labels_ == [number(1.5), number(4)]
    assert isinstance(fitted.labels_[1]["number"], int)
    assert fitted.confidences_ == pytest.approx([1 - 0.5 / 4, 1 - 1 / 4])


def test_offset_mean_takes_away_what_an_annotator_always_adds():
    generator = np.random.default_rng(0)
    truth = generator.normal(scale=10, size=60)
    offsets = [0, 0, 0, 6]
    rows = [
        (item, person, number(round(truth[item] + offsets[person], 3)))
        for item in range(60)
        for person in range(4)
        if person < 3 or item % 3 == 0
    ]
    table = ValueTable.from_rows(rows)

    def error(aggregator):
        found = [value["number"] for value in aggregator.fit(table).labels_]
        apart = np.array(found) - truth
        return np.abs(apart - apart.mean()).mean()

    assert error(OffsetMean()) < 0.5 * error(MeanNumber())
    assert OffsetMean().fit(table).converged_


def test_mean_of_shares_is_canonical_and_sums_to_1():
    soft = [{"kind": "soft_choice", "shares": each} for each in ({"a": 1}, {"a": 1}, {"b": 1})]

    (value,) = MeanShares().fit(table_of(soft)).labels_

    assert value["shares"] == {"a": 0.6667, "b": 0.3333}
    assert sum(value["shares"].values()) == 1


def test_medoid_of_texts_is_the_nearest_and_two_that_differ_are_a_tie():
    fitted = TextMedoid().fit(table_of(
        [text("the cat sat"), text("the cat sat down"), text("the cat")],
        [text("yes"), text("no")],
        [text("alone")],
    ))  # fmt: skip

    assert fitted.labels_ == [text("the cat sat"), None, text("alone")]
    assert fitted.confidences_[2] == 1


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["the cat sat", "the bat sat", "the cat sat down"], "the cat sat"),
        (["a b c", "a c", "a b c"], "a b c"),
        (["a c", "a b c", "a c"], "a c"),
        (["one two three", "one two three", "zero one two three"], "one two three"),
        (["b", "a b", "a b"], "a b"),
    ],
)
def test_rover_votes_word_by_word(texts, expected):
    assert rover(texts)[0] == expected


def test_rover_of_three_that_err_at_different_places_repairs_all():
    said = [
        "she sells sea shells",
        "he sells sea shells",
        "she sells sea bells",
        "she tells sea shells",
    ]

    assert rover(said)[0] == said[0]
    assert said[0] not in said[1:]
    assert rover(said[1:])[0] == said[0]


def test_rover_of_two_that_differ_is_undecided():
    fitted = Rover().fit(table_of([text("a b"), text("a c")], [text("a  b"), text("a b")]))

    assert fitted.labels_ == [None, text("a b")]


def test_vote_on_spans_keeps_what_enough_marked():
    table = table_of([spans((0, 4), (6, 9)), spans((0, 4)), spans((0, 5)), spans((6, 9)), spans()])

    fitted = SpanVote(share=0.4).fit(table)

    assert fitted.labels_ == [spans((0, 4), (6, 9))]
    assert fitted.posteriors_ == [{"1": 0.4, "2": 0.4}]
    assert SpanVote(share=0.5).fit(table).labels_ == [spans()]
    with pytest.raises(ValueError, match="share"):
        SpanVote(share=0).fit(table)


def test_vote_on_relations_needs_the_same_ends():
    def said(start):
        ends = {"from": {"part": "text", "start": start, "end": 4, "choice": "cat"}}
        ends["to"] = {"part": "text", "start": 6, "end": 9, "choice": "dog"}
        return {"kind": "relations", "relations": [{"choice": "owns", **ends}]}

    (value,) = RelationVote().fit(table_of([said(0), said(0), said(1)])).labels_

    assert value == said(0)


WORDS = "the small cat sat on the old mat today"


def test_dawid_skene_on_words_finds_a_span_whose_borders_differ():
    around = [spans((4, 13)), spans((0, 13)), spans((4, 9)), spans((4, 13))]
    table = table_of(around, *[[spans((10, 13))] * 4] * 6)
    texts = [{"text": WORDS}] * 7

    fitted = TokenDawidSkene().fit(table, texts)

    (found,) = fitted.labels_[0]["spans"]
    assert (found["start"], found["end"], found["quote"]) == (4, 13, "small cat")
    assert fitted.labels_[1]["spans"][0]["quote"] == "cat"
    assert fitted.posteriors_[1]["1"] > 0.9
    assert 0 < fitted.priors_["cat"] < 0.5


def test_dawid_skene_on_words_outvotes_who_marks_everything():
    everything = (0, len(WORDS))
    items = [[spans((10, 13)), spans((10, 13)), spans(everything)]] * 8
    table = table_of(*items)

    fitted = TokenDawidSkene().fit(table, [{"text": WORDS}] * 8)

    assert {span["quote"] for value in fitted.labels_ for span in value["spans"]} == {"cat"}


def test_fusion_of_boxes_joins_overlap_and_drops_what_one_saw():
    table = table_of([
        boxes((0, 0, 10, 10, "cat"), (50, 50, 5, 5, "dog")),
        boxes((2, 0, 10, 10, "cat")),
        boxes((1, 0, 10, 13, "cat")),
    ])  # fmt: skip

    fitted = BoxFusion().fit(table)

    assert fitted.labels_ == [boxes((1, 0, 10, 11, "cat"))]
    assert fitted.posteriors_ == [{"1": 1.0}]
    assert fitted.confidences_[0] == pytest.approx((1 + 2 / 3) / 2)


def test_fusion_of_boxes_with_a_tie_of_classes_is_undecided():
    table = table_of([boxes((0, 0, 10, 10, "cat")), boxes((0, 0, 10, 10, "dog"))])

    assert BoxFusion().fit(table).labels_ == [None]


def test_fusion_never_joins_two_boxes_of_one_person():
    table = table_of(
        [boxes((0, 0, 10, 10, "cat"), (1, 0, 10, 10, "cat")), boxes((0, 0, 10, 10, "cat"))]
    )

    (value,) = BoxFusion().fit(table).labels_

    assert len(value["boxes"]) == 2


def test_polygons_points_and_segments_of_near_places_become_one():
    def polygon(x):
        points = [[x, 0], [x + 10, 0], [x + 10, 10], [x, 10]]
        return {"kind": "polygons", "polygons": [{"part": "i", "choice": "cat", "points": points}]}

    def point(x):
        return {"kind": "points", "points": [{"part": "i", "choice": "cat", "x": x, "y": 0}]}

    def segment(start, words):
        found = {"part": "a", "start": start, "end": 10, "choice": "", "text": words}
        return {"kind": "segments", "segments": [found]}

    assert PolygonMedoid().fit(table_of([polygon(0), polygon(1), polygon(3)])).labels_ == [
        polygon(1)
    ]
    assert PointMean().fit(table_of([point(0), point(3), point(6)])).labels_ == [point(3)]
    said = [segment(0, "hello there"), segment(1, "hello there"), segment(3, "hallo there")]
    assert SegmentFusion().fit(table_of(said)).labels_ == [segment(1, "hello there")]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.permutations("abcde"), min_size=1, max_size=5))
def test_kemeny_of_rankings_is_the_only_best_of_all_orders(orders):
    def cost(order):
        return round(10 * sum(kendall_tau_distance(order, each) for each in orders), 6)

    costs = {order: cost(order) for order in permutations("abcde")}
    best = [order for order, each in costs.items() if each == min(costs.values())]

    assert kemeny(orders) == (list(best[0]) if len(best) == 1 else None)


def test_rankings_beyond_seven_entries_are_decided_by_borda():
    entries = [f"e{n}" for n in range(MOST_EXACT + 1)]
    said = [{"kind": "ranking", "order": entries}] * 2

    assert Kemeny().fit(table_of(said)).labels_ == Borda().fit(table_of(said)).labels_ == said[:1]


def test_borda_with_even_mean_places_is_undecided():
    assert borda(["ab", "ba"]) is None
    assert borda(["abc", "acb", "bac"]) == ["a", "b", "c"]


def test_similarity_to_decisions_is_nan_for_who_has_none():
    table = table_of([number(0), number(1)], [None, None, number(5)])

    near = similarity_to_decision(
        table, [number(1), None], lambda one, other: abs(one["number"] - other["number"])
    )

    assert near == pytest.approx([0, 1, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    "aggregator",
    [ClassVote(ties="first"), Median(ties="most"), OffsetMean(n_iter=0), BoxFusion(overlap=2)],
)
def test_parameters_out_of_range_are_refused(aggregator):
    with pytest.raises(ValueError, match="must be"):
        aggregator.fit(table_of([]))
