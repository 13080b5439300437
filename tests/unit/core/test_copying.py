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


def read_all(file):
    return list(iter(file.read, b""))


def test_row_file_gives_one_line_a_row():
    file = RowFile([(1, "a"), (2, None), (3, "길다" * 10)])

    assert b"".join(read_all(file)).decode() == "1\ta\n2\t\\N\n3\t" + "길다" * 10 + "\n"


def test_row_file_gives_chunks_that_end_where_rows_end():
    chunks = read_all(RowFile((number,) for number in range(2500)))

    assert [chunk.count(b"\n") for chunk in chunks] == [1000, 1000, 500]
    assert all(chunk.endswith(b"\n") for chunk in chunks)


def test_row_file_pulls_only_the_rows_of_the_next_chunk():
    pulled = []

    def rows():
        for number in range(5000):
            pulled.append(number)
            yield (number, "x" * 100)

    RowFile(rows()).read(250)

    assert len(pulled) == 1000


def test_row_file_keeps_what_its_rows_raised():
    def rows():
        yield (1,)
        raise LookupError("the source ran dry")

    file = RowFile(rows())

    with pytest.raises(LookupError):
        file.read()
    assert isinstance(file.failure, LookupError)


def test_row_file_of_nothing_is_at_its_end():
    assert RowFile([]).read() == b""
