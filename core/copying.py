"""COPY in and streamed reads out; the only place beside the settings that knows the driver."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

_ROWS_AT_ONCE = 1000


def copy_field(value: Any) -> str:
    """One value in COPY's text format; None is NULL. NUL must have been refused before."""
    if value is None:
        return "\\N"
    text = str(value)
    # Searching first is far cheaper than translating every sign.
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


class RowFile(io.RawIOBase):
    """A readable file made of rows: many at a time, encoded once, in constant memory.

    The driver takes whatever `read` gives, so chunks end where rows end, whatever the size.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        """The driver turns what is raised here into an error of its own; `copy_rows` undoes it."""
        try:
            lines = [
                "\t".join([copy_field(value) for value in row])
                for row in islice(self._rows, _ROWS_AT_ONCE)
            ]
        except Exception as failure:
            self.failure = failure
            raise
        return ("\n".join(lines) + "\n").encode() if lines else b""


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows` into `table`; returns how many. Names come from code, never from a request.

    What is raised while rows are made is raised as it is; a broken constraint is Django's
    IntegrityError.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    file = RowFile(rows)
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', file, 1 << 16)
            return int(cursor.rowcount)
    except DatabaseError:
        if file.failure is not None:
            raise file.failure from None
        raise


def stream(
    sql: str, params: Sequence[Any] | Mapping[str, Any], *, size: int = 2000
) -> Iterator[list[tuple[Any, ...]]]:
    """Chunks of rows through a server-side cursor: one statement, so one snapshot."""
    connection.ensure_connection()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(size):
            yield rows
