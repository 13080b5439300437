import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.problems import Problem, Problems
from guidelines.label_schema import (
    HOTKEYS,
    MAX_CHOICES,
    MAX_NAME,
    QUESTION_KINDS,
    Example,
    parse_document,
    text_in,
    to_document,
)
from tests.factories.guidelines import a_document


def faults_of(document, **options):
    with pytest.raises(Problems) as raised:
        parse_document(document, **options)
    return {(problem.field, problem.code) for problem in raised.value.problems}


def with_question(**changes):
    document = a_document("yes", "no")
    document["questions"][0].update(changes)
    return document


def with_choices(*choices):
    return with_question(choices=list(choices))


def with_rule(**changes):
    document = a_document()
    document["rules"][0].update(changes)
    return document


def test_document_complete_is_read():
    schema = parse_document(a_document())

    question = schema.question("sentiment")
    assert [choice.key for choice in question.choices] == ["positive", "negative", "mixed"]
    assert question.choice("mixed").names == {"en": "Mixed", "ko": "혼합"}
    assert question.choice("unknown") is None
    assert schema.question("unknown") is None
    assert schema.rules[0].choices == ("sentiment.mixed",)
    assert schema.rules[0].counter_examples == (Example({"en": "Fast, and I like it."}),)


def test_plain_string_as_text_is_english():
    schema = parse_document(a_document("yes", "no"))

    assert schema.questions[0].titles == {"en": "Sentiment"}


def test_choices_without_hotkey_and_color_get_free_ones():
    schema = parse_document(
        with_choices(
            {"key": "a", "name": "A"},
            {"key": "b", "name": "B", "hotkey": "1", "color": 9},
            {"key": "c", "name": "C", "hotkey": "X"},
            {"key": "d", "name": "D"},
        ),
    )

    assert [choice.hotkey for choice in schema.questions[0].choices] == ["2", "1", "x", "3"]
    assert [choice.color for choice in schema.questions[0].choices] == [0, 9, 2, 3]


def test_tenth_choice_without_hotkey_has_none():
    schema = parse_document(a_document(*"abcdefghijk"))

    assert [choice.hotkey for choice in schema.questions[0].choices][8:] == ["9", "", ""]


def test_rules_are_ordered_by_number():
    document = a_document()
    document["rules"] = [{**document["rules"][0], "number": number} for number in (7, 2)]

    assert [rule.number for rule in parse_document(document).rules] == [2, 7]


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ([], "", "not_an_object"),
        ({"question": []}, "question", "unknown_field"),
        ({"questions": {}}, "questions", "not_a_list"),
        ({"questions": ["sentiment"]}, "questions[0]", "not_an_object"),
        (with_question(kind="riddle"), "questions[0].kind", "unknown_kind"),
        (with_question(kind=["choice"]), "questions[0].kind", "unknown_kind"),
        (with_question(key="Sentiment"), "questions[0].key", "bad_key"),
        (with_question(key="a" * 61), "questions[0].key", "bad_key"),
        (with_question(key="a\n"), "questions[0].key", "bad_key"),
        (with_question(key=None), "questions[0].key", "bad_key"),
        (with_question(titel="x"), "questions[0].titel", "unknown_field"),
        (with_question(title=""), "questions[0].title", "missing_text"),
        (with_question(title={"ko": "  "}), "questions[0].title", "missing_text"),
        (with_question(title=7), "questions[0].title", "not_a_text"),
        (with_question(title={"en": 7}), "questions[0].title.en", "not_a_text"),
        (with_question(title={"English": "x"}), "questions[0].title.English", "bad_language"),
        (with_question(title="x" * (MAX_NAME + 1)), "questions[0].title.en", "too_long"),
        (with_question(title="a\x00b"), "questions[0].title.en", "bad_character"),
        (with_question(title="a\ud800b"), "questions[0].title.en", "bad_character"),
        (with_question(required="yes"), "questions[0].required", "bad_flag"),
        (with_question(options={"min": 1}), "questions[0].options.min", "unknown_field"),
        (with_question(choices=[]), "questions[0].choices", "no_choices"),
        (
            a_document(*(f"c{number}" for number in range(MAX_CHOICES + 1))),
            "questions[0].choices",
            "too_many",
        ),
        (a_document("yes", "yes"), "questions[0].choices[1].key", "duplicate_key"),
        (
            with_choices(
                {"key": "a", "name": "A", "hotkey": "q"},
                {"key": "b", "name": "B", "hotkey": "Q"},
            ),
            "questions[0].choices[1].hotkey",
            "duplicate_hotkey",
        ),
        (
            with_choices({"key": "a", "name": "A", "hotkey": "s"}),
            "questions[0].choices[0].hotkey",
            "bad_hotkey",
        ),
        (
            with_choices({"key": "a", "name": "A", "hotkey": "12"}),
            "questions[0].choices[0].hotkey",
            "bad_hotkey",
        ),
        (
            with_choices({"key": "a", "name": "A", "color": 10}),
            "questions[0].choices[0].color",
            "bad_number",
        ),
        (
            with_choices({"key": "a", "name": "A", "color": True}),
            "questions[0].choices[0].color",
            "bad_number",
        ),
        (with_choices({"key": "a"}), "questions[0].choices[0].name", "missing_text"),
        (with_rule(number=0), "rules[0].number", "bad_number"),
        (with_rule(number="1"), "rules[0].number", "bad_number"),
        (with_rule(condition=""), "rules[0].condition", "missing_text"),
        (with_rule(decision={}), "rules[0].decision", "missing_text"),
        (with_rule(examples="x"), "rules[0].examples", "not_a_list"),
        (with_rule(choices=["sentiment.angry"]), "rules[0].choices[0]", "dangling_reference"),
        (with_rule(choices=["mixed"]), "rules[0].choices[0]", "bad_reference"),
        (with_rule(choices=[None]), "rules[0].choices[0]", "bad_reference"),
    ],
)
def test_document_with_a_fault_names_its_path(document, field, code):
    assert (field, code) in faults_of(document)


