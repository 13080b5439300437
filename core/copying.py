"""COPY in and streamed reads out; the only place beside the settings that knows the driver."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_field(value: Any) -> str:
    """One value in COPY's text format; None is NULL. NUL must have been refused before."""
    return "\\N" if value is None else str(value).translate(_ESCAPES)


class RowFile(io.TextIOBase):
    """A readable file made of rows, pulled one chunk at a time: constant memory."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._lines = ("\t".join(map(copy_field, row)) + "\n" for row in rows)
        self._buffer = ""
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        wanted = 65536 if size is None or size < 0 else size
        parts, length = [self._buffer], len(self._buffer)
        while length < wanted:
            line = self._next_line()
            if line is None:
                break
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self._buffer = text[wanted:]
        return text[:wanted]

    def _next_line(self) -> str | None:
        """The driver turns what is raised here into an error of its own; `copy_rows` undoes it."""
        try:
            return next(self._lines, None)
        except Exception as failure:
            self.failure = failure
            raise


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY `rows` into `table`; returns how many. Names come from code, never from a request."""
    names = ", ".join(f'"{column}"' for column in columns)
    file = RowFile(rows)
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', file)
            return int(cursor.rowcount)
    except DatabaseError:
        if file.failure is not None:
            raise file.failure from None
        raise


def stream(sql: str, params: Sequence[Any], *, size: int = 2000) -> Iterator[list[tuple[Any, ...]]]:
    """Chunks of rows through a server-side cursor: one statement, so one snapshot."""
    connection.ensure_connection()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(size):
            yield rows
