"""Rows to the bytes of a file: JSONL, CSV, and CSV for spreadsheets. PURE."""

import json
from collections.abc import Iterator, Sequence

from core import csv_files

Chunks = csv_files.Chunks


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
    return csv_files.csv_bytes(names, chunks, safe=spreadsheet, bom=spreadsheet)
