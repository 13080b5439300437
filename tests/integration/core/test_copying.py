"""COPY in, streamed reads out."""

import pytest
from django.db import DataError, connection, transaction

from core.copying import copy_rows, stream

NASTY = [
    "plain",
    "",
    "tab\there",
    "line\nbreak\r\nand return\r",
    "back\\slash \\N \\. \\t",
    "\\.",
    "\\N",
    "한국어 😀 \u2028 \u0001",
    '"quoted", comma',
    "x" * 200_000,
]


@pytest.fixture
def table(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_copy (id int PRIMARY KEY, body text)")
    return "scratch_copy"


def rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, body FROM {table} ORDER BY id")
        return cursor.fetchall()


def test_copy_rows_keeps_every_character(table):
    rows = list(enumerate(NASTY))

    assert copy_rows(table, ["id", "body"], rows) == len(NASTY)
    assert rows_of(table) == rows


def test_copy_rows_none_is_null_and_not_the_text(table):
    copy_rows(table, ["id", "body"], [(1, None), (2, "None"), (3, "")])

    assert rows_of(table) == [(1, None), (2, "None"), (3, "")]


def test_copy_rows_of_nothing_adds_nothing(table):
    assert copy_rows(table, ["id", "body"], []) == 0


def test_copy_rows_pulls_rows_as_they_are_needed(table):
    pulled = 0
    furthest_ahead = []

    def rows():
        nonlocal pulled
        for number in range(50_000):
            pulled += 1
            yield number, "x" * 100
        furthest_ahead.append(pulled)

    assert copy_rows(table, ["id", "body"], rows()) == 50_000
    assert furthest_ahead == [50_000]


def test_copy_rows_broken_late_adds_nothing(table):
    rows = [*((number, "x") for number in range(5000)), ("no number", "x")]

    with pytest.raises(DataError, match="line 5001"), transaction.atomic():
        copy_rows(table, ["id", "body"], rows)

    assert rows_of(table) == []


def test_stream_gives_all_rows_in_chunks(table):
    copy_rows(table, ["id", "body"], ((number, "x") for number in range(4500)))

    chunks = list(
        stream("SELECT id FROM scratch_copy WHERE id >= %s ORDER BY id", [500], size=1000),
    )

    assert [len(chunk) for chunk in chunks] == [1000, 1000, 1000, 1000]
    assert [row[0] for chunk in chunks for row in chunk] == list(range(500, 4500))


def test_stream_of_nothing_is_empty(table):
    assert list(stream("SELECT id FROM scratch_copy", [])) == []


@pytest.mark.django_db(transaction=True)
def test_stream_sees_one_snapshot():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch_snapshot (id int)")
        cursor.execute("INSERT INTO scratch_snapshot SELECT generate_series(1, 3000)")
    try:
        seen = stream("SELECT id FROM scratch_snapshot ORDER BY id", [], size=1000)
        first = next(seen)
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM scratch_snapshot WHERE id > 1500")
        other.close()

        assert len(first) + sum(len(chunk) for chunk in seen) == 3000
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE scratch_snapshot")


@pytest.mark.django_db
def test_copy_rows_whose_rows_fail_raises_what_they_raised(table):
    def rows():
        yield (1, "fine")
        raise LookupError("the source ran dry")

    with pytest.raises(LookupError, match="ran dry"), transaction.atomic():
        copy_rows(table, ["id", "body"], rows())

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scratch_copy")
        assert cursor.fetchone() == (0,)
