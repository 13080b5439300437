"""Rows to items and answers."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Problem
from datasets.formats.base import RowProblem
from datasets.formats.mapping_reader import parse_mapping
from datasets.formats.shape import Shaper
from guidelines.label_schema import parse_document
from tests.factories.guidelines import a_document

SCHEMA = parse_document(a_document("refund", "delivery", question="intent"))


def shaper(columns, *, values=None):
    mapping = parse_mapping(
        {"columns": columns, "values": values or {}},
        question_keys=["intent"],
        file_format="jsonl",
    )
    return Shaper(mapping, SCHEMA)


def shape(row, columns, **options):
    return shaper(columns, **options).shape(7, row)


FLAT = {
    "id": "id",
    "text": "text",
    "who": "annotator",
    "at": "labeled_at",
    "is": "answer:intent",
    "why": "skip",
}
NESTED = {"id": "id", "text": "text", "annotations": "annotations"}


def test_shape_flat_row_with_an_answer():
    row = {
        "id": 5,
        "text": 'a "b"\r\nc',
        "who": 3,
        "at": "2024-05-01T09:00:00+09:00",
        "is": "refund",
    }
    shaped = shape(row, FLAT)
    assert (shaped.line, shaped.external_id, json.loads(shaped.payload)) == (
        7, "5", {"text": 'a "b"\nc'},
    )  # fmt: skip
    (answer,) = shaped.answers
    assert (answer.annotator, answer.labeled_at) == ("3", "2024-05-01T00:00:00+00:00")
    assert answer.labels[0][1].value == {"kind": "choice", "choice": "refund"}


def test_shape_time_without_offset_is_utc():
    row = {"id": 1, "text": "a", "who": "x", "at": "2024-05-01 09:00", "is": "refund"}
    assert shape(row, FLAT).answers[0].labeled_at == "2024-05-01T09:00:00+00:00"


@pytest.mark.parametrize(("choice", "why", "answers"), [("", "", 0), (None, "rude", 1)])
def test_shape_row_without_an_answer(choice, why, answers):
    row = {"id": 1, "text": "a", "who": "x", "is": choice, "why": why}
    shaped = shape(row, FLAT)
    assert [answer.reason for answer in shaped.answers] == [why] * answers


def test_shape_values_translate_numbers_too():
    shaped = shape({"id": 1, "text": "a", "who": "x", "is": 1}, FLAT,
                   values={"intent": {"1": "delivery"}})  # fmt: skip
    assert shaped.answers[0].labels[0][1].choice == "delivery"


def test_shape_equal_texts_have_equal_ids_and_others_do_not():
    one, two, other = (shape({"text": text}, {"text": "text"}) for text in ("a", "a", "b"))
    assert one.external_id == two.external_id != other.external_id


def test_shape_metadata_merges_objects_and_single_columns():
    row = {"id": "1", "metadata": {"a": 1}, "meta.b": "x", "c": None}
    columns = {"id": "id", "metadata": "metadata", "meta.b": "metadata", "c": "metadata"}
    assert json.loads(shape(row, columns).metadata) == {"a": 1, "b": "x"}


@pytest.mark.parametrize(
    ("row", "columns", "code", "field"),
    [
        ({"id": "", "text": "a"}, FLAT, "bad_id", "id"),
        ({"id": "x" * 256, "text": "a"}, FLAT, "bad_id", "id"),
        ({"id": True, "text": "a"}, FLAT, "bad_id", "id"),
        ({"id": "1"}, FLAT, "bad_text", "text"),
        ({"id": "1", "text": " \n"}, FLAT, "bad_text", "text"),
        ({"id": "1", "text": 5}, FLAT, "bad_text", "text"),
        ({"id": "1", "text": "a", "x": 1}, FLAT, "unknown_columns", "x"),
        ({"id": "1", "text": "a", "is": "refund"}, FLAT, "no_annotator", "who"),
        ({"id": "1", "text": "a", "who": "x", "is": "lost"}, FLAT, "unknown_choice", "is"),
        ({"id": "1", "text": "a", "who": "x", "is": []}, FLAT, "not_a_choice_key", "is"),
        ({"id": "1", "text": "a", "who": "x", "is": "refund", "at": "May"}, FLAT, "bad_time", "at"),
        ({"id": "1", "text": "a", "annotations": {}}, NESTED, "not_a_list", "annotations"),
        (
            {"id": "1", "text": "a", "annotations": [{"by": "x"}]},
            NESTED, "bad_annotation", "annotations[0]",
        ),
        (
            {"id": "1", "text": "a", "annotations": [{"annotator": "x"}]},
            NESTED, "bad_annotation", "annotations[0]",
        ),
        (
            {"id": "1", "text": "a", "annotations": [{"annotator": "x", "answers": {"tone": "a"}}]},
            NESTED, "unknown_question", "annotations[0].answers.tone",
        ),
        ({"id": "1", "payload": {}}, {"id": "id", "payload": "payload"}, "bad_payload", "payload"),
        (
            {"id": "1", "payload": {"n": float("inf")}},
            {"id": "id", "payload": "payload"}, "huge_number", "payload",
        ),
    ],
)  # fmt: skip
def test_shape_refuses_with_code_line_and_column(row, columns, code, field):
    with pytest.raises(RowProblem) as found:
        shape(row, columns)
    assert (found.value.code, found.value.line, found.value.field) == (code, 7, field)


def test_shape_unknown_choice_names_question_and_allowed_keys():
    with pytest.raises(RowProblem, match=r"“lost”.*“intent”.*refund, delivery"):
        shape({"id": "1", "text": "a", "who": "x", "is": "lost"}, FLAT)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["annotator", "answers", "intent", "skip", "comment", "labeled_at"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.sampled_from([*FLAT, "annotations"]), anything))
def test_shape_any_row_gives_an_item_or_a_problem(row):
    with suppress(Problem):  # anything else fails the test
        shaped = shape(row, {**FLAT, "annotations": "annotations"})
        assert json.loads(shaped.payload)["text"]