def test_same_key_and_number_twice_are_refused():
    document = a_document()
    document["questions"] *= 2
    document["rules"] *= 2

    assert faults_of(document) == {
        ("questions[1].key", "duplicate_key"),
        ("rules[1].number", "duplicate_number"),
    }


def test_all_faults_are_told_at_once():
    document = with_rule(number=-1, condition="")
    document["questions"][0]["key"] = "!"

    assert {field for field, _code in faults_of(document)} >= {
        "questions[0].key",
        "rules[0].number",
        "rules[0].condition",
    }


def test_draft_may_be_unfinished_but_not_broken():
    document = with_rule(condition="", choices=["sentiment.gone"])
    document["questions"].append({"key": "empty"})

    schema = parse_document(document, complete=False)
    assert schema.question("empty").choices == ()

    document["questions"].append({"key": "empty"})
    assert faults_of(document, complete=False) == {("questions[2].key", "duplicate_key")}


def test_fault_quotes_what_can_be_encoded():
    with pytest.raises(Problems) as raised:
        parse_document({"\ud800": 1, "x" * 5000: 2})

    assert all(len(str(problem).encode()) < 2000 for problem in raised.value.problems)


def test_kinds_of_the_caller_are_the_ones_allowed():
    assert "choice" in QUESTION_KINDS
    with pytest.raises(Problems):
        parse_document(a_document(), frozenset({"rating"}))


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"en": "yes", "ko": "네"}, "ko", "네"),
        ({"en": "yes", "ko": "네"}, "ko-kr", "네"),
        ({"en": "yes", "ko": "네"}, "de", "yes"),
        ({"ko": "네"}, "en", "네"),
        ({}, "en", ""),
    ],
)
def test_text_in_language_falls_back(texts, language, expected):
    assert text_in(texts, language) == expected


KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,8}\Z")
TEXTS = st.one_of(
    st.text(max_size=20).filter(lambda text: "\x00" not in text),
    st.dictionaries(
        st.sampled_from(["en", "ko", "ja"]),
        st.text("ab \n가", max_size=9),
        max_size=3,
    ),
)
CHOICES = st.lists(
    st.fixed_dictionaries(
        {"key": KEYS, "name": TEXTS},
        optional={
            "help": TEXTS,
            "color": st.integers(0, 9),
            "hotkey": st.sampled_from(["", *sorted(HOTKEYS)]),
        },
    ),
    max_size=12,
)
QUESTIONS = st.lists(
    st.fixed_dictionaries(
        {"key": KEYS, "title": TEXTS},
        optional={"choices": CHOICES, "required": st.booleans()},
    ),
    max_size=3,
)
RULES = st.lists(
    st.fixed_dictionaries(
        {"number": st.integers(1, 99), "condition": TEXTS, "decision": TEXTS},
        optional={"title": TEXTS, "examples": st.lists(TEXTS, max_size=3)},
    ),
    max_size=3,
)


@given(st.fixed_dictionaries({}, optional={"questions": QUESTIONS, "rules": RULES}))
def test_document_read_and_written_is_the_same_schema(raw):
    try:
        schema = parse_document(raw, complete=False)
    except Problems:
        return
    document = json.loads(json.dumps(to_document(schema)))

    assert parse_document(document, complete=False) == schema
    assert to_document(parse_document(document, complete=False)) == document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["questions", "rules", "key", "choices", "title", "number", "examples"],
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_a_schema_or_problems(raw):
    try:
        schema = parse_document(raw)
    except Problems as error:
        problems = error.problems
    else:
        problems = []
        assert parse_document(to_document(schema)) == schema

    assert all(isinstance(problem, Problem) and problem.code for problem in problems)
