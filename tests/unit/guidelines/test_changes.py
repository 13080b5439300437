import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import Problems
from guidelines.changes import (
    CLASSES,
    Decisions,
    QuizSettings,
    decided_changes,
    mapping_of,
    parse_changes,
    pruned_changes,
    read_changes,
    to_changes,
)
from guidelines.diff import VersionContent, diff_versions
from guidelines.label_schema import parse_document
from tests.factories.guidelines import a_document
from tests.unit.guidelines.test_hierarchy_and_conditions import DOCUMENTS


def content(document=None, title="Sentiment", prose="One.\nTwo."):
    return VersionContent(title, prose, parse_document(document or a_document(), complete=False))


def rule(**changes):
    document = a_document()
    document["rules"][0].update(changes)
    return document


def faults_of(raw, after, *, before=None, complete=True):
    with pytest.raises(Problems) as raised:
        parse_changes(raw, before or content(), after, complete=complete)
    return {(problem.field, problem.code) for problem in raised.value.problems}


GONE = a_document()
GONE["questions"][0]["choices"][2:] = [
    {"key": "both", "name": "Both", "color": 4, "hotkey": "3"},
    {"key": "neither", "name": "Neither", "color": 5, "hotkey": "4"},
]
GONE["rules"] = []
MIXED = "sentiment.mixed"
SPLIT = {"fates": {MIXED: {"how": "split", "into": ["sentiment.both", "sentiment.neither"]}}}


def test_choice_split_but_not_changed_is_a_change():
    document = a_document()
    document["questions"][0]["choices"].append({"key": "both", "name": "Both"})
    raw = {"fates": {MIXED: {"how": "split", "into": [MIXED, "sentiment.both"]}}}

    decisions = parse_changes(raw, content(), content(document), complete=True)

    assert decisions.classes["choice:sentiment.mixed"] == "breaking"
    assert mapping_of(decisions) == {}


def test_publishing_fills_in_what_was_not_decided():
    raw = {**SPLIT, "classes": {"rule:1": "clarifying", "prose": "breaking"}}

    decisions = parse_changes(raw, content(), content(GONE), complete=True)

    assert decisions.classes == {
        "rule:1": "clarifying",
        "choice:sentiment.both": "breaking",
        "choice:sentiment.mixed": "breaking",
        "choice:sentiment.neither": "breaking",
    }  # prose did not change after all
    assert decisions.change_class == "breaking"


def test_draft_keeps_only_what_was_decided():
    raw = {"classes": {"rule:1": "clarifying", "prose": "breaking"}}

    decisions = parse_changes(raw, content(), content(GONE), complete=False)

    assert decisions == Decisions({"prose": "breaking", "rule:1": "clarifying"}, {}, None)


def fate(how, *into):
    return {"fates": {MIXED: {"how": how, "into": list(into)}}}


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        ([], "changes", "not_an_object"),
        ({"class": {}}, "changes.class", "unknown_field"),
        ({"classes": []}, "changes.classes", "not_an_object"),
        ({"classes": {"rule:9": "editorial"}}, "changes.classes[rule:9]", "unknown_target"),
        ({"classes": {"R1": "editorial"}}, "changes.classes[R1]", "unknown_target"),
        ({"classes": {"rule:1": "grave"}}, "changes.classes[rule:1]", "unknown_class"),
        ({"classes": {"rule:1": ["x"]}}, "changes.classes[rule:1]", "unknown_class"),
        ({}, f"changes.fates[{MIXED}]", "no_fate"),
        ({"fates": {"sentiment.both": {"how": "kept"}}}, "changes.fates[sentiment.both]",
         "unknown_target"),
        ({"fates": {MIXED: "retired"}}, f"changes.fates[{MIXED}]", "not_an_object"),
        (fate("forgotten"), f"changes.fates[{MIXED}].how", "unknown_fate"),
        (fate("kept"), f"changes.fates[{MIXED}].how", "not_there"),
        (fate("split"), f"changes.fates[{MIXED}].into", "too_few_targets"),
        (fate("split", "sentiment.both"), f"changes.fates[{MIXED}].into", "too_few_targets"),
        (fate("split", "sentiment.both", "sentiment.both"), f"changes.fates[{MIXED}].into[1]",
         "duplicate_target"),
        (fate("split", "sentiment.both", MIXED), f"changes.fates[{MIXED}].into[1]",
         "dangling_target"),
        (fate("renamed"), f"changes.fates[{MIXED}].into", "too_few_targets"),
        (fate("merged", "sentiment.both", "sentiment.neither"), f"changes.fates[{MIXED}].into",
         "too_many_targets"),
        (fate("moved", "both"), f"changes.fates[{MIXED}].into[0]", "bad_reference"),
        (fate("retired", "sentiment.both"), f"changes.fates[{MIXED}].into", "needless_targets"),
        ({"fates": {"sentiment.positive": {"how": "retired"}}},
         "changes.fates[sentiment.positive].how", "still_there"),
        ({"quiz": {"questions": 0}}, "changes.quiz.questions", "bad_number"),
        ({"quiz": {"questions": 21}}, "changes.quiz.questions", "bad_number"),
        ({"quiz": {"questions": 1, "pass_mark": 101}}, "changes.quiz.pass_mark", "bad_number"),
        ({"quiz": {"questions": True}}, "changes.quiz.questions", "bad_number"),
        ({**SPLIT, "quiz": {"questions": 1}}, "changes.quiz", "no_quiz_question"),
    ],
)  # fmt: skip
def test_bad_decision_is_named_by_its_path(raw, field, code):
    assert (field, code) in faults_of(raw, content(GONE))


