"""One door to all formats. PURE."""

import zlib
from typing import BinaryIO

from datasets.formats.base import Report, Rows, refuse
from datasets.formats.csv import csv_rows
from datasets.formats.foreign.readers import READERS, foreign_rows
from datasets.formats.foreign.recognise import guess_foreign
from datasets.formats.jsonl import jsonl_rows
from datasets.formats.lines import is_gzip, unpacked


def read_rows(
    file: BinaryIO,
    *,
    file_format: str,
    encoding: str = "utf-8",
    gzipped: bool = False,
    max_bytes: int | None = None,
    report: Report = refuse,
) -> Rows:
    """(line, row) of a file; `file_format` is csv, tsv, jsonl or one of `READERS`."""
    file = unpacked(file, gzipped=gzipped)
    if file_format in READERS:
        return foreign_rows(
            file,
            file_format=file_format,
            encoding=encoding,
            max_bytes=max_bytes,
            report=report,
        )
    if file_format == "jsonl":
        return jsonl_rows(file, encoding=encoding, max_bytes=max_bytes, report=report)
    delimiter = "\t" if file_format == "tsv" else ""
    return csv_rows(
        file,
        delimiter=delimiter,
        encoding=encoding,
        max_bytes=max_bytes,
        report=report,
    )


def guess_format(name: str, start: bytes) -> str:
    """By content first (a line that opens with a brace is JSON), then by the name's ending."""
    stem = name.lower().removesuffix(".gz")
    start = _unpacked_start(start)
    if foreign := guess_foreign(start):
        return foreign
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "jsonl"
    if stem.endswith((".tsv", ".tab")):
        return "tsv"
    if stem.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    return "csv"


def _unpacked_start(start: bytes) -> bytes:
    """What a gzip file begins with; as much as is there, whatever comes after."""
    if not is_gzip(start):
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, 1 << 16)
    except zlib.error:
        return start
