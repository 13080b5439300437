"""Rows to the bytes of a CSV file, also one that spreadsheets open without harm. PURE."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Chunks = Iterable[Sequence[Sequence[Any]]]

_LIVE = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


def csv_bytes(
    names: Sequence[str], chunks: Chunks, *, safe: bool = False, bom: bool = False
) -> Iterator[bytes]:
    """A header and rows after RFC 4180; None is an empty field.

    Lossless as it is. `safe` writes a quote before a text that a spreadsheet would take for a
    formula, so that it is not fit to be read back; `bom` a mark of the encoding, which some
    spreadsheets need to read anything but English.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(names)
    yield ((BYTE_ORDER_MARK if bom else "") + buffer.getvalue()).encode()
    for chunk in chunks:
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([[inert(field) for field in row] for row in chunk] if safe else chunk)
        yield buffer.getvalue().encode()


def inert(field: Any) -> Any:
    """A text with a quote in front if it would run as a formula; anything else as it is."""
    return "'" + field if isinstance(field, str) and field.startswith(_LIVE) else field
