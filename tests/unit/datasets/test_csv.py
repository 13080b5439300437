"""CSV and TSV: what is read, and what is said about what cannot be read."""

import csv
import gzip
import io
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.csv_files import inert
from core.problems import Problem
from datasets.formats.base import MAX_FIELD, MAX_LINE, RowProblem
from datasets.formats.csv import csv_rows, guess_delimiter
from datasets.formats.rows import guess_format, read_rows
from datasets.formats.written import csv_bytes


def rows(content, **options):
    content = content.encode() if isinstance(content, str) else content
    return list(csv_rows(io.BytesIO(content), **options))


def problem(content, **options):
    with pytest.raises(RowProblem) as found:
        rows(content, **options)
    return found.value


@pytest.mark.parametrize(
    "content",
    [
        "id,text\n1,a\n2,b\n",
        "id,text\r\n1,a\r\n2,b\r\n",
        "id;text\n1;a\n2;b",
        "id\ttext\n1\ta\n\n2\tb\n\n",
        "\ufeffid,text\n1,a\n2,b\n",
        ' id ,text\n"1",a\n2,"b"\n',
    ],
)
def test_csv_rows_dialects_give_the_same_rows(content):
    assert [row for _line, row in rows(content)] == [
        {"id": "1", "text": "a"},
        {"id": "2", "text": "b"},
    ]


def test_csv_rows_lines_count_through_quoted_newlines():
    content = 'id,text\n1,"a\nb\n"\n2,"say ""hi"", you"\n\n3,c\n'
    assert rows(content) == [
        (2, {"id": "1", "text": "a\nb\n"}),
        (5, {"id": "2", "text": 'say "hi", you'}),
        (7, {"id": "3", "text": "c"}),
    ]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "no_header", 1),
        ("\n1,a\n", "no_header", 1),
        ("id,id\n1,a\n", "duplicate_column", 1),
        ("id,\n1,a\n", "blank_column", 1),
        ("id,text\n1,a\n2\n", "wrong_number_of_fields", 3),
        ("id,text\n1,a,b\n", "wrong_number_of_fields", 2),
        ('id,text\n1,a\n2,"b"c\n', "broken_quote", 3),
        ('id,text\n1,a\n2,"b\n3,c\n', "broken_quote", 3),
        ("id,text\n1,a\rb\n", "lone_carriage_return", 2),
        ("id,text\n1,a\0b\n", "nul", 2),
        (b"id,text\n1,\xff\xfe\n", "wrong_encoding", 2),
        ("id,text\n1,a\n".encode("utf-16"), "utf16", 1),
        (b"PK\x03\x04whatever", "zip", 1),
        ("id,text\n1," + "a" * (MAX_FIELD + 1) + "\n", "field_too_long", 2),
        ("id,text\n1," + "a" * (MAX_LINE + 1) + "\n", "line_too_long", 2),
        (",".join(f"c{n}" for n in range(501)) + "\n", "too_many_columns", 1),
    ],
)
def test_csv_rows_problem_names_code_and_line(content, code, line):
    found = problem(content)
    assert (found.code, found.line) == (code, line)


def test_csv_rows_wrong_number_of_fields_says_how_many():
    assert str(problem("a,b,c\n1,2\n")) == "This row has 2 fields; the header has 3."


def test_csv_rows_wrong_number_of_fields_can_be_reported_and_passed_over():
    problems = []
    found = rows("id,text\n1\n2,b\n3,c,d\n", report=problems.append)
    assert found == [(3, {"id": "2", "text": "b"})]
    assert [each.line for each in problems] == [2, 4]


def test_csv_rows_never_closed_quote_stops_before_memory_is_full():
    content = 'id,text\n1,"' + "a b c d e f g\n" * 700_000
    assert problem(content).code in ("field_too_long", "row_too_long")


def test_csv_rows_wrong_encoding_names_the_byte_and_a_better_encoding():
    content = b"id,text\n1,ok\n" + "2,환불해 주세요\n".encode("cp949")
    found = problem(content)
    offset = found.params["offset"]
    with pytest.raises(UnicodeDecodeError) as decoding:
        content.decode()
    assert offset == decoding.value.start
    assert found.params["candidate"] == "cp949"
    assert rows(content, encoding="cp949")[1][1]["text"] == "환불해 주세요"


def test_csv_rows_byte_offset_counts_the_mark_at_the_start():
    content = b"\xef\xbb\xbfid,\xff\n"
    assert problem(content).params["offset"] == content.index(b"\xff")


def test_csv_rows_unknown_encoding_lists_the_known_ones():
    assert "cp949" in str(problem("id\n1\n", encoding="klingon"))


def test_read_rows_damaged_gzip_is_a_problem():
    content = gzip.compress(b"id,text\n" + b"1,a\n" * 5000)[:-20]
    with pytest.raises(RowProblem) as found:
        list(read_rows(io.BytesIO(content), file_format="csv", gzipped=True))
    assert found.value.code == "broken_gzip"


def test_read_rows_gzip_bomb_is_stopped_by_real_bytes():
    content = gzip.compress(b"id,text\n" + b"1,a\n" * 100_000)
    with pytest.raises(RowProblem) as found:
        list(read_rows(io.BytesIO(content), file_format="csv", gzipped=True, max_bytes=10_000))
    assert found.value.code == "too_large"


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("a.csv", b"id,text", "csv"),
        ("a.tsv.gz", b"\x1f\x8b", "tsv"),
        ("a.txt", b'\xef\xbb\xbf\n{"id"', "jsonl"),
        ("a.ndjson", b"", "jsonl"),
        ("noname", b"", "csv"),
    ],
)
def test_guess_format(name, start, expected):
    assert guess_format(name, start) == expected


def test_guess_delimiter_ignores_what_is_quoted():
    assert guess_delimiter('"a;b;c;d",e\n') == ","


fields = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(fields, fields), min_size=1, max_size=8))
@example([('=1+1, "x"\r\n;\t', "'")])
def test_csv_bytes_then_csv_rows_give_the_same_fields(table):
    content = b"".join(csv_bytes(["a", "b"], [table]))
    # A record of blanks alone would be skipped as a blank line only if it had one field.
    assert [tuple(row.values()) for _line, row in rows(content, delimiter=",")] == table


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 60))
def test_csv_rows_mutated_files_raise_problems_only(noise, place):
    content = 'id,text\n1,"a, b"\n2,환불\n"3","""c"""\n'.encode()
    with suppress(Problem):  # anything else fails the test
        rows(content[:place] + noise + content[place:])


@settings(max_examples=200, deadline=None)
@given(fields)
def test_inert_leaves_no_formula(field):
    assert not inert(field).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_bytes_is_read_by_others_as_well():
    table = [["1", 'a "b"\r\nc'], ["2", None]]
    text = b"".join(csv_bytes(["id", "text"], [table])).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["id", "text"], ["1", 'a "b"\r\nc'], ["2", ""],
    ]  # fmt: skip
