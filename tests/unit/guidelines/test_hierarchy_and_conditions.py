"""Parents of choices, conditions of questions, and examples with their right answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digest import digest
from core.problems import Problems
from guidelines.label_schema import Example, ShowWhen, asked_questions, parse_document, to_document
from tests.factories.guidelines import a_document

# Of the document as published before parents, conditions and right answers existed.
HASH_BEFORE = "6c3f7b4c96c59a98c93c01b323b57c7758a624988d9624e8527fb8a9c267a34d"


def faults_of(document, **options):
    with pytest.raises(Problems) as raised:
        parse_document(document, **options)
    return {(problem.field, problem.code) for problem in raised.value.problems}


def with_parents(**parents):
    document = a_document("refund", "exchange", "other")
    for choice in document["questions"][0]["choices"]:
        choice["parent"] = parents.get(choice["key"], "")
    return document


def with_conditions(*conditions):
    """Three questions a, b, c with choices yes and no, and these conditions."""
    questions = [a_document("yes", "no", question=key)["questions"][0] for key in "abc"]
    for question, condition in zip(questions, conditions, strict=True):
        if condition:
            key, *choices = condition
            question["show_when"] = {"question": key, "choices": choices}
    return {"questions": questions, "rules": []}


def with_example(example, name="examples"):
    document = a_document()
    document["rules"][0][name] = [example]
    return document


def test_document_without_the_new_fields_keeps_its_hash():
    assert digest(to_document(parse_document(a_document()))) == HASH_BEFORE


def test_parents_are_read_written_and_walked():
    schema = parse_document(with_parents(refund="other", exchange="refund"))

    question = schema.questions[0]
    assert [choice.key for choice in question.ancestors("exchange")] == ["refund", "other"]
    assert question.ancestors("other") == question.ancestors("unknown") == []
    written = to_document(schema)["questions"][0]["choices"]
    assert [choice.get("parent") for choice in written] == ["other", "refund", None]
    assert parse_document(to_document(schema)) == schema


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        (with_parents(refund="gone"), "questions[0].choices[0].parent", "dangling_reference"),
        (with_parents(refund="refund"), "questions[0].choices[0].parent", "parent_circle"),
        (
            with_parents(refund="exchange", exchange="refund"),
            "questions[0].choices[1].parent",
            "parent_circle",
        ),
        (with_parents(refund="No!"), "questions[0].choices[0].parent", "bad_key"),
        (with_parents(refund=7), "questions[0].choices[0].parent", "bad_key"),
        (
            with_conditions(None, ("c", "yes"), None),
            "questions[1].show_when.question",
            "not_earlier",
        ),
        (
            with_conditions(None, ("b", "yes"), None),
            "questions[1].show_when.question",
            "not_earlier",
        ),
        (
            with_conditions(None, ("a", "maybe"), None),
            "questions[1].show_when.choices[0]",
            "dangling_reference",
        ),
        (with_conditions(None, ("a",), None), "questions[1].show_when.choices", "no_condition"),
        (
            with_conditions(None, ("a", "yes", "yes"), None),
            "questions[1].show_when.choices[1]",
            "duplicate_key",
        ),
        (
            with_example({"text": "x", "choice": "sentiment.gone"}),
            "rules[0].examples[0].choice",
            "dangling_reference",
        ),
        (
            with_example({"text": "x", "choice": "mixed"}, "counter_examples"),
            "rules[0].counter_examples[0].choice",
            "bad_reference",
        ),
        (
            with_example({"text": "x", "answer": "y"}),
            "rules[0].examples[0].answer",
            "unknown_field",
        ),
    ],
)
def test_fault_in_the_new_fields_names_its_path(document, field, code):
    assert (field, code) in faults_of(document)


def test_draft_may_refer_to_what_is_not_there_yet_but_not_in_circles():
    for document in (
        with_parents(refund="gone"),
        with_conditions(("c", "yes"), ("a",), None),
        with_example({"text": "x", "choice": "sentiment.gone"}),
    ):
        schema = parse_document(document, complete=False)
        assert parse_document(to_document(schema), complete=False) == schema
    circle = with_parents(refund="exchange", exchange="refund")
    assert ("questions[0].choices[0].parent", "parent_circle") in faults_of(circle, complete=False)


def test_long_line_of_parents_is_checked_quickly():
    keys = [f"c{number}" for number in range(200)]
    document = a_document(*keys)
    for choice, parent in zip(document["questions"][0]["choices"][1:], keys, strict=False):
        choice["parent"] = parent
    document["questions"] = [{**document["questions"][0], "key": f"q{n}"} for n in range(20)]

    assert len(parse_document(document).questions[19].ancestors("c199")) == 199


def test_example_names_its_right_answer():
    document = with_example({"text": {"ko": "네"}, "choice": "sentiment.mixed"})

    schema = parse_document(document)

    assert schema.rules[0].examples == (Example({"ko": "네"}, "sentiment.mixed"),)
    assert to_document(schema)["rules"][0]["examples"] == document["rules"][0]["examples"]


def test_example_without_a_right_answer_is_written_as_its_texts():
    schema = parse_document(with_example({"text": "yes", "choice": ""}))

    assert to_document(schema)["rules"][0]["examples"] == [{"en": "yes"}]


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, "a"),
        ({"a": "no"}, "a"),
        ({"a": "yes"}, "ab"),
        ({"a": "yes", "b": "no"}, "abc"),
        ({"a": ["no", "yes"], "b": "yes"}, "abc"),
        ({"b": "no"}, "a"),  # an answer to what is not asked counts for nothing
        ({"a": None, "b": 7}, "a"),
        ({"a": [["yes"]]}, "a"),
    ],
)
def test_questions_are_asked_after_the_answers_they_name(values, asked):
    schema = parse_document(with_conditions(None, ("a", "yes"), ("b", "yes", "no")))

    assert schema.questions[1].show_when == ShowWhen("a", ("yes",))
    assert "".join(question.key for question in asked_questions(schema, values)) == asked


KEYS = st.sampled_from("abcd")
CONDITIONS = st.fixed_dictionaries({"question": KEYS, "choices": st.lists(KEYS, max_size=2)})
EXAMPLES = st.one_of(
    st.sampled_from(["", "x", "가"]),
    st.fixed_dictionaries(
        {"text": st.dictionaries(st.sampled_from(["en", "ko"]), st.text("ab ", max_size=3))},
        optional={"choice": st.sampled_from(["", "a.b", "a.a", "c.d"])},
    ),
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "questions": st.lists(
            st.fixed_dictionaries(
                {
                    "key": KEYS,
                    "title": st.just("Q"),
                    "choices": st.lists(
                        st.fixed_dictionaries(
                            {"key": KEYS, "name": st.just("C"), "hotkey": st.just("")},
                            optional={"parent": st.sampled_from(["", "a", "b", "c"])},
                        ),
                        max_size=4,
                        unique_by=lambda choice: choice["key"],
                    ),
                },
                optional={"show_when": st.none() | CONDITIONS},
            ),
            max_size=4,
            unique_by=lambda question: question["key"],
        ),
        "rules": st.lists(
            st.fixed_dictionaries(
                {"number": st.integers(1, 9), "condition": st.just("x"), "decision": st.just("y")},
                optional={
                    "examples": st.lists(EXAMPLES, max_size=3),
                    "counter_examples": st.lists(EXAMPLES, max_size=3),
                },
            ),
            max_size=2,
            unique_by=lambda rule: rule["number"],
        ),
    },
)


@given(DOCUMENTS)
def test_document_with_the_new_fields_read_and_written_is_the_same(raw):
    try:
        schema = parse_document(raw, complete=False)
    except Problems:
        return
    document = json.loads(json.dumps(to_document(schema)))

    assert parse_document(document, complete=False) == schema
    assert to_document(parse_document(document, complete=False)) == document


@given(DOCUMENTS, st.dictionaries(KEYS, KEYS | st.lists(KEYS)))
def test_asked_questions_are_closed_under_their_conditions(raw, values):
    try:
        schema = parse_document(raw, complete=False)
    except Problems:
        return
    asked = asked_questions(schema, values)
    keys = [question.key for question in asked]

    assert keys == [question.key for question in schema.questions if question.key in keys]
    assert all(each.show_when is None or each.show_when.question in keys for each in asked)
    assert {each.key for each in schema.questions if each.show_when is None} <= set(keys)
