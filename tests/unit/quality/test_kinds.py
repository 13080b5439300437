"""Every question kind has all parts; and what must hold for each of them."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.parts import parts_of
from annotations.values import KINDS, About
from guidelines.label_schema import QUESTION_KINDS, ChoiceSpec, QuestionSpec
from quality.actions.resolution.methods import METHODS
from quality.agreement.coefficient import ItemStatistic
from quality.agreement.two_intervals import measure_with_intervals
from quality.agreement.value_statistic import with_intervals
from quality.agreement.values import ValueTable
from quality.kinds import COMPUTED_KINDS, KIND_QUALITY, classes_in, only_class
from quality.models import CoefficientName, ResolutionMethod
from quality.queries.agreement.measures import EXPLANATIONS
from tests.unit.quality.answers import ANSWERS, CLASSES, TEXT, answers

# Models with a prior: three people of one mind may all be wrong.
STAY_UNSURE = {
    ResolutionMethod.CALIBRATED_BOXES,
    ResolutionMethod.CALIBRATED_POINTS,
    ResolutionMethod.CALIBRATED_POLYGONS,
    ResolutionMethod.CALIBRATED_SEGMENTS,
    ResolutionMethod.RELATION_MODEL,
    ResolutionMethod.PLACKETT_LUCE,
}

every_kind = pytest.mark.parametrize("kind", sorted(KIND_QUALITY))


def measured(kind, table):
    """All coefficients of a table, without intervals."""
    parts = KIND_QUALITY[kind]
    return {
        name: statistic.measure(
            parts.codes(table) if isinstance(statistic, ItemStatistic) else table
        )
        for name, statistic in parts.shown.items()
    }


def close(one, other):
    return one == other or (one is not None and other is not None and abs(one - other) < 1e-9)


def test_every_question_kind_can_be_computed():
    assert set(QUESTION_KINDS) <= COMPUTED_KINDS
    assert set(ANSWERS) == set(KIND_QUALITY)
    assert set(METHODS) == COMPUTED_KINDS


def test_every_coefficient_and_method_is_used_and_explained():
    shown = {name for kind in KIND_QUALITY.values() for name in (*kind.shown, *kind.by_class)}
    methods = {method for kind in METHODS.values() for method in kind}

    assert shown == set(CoefficientName)
    assert methods == set(ResolutionMethod)
    assert set(EXPLANATIONS) >= set(CoefficientName.values)


@every_kind
def test_alpha_leads_every_kind(kind):
    assert next(iter(KIND_QUALITY[kind].shown)) is CoefficientName.ALPHA


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_distance_of_any_two_answers_is_symmetric_in_range_and_zero_to_itself(kind, data):
    one, other = data.draw(ANSWERS[kind]), data.draw(ANSWERS[kind])
    table = ValueTable.from_rows([(1, 1, one), (1, 2, other)])
    distance = KIND_QUALITY[kind].distance(table)

    assert distance(one, one) == pytest.approx(0, abs=1e-9)
    assert distance(one, other) == pytest.approx(distance(other, one), abs=1e-9)
    assert -1e-9 <= distance(one, other) <= 1 + 1e-9


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_coefficients_of_shuffled_and_renamed_rows_stay_the_same(kind, data):
    rows = data.draw(answers(kind))
    mixed = [(9 - item, 9 - person, value) for item, person, value in rows]
    random.Random(3).shuffle(mixed)

    before, after = (measured(kind, ValueTable.from_rows(each)) for each in (rows, mixed))

    for name, found in before.items():
        assert found.undefined == after[name].undefined
        assert close(found.value, after[name].value), name
        assert found.n_labels == after[name].n_labels


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_coefficients_of_any_answers_stay_in_their_range(kind, data):
    table = ValueTable.from_rows(data.draw(answers(kind)))

    for name, found in measured(kind, table).items():
        if found.value is not None and name is not CoefficientName.MEAN_DIFFERENCE:
            assert found.value <= 1 + 1e-9
            below_zero = {"krippendorff_alpha", "marked_alpha", "gwet_ac2", "icc_2k"}
            chance_corrected = name.value in below_zero or kind == "pairwise"
            assert found.value >= (-np.inf if chance_corrected else -1e-9)


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_coefficients_of_people_of_one_mind_are_one(kind, data):
    said = [data.draw(ANSWERS[kind]) for _item in range(3)]
    rows = [(item, person, value) for item, value in enumerate(said) for person in range(3)]

    for name, found in measured(kind, ValueTable.from_rows(rows)).items():
        if found.value is not None:
            expected = 0 if name is CoefficientName.MEAN_DIFFERENCE else 1
            assert found.value == pytest.approx(expected)


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_alpha_without_each_annotator_equals_alpha_of_the_rest(kind, data):
    rows = data.draw(answers(kind, max_items=3))
    table = ValueTable.from_rows(rows)
    for statistic in KIND_QUALITY[kind].shown.values():
        if isinstance(statistic, ItemStatistic):
            continue
        without = statistic.prepare(table).without_each()
        for code, person in enumerate(table.codes.annotator_keys):
            rest = [row for row in rows if row[1] != person]
            if not rest:
                continue
            expected = statistic.prepare(ValueTable.from_rows(rest)).total().value[0]
            assert without[code] == pytest.approx(expected, abs=1e-7, nan_ok=True), statistic


@every_kind
def test_intervals_of_ten_items_hold_the_value(kind):
    picker = random.Random(5)
    pool = _pool(kind)
    rows = [
        (item, person, pool[(item + (picker.random() < 0.3)) % len(pool)])
        for item in range(10)
        for person in range(3)
    ]
    table = ValueTable.from_rows(rows)
    for statistic in KIND_QUALITY[kind].shown.values():
        if isinstance(statistic, ItemStatistic):
            continue
        found = with_intervals(statistic, table, resamples=200, seed=1)
        again = with_intervals(statistic, table, resamples=200, seed=1)
        if found.coefficient.low is not None:
            assert found.coefficient.low - 1e-9 <= found.coefficient.value
            assert found.coefficient.value <= found.coefficient.high + 1e-9
        assert found == again


def _pool(kind):
    """Five different answers of a kind, always the same."""
    found = []

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(ANSWERS[kind])
    def collect(value):
        if value not in found:
            found.append(value)

    collect()
    return sorted(found, key=repr)[:5]


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_methods_on_shuffled_rows_decide_the_same(kind, data):
    rows = data.draw(answers(kind))

    for method, built in METHODS[kind].items():
        # Other names of people: their order must not decide a tie. Only EM may end elsewhere where
        # two ends are as good, since sums round differently.
        learns = "dawid_skene" in method or method is ResolutionMethod.SPAN_CHAIN
        names = (lambda p: p) if learns else (lambda p: 9 - p)
        mixed = [(item, names(person), value) for item, person, value in rows[::-1]]
        one = built.build().fit(ValueTable.from_rows(rows))
        other = built.build().fit(ValueTable.from_rows(mixed))
        if kind == "number":
            decided = [
                [np.nan if value is None else value["number"] for value in each.labels_]
                for each in (one, other)
            ]
            assert decided[0] == pytest.approx(decided[1], nan_ok=True), method
        else:
            assert one.labels_ == other.labels_, method
        assert one.confidences_ == pytest.approx(other.confidences_, abs=1e-6)


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_methods_on_unanimous_answers_decide_what_was_said(kind, data):
    value = data.draw(ANSWERS[kind])
    table = ValueTable.from_rows([(1, person, value) for person in range(3)])
    distance = KIND_QUALITY[kind].distance(table)

    for method, built in METHODS[kind].items():
        fitted = built.build().fit(table)
        if method in (ResolutionMethod.TOKEN_DAWID_SKENE, ResolutionMethod.SPAN_CHAIN):
            continue  # overlapping spans of a class become one: see their own tests
        assert distance(fitted.labels_[0], value) == pytest.approx(0, abs=1e-6), method
        if method in STAY_UNSURE:
            assert 0.6 < fitted.confidences_[0] <= 1, method
            continue
        # How sure a mean of shares is, is what it says itself.
        is_mean = method is ResolutionMethod.MEAN_SHARES
        sure = max(value["shares"].values()) if is_mean else 1
        assert fitted.confidences_[0] == pytest.approx(sure, abs=1e-6), method


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_confidences_of_any_answers_lie_between_0_and_1(kind, data):
    table = ValueTable.from_rows(data.draw(answers(kind)))

    for built in METHODS[kind].values():
        fitted = built.build().fit(table)
        assert len(fitted.labels_) == len(fitted.posteriors_) == table.n_items
        assert ((fitted.confidences_ >= -1e-9) & (fitted.confidences_ <= 1 + 1e-9)).all()
        assert all(value is None or value["kind"] == kind for value in fitted.labels_)


PARTS = parts_of(
    {
        "parts": [
            {"key": "text", "kind": "text", "text": TEXT},
            {"key": "image", "kind": "image", "media": 1, "width": 100, "height": 100},
            {"key": "audio", "kind": "audio", "media": 2, "duration": 60},
            *({"key": key, "kind": "text", "text": key} for key in "abcd"),
        ]
    }
)
OPTIONS = {
    "choices": {"least": 0},
    "pairwise": {"both_bad": True},
    "ranking": {"parts": list("abcd")},
    "segments": {"transcript": True},
}


@every_kind
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_decisions_of_any_answers_are_canonical_answers(kind, data):
    table = ValueTable.from_rows(data.draw(answers(kind)))
    choices = tuple(ChoiceSpec(key, {}, {}, 0, "") for key in CLASSES)
    asked = QuestionSpec("q", kind, {}, {}, True, choices, OPTIONS.get(kind, {}))
    texts = [{"text": TEXT} for _item in range(table.n_items)] if kind == "spans" else None

    for built in METHODS[kind].values():
        for value in built.build().fit(table, texts).labels_:
            if value is not None and kind != "relations":  # needs the spans of the same person
                parsed = KINDS[kind].parse(KINDS[kind].raw(value), asked, About(parts=PARTS))
                assert parsed.value == value


def test_votes_on_spans_that_nobody_overlaps_keep_the_stronger_one():
    def said(*places):
        return {
            "kind": "spans",
            "spans": [
                {"part": "text", "start": a, "end": b, "choice": "cat", "quote": ""}
                for a, b in places
            ],
        }

    answers = [said((0, 3)), said((0, 3)), said((0, 3)), said((0, 5)), said((0, 5))]
    nested = [said((0, 3), (0, 5)), *answers[1:]]

    def vote(rows):
        table = ValueTable.from_rows([(1, person, each) for person, each in enumerate(rows)])
        (value,) = METHODS["spans"][ResolutionMethod.SPAN_VOTE].build().fit(table).labels_
        return [(span["start"], span["end"]) for span in value["spans"]]

    assert vote(answers) == [(0, 3)]
    assert vote(nested) == [(0, 3), (0, 5)]


def test_one_class_of_spans_leaves_the_others_out():
    spans = [
        {"part": "text", "start": 0, "end": 2, "choice": "cat", "quote": ""},
        {"part": "text", "start": 4, "end": 6, "choice": "dog", "quote": ""},
    ]
    table = ValueTable.from_rows([(1, 1, {"kind": "spans", "spans": spans})])

    restricted = only_class(KIND_QUALITY["spans"], table, "dog")

    assert restricted.of_item(0)[0]["spans"] == spans[1:]
    assert classes_in(KIND_QUALITY["spans"], table.of_item(0)[0]) == ["cat", "dog"]


@every_kind
def test_every_coefficient_of_a_kind_has_both_intervals_and_a_value_without_each_person(kind):
    picker = random.Random(8)
    pool = _pool(kind)
    rows = [
        (item, person, pool[(item + (picker.random() < 0.25)) % len(pool)])
        for item in range(20)
        for person in range(4)
    ]
    table, parts = ValueTable.from_rows(rows), KIND_QUALITY[kind]
    for name, statistic in {**parts.shown, **parts.by_class}.items():
        if isinstance(statistic, ItemStatistic):
            codes = parts.codes(table)
            (found,) = measure_with_intervals(codes, [statistic], resamples=100, seed=1)
        else:
            found = with_intervals(statistic, table, resamples=100, seed=1)
        if found.coefficient.undefined is None:
            assert found.coefficient.low is not None, name
            assert found.annotator_low <= found.coefficient.value <= found.annotator_high, name
            assert not np.isnan(found.without).any(), name
        else:
            assert name not in (CoefficientName.ALPHA, CoefficientName.PERCENT)
