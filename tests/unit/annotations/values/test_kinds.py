"""Every kind in the registry: its parts, its canonical form, and what it refuses."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.values import KINDS, LabelValue
from core.problems import Problem
from guidelines.label_schema import QUESTION_KINDS
from guidelines.question_options import CONTROLS, DEFAULTS, KIND_OPTIONS
from tests.unit.annotations.values.cases import OPTIONS, RAW, SUMMARY, TEXT, about, question

ROOT = Path(__file__).resolve().parents[4]


def test_registry_has_every_part_of_every_kind():
    assert set(KINDS) == QUESTION_KINDS == set(RAW) == set(SUMMARY)
    for name in KINDS:
        assert (ROOT / f"templates/annotations/kinds/{name}.html").exists(), name
        assert (ROOT / f"static/js/label/kinds/{name}.js").exists(), name
    assert {option for options in KIND_OPTIONS.values() for option in options} == set(CONTROLS)
    assert all(set(given) <= set(KIND_OPTIONS[kind]) for kind, given in DEFAULTS.items())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_brings_all_that_is_asked_of_it(name):
    kind = KINDS[name]
    parsed = kind.parse(RAW[name], question(name), about())

    assert kind.name == name
    assert isinstance(parsed, LabelValue)
    assert parsed.value["kind"] == name
    assert kind.raw(parsed.value) == RAW[name]
    assert kind.parse(kind.raw(parsed.value), question(name), about()) == parsed
    assert kind.summary(parsed.value, question(name), "en") == SUMMARY[name]
    assert (parsed.choice is not None) == (name == "choice")
    assert (parsed.number is not None) == (name in ("rating", "number"))


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize(
    "raw",
    [True, pytest.param(10**400, id="huge"), [None], [[]], {"x": []}, "\x00", [{"a": 1}], [1.5]],
)
def test_kind_refuses_what_it_is_not_with_a_problem_of_its_question(name, raw):
    with pytest.raises(Problem) as caught:
        KINDS[name].parse(raw, question(name), about())

    assert caught.value.field == name.replace("_", "-")


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("choices", ["person", "thing"], "unknown_choice"),
        ("soft_choice", {"person": -1, "place": 2}, "bad_shares"),
        ("soft_choice", {"person": 0}, "bad_shares"),
        ("soft_choice", {"thing": 1}, "unknown_choice"),
        ("rating", 0, "off_scale"),
        ("rating", 6, "off_scale"),
        ("rating", 2.5, "off_scale"),
        ("number", -0.5, "out_of_range"),
        ("number", 11, "out_of_range"),
        ("number", 2.3, "off_step"),
        ("number", float("nan"), "not_a_number"),
        ("number", "many", "not_a_number"),
        ("text", "  \n ", "empty"),
        ("text", "x" * 5001, "too_long"),
        ("spans", [{"start": 0, "end": 99, "choice": "person"}], "bad_offsets"),
        ("spans", [{"start": 2, "end": 2, "choice": "person"}], "bad_offsets"),
        ("spans", [{"start": -1, "end": 2, "choice": "person"}], "bad_offsets"),
        ("spans", [{"start": 0, "end": 2, "choice": "person", "quote": "수가"}], "wrong_quote"),
        ("spans", [{"start": 0, "end": 2, "choice": "thing"}], "unknown_choice"),
        ("spans", [{"start": 0, "end": 2, "choice": "person", "part": "image"}], "no_such_part"),
        ("spans", [{"start": 0, "end": 2, "choice": "person", "color": 3}], "bad_entry"),
        ("pairwise", {"winner": "c"}, "unknown_verdict"),
        ("pairwise", {"winner": "a", "left": "tie"}, "unknown_side"),
        ("ranking", ["a"], "incomplete"),
        ("ranking", ["a", "a"], "incomplete"),
        ("boxes", [{"x": 95, "y": 0, "width": 10, "height": 5, "choice": "place"}], "outside"),
        ("boxes", [{"x": 5, "y": -3, "width": 10, "height": 5, "choice": "place"}], "outside"),
        ("boxes", [{"x": 5, "y": 3, "width": 0, "height": 5, "choice": "place"}], "no_area"),
        ("polygons", [{"points": [[0, 0], [1, 1]], "choice": "place"}], "too_few_points"),
        ("polygons", [{"points": [[0, 0], [1, 1], [2, 2]], "choice": "place"}], "no_area"),
        ("polygons", [{"points": [[0, 0], [1, 1], [2]], "choice": "place"}], "bad_point"),
        ("polygons", [{"points": [[0, 0], [1, 1], [2, 90]], "choice": "place"}], "outside"),
        ("points", [{"x": 101, "y": 0, "choice": "person"}], "outside"),
        ("segments", [{"start": 3, "end": 2, "choice": "person"}], "bad_times"),
        ("segments", [{"start": 3, "end": 12, "choice": "person"}], "bad_times"),
    ],
)
def test_kind_names_what_is_wrong(name, raw, code):
    with pytest.raises(Problem) as caught:
        KINDS[name].parse(raw, question(name), about())

    assert caught.value.code == code
    assert name.replace("_", "-") in str(caught.value) or code in (
        "no_area",
        "bad_point",
        "unknown_side",
    )


def test_offsets_count_code_points_and_are_checked_against_the_quote():
    """A family emoji is one sign to people, five code points, and eight UTF-16 units."""
    start = TEXT.index("Ada")
    spans = KINDS["spans"].parse(
        [{"start": start, "end": start + 3, "choice": "person", "quote": "Ada"}],
        question("spans"),
        about(),
    )
    assert spans.value["spans"][0]["quote"] == "Ada"

    in_utf16 = len(TEXT[:start].encode("utf-16-le")) // 2
    with pytest.raises(Problem, match="quotes “Ada”"):
        KINDS["spans"].parse(
            [{"start": in_utf16, "end": in_utf16 + 3, "choice": "person", "quote": "Ada"}],
            question("spans"),
            about(),
        )


def test_spans_may_overlap_unless_the_question_forbids_it():
    raw = [
        {"start": 0, "end": 6, "choice": "place"},
        {"start": 4, "end": 6, "choice": "place"},
        {"start": 0, "end": 6, "choice": "place"},
    ]
    parsed = KINDS["spans"].parse(raw, question("spans"), about())
    assert [(span["start"], span["end"]) for span in parsed.value["spans"]] == [(0, 6), (4, 6)]

    with pytest.raises(Problem, match="overlap"):
        KINDS["spans"].parse(raw, question("spans", overlap=False), about())


def test_relation_ends_are_spans_of_the_same_annotation():
    raw = RAW["relations"]
    with pytest.raises(Problem) as caught:
        KINDS["relations"].parse(raw, question("relations"), about(spans={"spans": []}))
    assert caught.value.code == "no_such_span"

    joined = [{**raw[0], "to": raw[0]["from"]}]
    with pytest.raises(Problem) as caught:
        KINDS["relations"].parse(joined, question("relations"), about())
    assert caught.value.code == "same_span"


def test_choices_keep_to_how_many_may_be_chosen():
    two_at_most = question("choices", least=1, most=1)

    for raw in ([], ["person", "place"]):
        with pytest.raises(Problem) as caught:
            KINDS["choices"].parse(raw, two_at_most)
        assert caught.value.code == "wrong_count"
    assert KINDS["choices"].parse("place", two_at_most).value["choices"] == ["place"]
    assert KINDS["choices"].parse([], question("choices")).value["choices"] == []


def test_segment_has_a_class_a_transcript_or_neither_as_the_question_says():
    raw = [{"start": 0, "end": 1, "text": "hello"}]
    parsed = KINDS["segments"].parse(raw, question("segments"), about())
    assert parsed.value["segments"][0]["choice"] == ""

    with pytest.raises(Problem):
        KINDS["segments"].parse(raw, question("segments", transcript=False), about())
    with pytest.raises(Problem) as caught:
        KINDS["segments"].parse(
            [{**raw[0], "choice": "person"}], question("segments", transcript=False), about()
        )
    assert caught.value.code == "needless_text"


def test_box_at_the_edge_may_be_off_by_what_rounding_adds():
    raw = [{"x": -0.4, "y": 0, "width": 100.9, "height": 50, "choice": "place"}]
    box = KINDS["boxes"].parse(raw, question("boxes"), about()).value["boxes"][0]

    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 100, 50)


@given(st.dictionaries(st.sampled_from(["person", "place"]), st.floats(0, 1e6), min_size=1))
def test_shares_sum_up_to_one(shares):
    if sum(shares.values()) <= 0:
        return
    parsed = KINDS["soft_choice"].parse(shares, question("soft_choice"))

    assert sum(parsed.value["shares"].values()) == pytest.approx(1)
    assert all(0 < share <= 1 for share in parsed.value["shares"].values())


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(1, 10)), max_size=8))
def test_spans_are_canonical_whatever_their_order(found):
    raw = [{"start": start, "end": start + length, "choice": "person"} for start, length in found]
    parse = KINDS["spans"].parse
    forward, backward = (parse(each, question("spans"), about()).value for each in (raw, raw[::-1]))

    assert forward == backward
    assert all(TEXT[s["start"] : s["end"]] == s["quote"] for s in forward["spans"])


def test_every_option_of_the_cases_is_an_option_of_its_kind():
    assert all(set(OPTIONS[kind]) <= set(KIND_OPTIONS[kind]) for kind in OPTIONS)
