"""JSONL: what is read, and what is said about what cannot be read."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Problem
from datasets.formats.base import RowProblem
from datasets.formats.jsonl import jsonl_rows
from datasets.formats.written import jsonl_bytes


def rows(content, **options):
    content = content.encode() if isinstance(content, str) else content
    return list(jsonl_rows(io.BytesIO(content), **options))


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ('{"a": 1,}', "invalid_json", "9"),
        ('{"a": "b', "invalid_json", "9"),
        ("[1]", "not_an_object", ""),
        ('"text"', "not_an_object", ""),
        ('{"a": NaN}', "not_a_number", "NaN"),
        ('{"a": -Infinity}', "not_a_number", "-Infinity"),
        ('{"a": 1, "a": 2}', "duplicate_key", "a"),
        ('{"a": {"b": 1, "b": 2}}', "duplicate_key", "b"),
        (r'{"a": "\ud800"}', "lone_surrogate", ""),
        (r'{"\udfff": 1}', "lone_surrogate", ""),
        (r'{"a": "\u0000"}', "nul", ""),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "too_deep", ""),
        ('{"a": ' + "9" * 5_000 + "}", "huge_number", ""),
        (json.dumps({str(n): n for n in range(501)}), "too_many_columns", ""),
    ],
)
def test_jsonl_rows_bad_line_is_reported_and_the_rest_is_read(line, code, field):
    problems = []
    found = rows(f'{{"id": 1}}\n\n{line}\n{{"id": 2}}\n', report=problems.append)
    assert found == [(1, {"id": 1}), (4, {"id": 2})]
    assert [(each.code, each.line, each.field) for each in problems] == [(code, 3, field)]


def test_jsonl_rows_without_report_stops_at_the_first_problem():
    with pytest.raises(RowProblem, match="column 9"):
        rows('{"a": 1,}\n')


def test_jsonl_rows_escapes_that_only_look_like_nul_are_text():
    assert rows(r'{"a": "\\u0000 \ud83d\ude00"}') == [(1, {"a": "\\u0000 😀"})]


def test_jsonl_rows_mark_of_the_encoding_is_dropped():
    assert rows(b'\xef\xbb\xbf{"a": 1}\r\n') == [(1, {"a": 1})]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.dictionaries(st.text("abcde", max_size=3), values, max_size=4), max_size=6))
def test_jsonl_bytes_then_jsonl_rows_give_the_same_objects(objects):
    lines = [[json.dumps(each)] for each in objects]
    content = b"".join(jsonl_bytes([lines] if lines else []))
    assert [row for _line, row in rows(content)] == objects


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=120), st.integers(0, 70))
def test_jsonl_rows_mutated_files_raise_problems_only(noise, place):
    content = '{"id": 1, "text": "a\\u00e9"}\n{"id": 2, "text": "환불", "n": [1.5e3]}\n'.encode()
    with suppress(Problem):  # anything else fails the test
        rows(content[:place] + noise + content[place:])


def test_jsonl_bytes_trailer_counts_rows_over_all_chunks():
    content = b"".join(jsonl_bytes([[['{"a":1}'], ['{"a":2}']], [['{"a":3}']]], trailer=True))
    assert content.splitlines()[-1] == b'{"_end": {"rows": 3}}'
