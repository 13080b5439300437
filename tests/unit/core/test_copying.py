"""The text that COPY reads."""

import pytest

from core.copying import RowFile, copy_field


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\\N"),
        ("", ""),
        ("a\tb", "a\\tb"),
        ("a\nb\r", "a\\nb\\r"),
        ("\\N", "\\\\N"),
        ("\\", "\\\\"),
        (7, "7"),
        ("한국어", "한국어"),
    ],
)
def test_copy_field_escapes_what_copy_would_take_for_structure(value, text):
    assert copy_field(value) == text


@pytest.mark.parametrize("size", [1, 3, 8, 1000])
def test_row_file_gives_the_same_text_whatever_the_size_of_a_read(size):
    file = RowFile([(1, "a"), (2, None), (3, "long" * 10)])

    parts = iter(lambda: file.read(size), "")

    assert "".join(parts) == "1\ta\n2\t\\N\n3\t" + "long" * 10 + "\n"


def test_row_file_never_gives_more_than_was_asked_for():
    file = RowFile([("x" * 1000,)] * 10)

    assert len(file.read(10)) == 10
    assert len(file.read(2500)) == 2500


def test_row_file_pulls_only_the_rows_it_needs():
    pulled = []

    def rows():
        for number in range(1000):
            pulled.append(number)
            yield (number, "x" * 100)

    RowFile(rows()).read(250)

    assert len(pulled) == 3


def test_row_file_of_nothing_is_at_its_end():
    assert RowFile([]).read() == ""
