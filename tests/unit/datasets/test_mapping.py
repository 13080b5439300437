"""Which column means what: guesses, and mappings that are refused."""

import pytest

from core.problems import Problems
from datasets.formats.mapping import EXPORTED, guess, metadata_name
from datasets.formats.mapping_reader import parse_mapping


def refused(raw, columns=(), file_format="csv", keys=("intent",)):
    with pytest.raises(Problems) as found:
        parse_mapping(raw, question_keys=keys, file_format=file_format, columns=columns)
    return [problem.code for problem in found.value.problems]


def test_guess_takes_names_that_speak_for_themselves():
    columns = ["external_id", "text", "annotator", "labeled_at", "intent", "meta.lang", "colour"]
    assert guess(columns, ["intent"]) == {
        "external_id": "id",
        "text": "text",
        "annotator": "annotator",
        "labeled_at": "labeled_at",
        "intent": "answer:intent",
        "meta.lang": "metadata",
    }


@pytest.mark.parametrize(
    ("columns", "keys", "expected"),
    [
        (["id", "label"], ["intent"], {"id": "id", "label": "answer:intent"}),
        (["id", "label"], ["intent", "tone"], {"id": "id"}),
        (["id", "label", "intent"], ["intent"], {"id": "id", "intent": "answer:intent"}),
        (["external_id", "id"], [], {"external_id": "id"}),
        (["text", "payload"], [], {"payload": "payload"}),
    ],
)
def test_guess_in_doubt(columns, keys, expected):
    assert guess(columns, keys) == expected


def test_guess_export_ignores_the_lineage_of_the_other_place():
    columns = ["external_id", "annotator", "submitted_at", "choice", *sorted(EXPORTED - {"choice"})]
    found = guess(columns, ["intent"], file_format="csv")
    assert set(found) == set(columns)
    assert {name for name, role in found.items() if role != "ignore"} == {
        "external_id", "annotator", "submitted_at", "choice",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (None, ["not_an_object"]),
        ({"columns": []}, ["not_an_object"]),
        ({"colums": {}}, ["not_an_object"]),
        ({"columns": {"a": "id", "b": "body"}}, ["unknown_role"]),
        ({"columns": {"a": "id", "b": "answer:tone"}}, ["unknown_role"]),
        ({"columns": {"a": ["id"]}}, ["unknown_role"]),
        ({"columns": {"a": "payload"}}, ["unknown_role"]),
        ({"columns": {"a": "id", "b": "id"}}, ["role_taken_twice"]),
        ({"columns": {"a": "metadata"}}, ["no_item_column"]),
        ({"columns": {}}, ["no_item_column"]),
        ({"columns": {"a": "id", "b": "answer:intent"}}, ["answers_without_annotator"]),
        ({"columns": {"a": "id"}, "values": {"tone": {}}}, ["bad_values"]),
        ({"columns": {"a": "id"}, "values": {"intent": {"1": 1}}}, ["bad_values"]),
    ],
)
def test_parse_mapping_refuses_with_a_code(raw, codes):
    assert refused(raw) == codes


def test_parse_mapping_unmapped_columns_are_named_with_what_to_do():
    with pytest.raises(Problems, match=r"“colour”.*ignore"):
        parse_mapping(
            {"columns": {"id": "id"}},
            question_keys=[],
            file_format="csv",
            columns=["id", "colour"],
        )


def test_parse_mapping_payload_and_text_exclude_each_other():
    assert refused({"columns": {"a": "text", "b": "payload"}}, file_format="jsonl") == [
        "payload_and_text",
    ]


@pytest.mark.parametrize(
    ("column", "name"),
    [("metadata", ""), ("meta.lang", "lang"), ("metadata.x.y", "x.y"), ("lang", "lang")],
)
def test_metadata_name(column, name):
    assert metadata_name(column) == name
