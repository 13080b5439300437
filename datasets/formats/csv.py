"""CSV and TSV (RFC 4180, with comma, semicolon or tab) to rows. PURE and streaming."""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from datasets.formats.base import (
    MAX_COLUMNS,
    MAX_FIELD,
    MAX_RECORD,
    Report,
    RowProblem,
    Rows,
    refuse,
)
from datasets.formats.lines import text_lines

DELIMITERS = (",", ";", "\t")


class _Record:
    """Lines handed to the parser; counts what the present record has taken so far."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.first_line = 1
        self._line = 0
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._line += 1
            self._length += len(line)
            if self._length > MAX_RECORD:
                raise RowProblem(
                    "The row that begins here is longer than %(limit)d characters. "
                    "Is a quote never closed?",
                    code="row_too_long",
                    line=self.first_line,
                    limit=MAX_RECORD,
                )
            yield line

    def next(self) -> None:
        """The parser has finished a record; the next begins on the following line."""
        self.first_line = self._line + 1
        self._length = 0


def csv_rows(
    file: BinaryIO,
    *,
    delimiter: str = "",
    encoding: str = "utf-8",
    max_bytes: int | None = None,
    report: Report = refuse,
) -> Rows:
    """(line, {column: text}) for every record after the header; blank lines are skipped.

    Without `delimiter` the header decides. A record with the wrong number of fields goes to
    `report` and is left out; what makes the rest unreadable is raised: broken_quote, no_header,
    duplicate_column, blank_column, field_too_long, row_too_long, and the problems of `text_lines`.
    """
    csv.field_size_limit(MAX_FIELD)  # of the whole process; nothing else here reads CSV
    lines = text_lines(file, encoding=encoding, max_bytes=max_bytes)
    first = next(lines, None)
    if first is None or not first.strip():
        raise RowProblem("The file has no header line.", code="no_header", line=1)
    record = _Record(_chain(first, lines))
    reader = csv.reader(record, delimiter=delimiter or guess_delimiter(first), strict=True)
    header = _header(_next(reader, record))
    record.next()
    width = len(header)
    while (fields := _next(reader, record)) is not None:
        line = record.first_line
        record.next()
        if len(fields) == width:
            yield line, dict(zip(header, fields, strict=True))
        elif fields:
            report(_wrong_width(line, fields, header))


def guess_delimiter(header: str) -> str:
    """The delimiter that occurs most often outside quotes; a comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=lambda sign: (outside.count(sign), sign == ","))


def _chain(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _next(reader: Iterator[list[str]], record: _Record) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise _unreadable(str(error), record.first_line) from error


def _unreadable(error: str, line: int) -> RowProblem:
    if "field larger" in error:
        return RowProblem(
            "A field in this row is longer than %(limit)d characters. Is a quote never closed?",
            code="field_too_long",
            line=line,
            limit=MAX_FIELD,
        )
    if "new-line character" in error:
        return RowProblem(
            "A carriage return stands alone in this row. Save the file with normal line ends.",
            code="lone_carriage_return",
            line=line,
        )
    return RowProblem(
        "A quote in this row is not closed, or is followed by text. Write a quote inside a "
        "quoted field twice.",
        code="broken_quote",
        line=line,
    )


def _header(fields: list[str] | None) -> list[str]:
    names = [name.strip() for name in fields or []]
    if len(names) > MAX_COLUMNS:
        raise RowProblem(
            "The header has %(count)d columns; %(limit)d is the most.",
            code="too_many_columns",
            line=1,
            count=len(names),
            limit=MAX_COLUMNS,
        )
    for position, name in enumerate(names, start=1):
        if not name:
            raise RowProblem(
                "Column %(position)d of the header has no name.",
                code="blank_column",
                line=1,
                field=str(position),
                position=position,
            )
        if name in names[: position - 1]:
            raise RowProblem(
                "The header names the column “%(name)s” twice.",
                code="duplicate_column",
                line=1,
                field=name,
                name=name,
            )
    return names


def _wrong_width(line: int, fields: list[str], header: list[str]) -> RowProblem:
    return RowProblem(
        "This row has %(found)d fields; the header has %(wanted)d.",
        code="wrong_number_of_fields",
        line=line,
        found=len(fields),
        wanted=len(header),
    )