@pytest.mark.parametrize(
    "raw",
    [{}, fate("split"), fate("renamed", "sentiment.later"), {"quiz": {"questions": 3}}],
)
def test_draft_may_be_undecided(raw):
    assert parse_changes(raw, content(), content(GONE), complete=False)


def test_quiz_needs_a_right_answer_in_a_rule_that_people_must_read():
    answered = rule(examples=[{"text": "x", "choice": MIXED}], title="Other")
    raw = {"quiz": {"questions": 3}}

    silent = {**raw, "classes": {"rule:1": "editorial"}}
    assert ("changes.quiz", "no_quiz_question") in faults_of(silent, content(answered))
    decisions = parse_changes(raw, content(), content(answered), complete=True)
    assert decisions.quiz == QuizSettings(3, 100)


def test_mapping_has_what_goes_to_one_place():
    raw = fate("merged", "sentiment.positive")

    decisions = parse_changes(raw, content(), content(GONE), complete=True)

    assert mapping_of(decisions) == {MIXED: "sentiment.positive"}


def test_decisions_stored_and_read_are_the_same():
    decisions = parse_changes(
        {**SPLIT, "quiz": None, "classes": {"rule:1": "editorial"}},
        content(), content(GONE), complete=True,
    )  # fmt: skip

    assert read_changes(json.loads(json.dumps(to_changes(decisions)))) == decisions
    assert read_changes({}) == Decisions({}, {}, None)


def test_pruned_decisions_are_about_what_is_there():
    raw = {
        "classes": {"rule:1": "editorial", "rule:13": "breaking"},
        "fates": {**SPLIT["fates"], "sentiment.positive": {"how": "retired"}, "other.x": {}},
        "quiz": {"questions": 1},
    }

    assert pruned_changes(raw, content(), content(GONE)) == {
        "classes": {"rule:1": "editorial"},
        **SPLIT,
        "quiz": {"questions": 1},
    }
    assert pruned_changes(None, content(), content()) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["classes", "fates", "quiz", "how", "into", "rule:1", MIXED, "prose"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_any_json_is_decisions_or_problems(raw, complete):
    before, after = content(), content(GONE)
    try:
        decisions = parse_changes(raw, before, after, complete=complete)
    except Problems:
        return
    assert parse_changes(to_changes(decisions), before, after, complete=complete) == decisions


@given(DOCUMENTS, DOCUMENTS)
def test_any_two_versions_have_their_changes_told_and_decided(left, right):
    try:
        before, after = content(left), content(right)
    except Problems:
        return
    gone = before.schema.references() - after.schema.references()
    raw = {"fates": {reference: {"how": "retired"} for reference in gone}}

    decisions = parse_changes(raw, before, after, complete=True)
    changes = decided_changes(before, after, decisions)

    targets = [each.change.target for each in changes]
    assert len(targets) == len(set(targets))
    assert set(targets) == set(decisions.classes)
    assert {each.change.key for each in changes if each.change.wants_fate} == gone
    assert all(each.decided in CLASSES for each in changes)
    assert bool(changes) is not diff_versions(before, after).is_empty


@given(DOCUMENTS)
def test_version_against_itself_has_no_changes(raw):
    try:
        same = content(raw)
    except Problems:
        return

    assert parse_changes({}, same, same, complete=True) == Decisions({}, {}, None)
