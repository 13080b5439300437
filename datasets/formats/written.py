"""Rows to the bytes of a file: JSONL, CSV, and CSV for spreadsheets. PURE."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Chunks = Iterable[Sequence[Sequence[Any]]]

_LIVE = ("=", "+", "-", "@", "\t", "\r")


def jsonl_bytes(chunks: Chunks, *, trailer: bool = False) -> Iterator[bytes]:
    """Rows whose only field is a JSON text, one per line.

    With `trailer` the last line is {"_end": {"rows": n}}: a file without it was cut off.
    """
    rows = 0
    for chunk in chunks:
        rows += len(chunk)
        yield ("\n".join([row[0] for row in chunk]) + "\n").encode()
    if trailer:
        yield (json.dumps({"_end": {"rows": rows}}) + "\n").encode()


def csv_bytes(
    names: Sequence[str],
    chunks: Chunks,
    *,
    spreadsheet: bool = False,
) -> Iterator[bytes]:
    """A header and rows after RFC 4180; None is an empty field.

    Lossless as it is. `spreadsheet` writes a mark of the encoding first, and a quote before what
    a spreadsheet would take for a formula, so that it is not fit to be read back.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(names)
    yield (("\ufeff" if spreadsheet else "") + buffer.getvalue()).encode()
    for chunk in chunks:
        buffer.seek(0)
        buffer.truncate()
        if spreadsheet:
            writer.writerows([[inert(field) for field in row] for row in chunk])
        else:
            writer.writerows(chunk)
        yield buffer.getvalue().encode()


def inert(field: str | None) -> str | None:
    """The field with a quote in front if it would run as a formula."""
    return "'" + field if field and field.startswith(_LIVE) else field
