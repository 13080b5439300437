"""Bytes to lines of text, with bounds: whatever the file holds, memory stays small. PURE."""

import gzip
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from datasets.formats.base import ENCODINGS, MAX_LINE, RowProblem

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_KOREAN = ("cp949",)


def is_gzip(start: bytes) -> bool:
    """Whether a file that begins like this is gzip: by content, never by name."""
    return start.startswith(_GZIP)


def unpacked(file: BinaryIO, *, gzipped: bool) -> BinaryIO:
    """The file itself, or a reader that unpacks it on the way."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if gzipped else file


def text_lines(
    file: BinaryIO,
    *,
    encoding: str = "utf-8",
    max_bytes: int | None = None,
) -> Iterator[str]:
    """Lines with their ends, decoded one by one.

    `max_bytes` bounds what was really read (after unpacking). Raises RowProblem with the line:
    unknown_encoding, utf16, zip, wrong_encoding, nul, line_too_long, too_large, broken_gzip.
    """
    if encoding not in ENCODINGS:
        raise RowProblem(
            "The encoding “%(encoding)s” is not known. Use one of: %(known)s.",
            code="unknown_encoding",
            line=1,
            encoding=encoding,
            known=", ".join(ENCODINGS),
        )
    number = offset = 0
    while raw := _next_line(file, number + 1):
        number += 1
        start, offset = offset, offset + len(raw)
        if number == 1:
            _check_start(raw)
            if raw.startswith(_BOM):
                raw, start = raw[3:], 3
        if len(raw) > MAX_LINE:
            text = "This line is longer than %(limit)d bytes."
            raise RowProblem(text, code="line_too_long", line=number, limit=MAX_LINE)
        if max_bytes is not None and offset > max_bytes:
            text = "The file is larger than %(limit)d bytes."
            raise RowProblem(text, code="too_large", line=number, limit=max_bytes)
        yield _decoded(raw, encoding, number, start)


def _next_line(file: BinaryIO, number: int) -> bytes:
    try:
        return file.readline(MAX_LINE + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise RowProblem(
            "The gzip file is damaged or cut off: %(error)s.",
            code="broken_gzip",
            line=number,
            error=str(error),
        ) from error


def _check_start(raw: bytes) -> None:
    if raw.startswith(_UTF16):
        raise RowProblem(
            "The file is encoded in UTF-16. Save it as UTF-8 and upload it again.",
            code="utf16",
            line=1,
        )
    if raw.startswith(_ZIP):
        raise RowProblem(
            "This is a ZIP archive or an Excel workbook. Save the sheet as CSV and upload that.",
            code="zip",
            line=1,
        )


def _decoded(raw: bytes, encoding: str, number: int, start: int) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _wrong_encoding(raw, encoding, number, start + error.start) from error
    if "\0" in text:
        raise RowProblem(
            "There is a NUL character at column %(column)d. Text cannot hold one.",
            code="nul",
            line=number,
            field=str(text.index("\0") + 1),
            column=text.index("\0") + 1,
        )
    return text


def _wrong_encoding(raw: bytes, encoding: str, number: int, offset: int) -> RowProblem:
    for candidate in ("utf-8", *_KOREAN):
        if candidate != encoding and _reads_well(raw, candidate):
            return RowProblem(
                "Byte %(offset)d is not %(encoding)s. The line reads well as %(candidate)s: "
                "choose that encoding.",
                code="wrong_encoding",
                line=number,
                encoding=encoding,
                offset=offset,
                candidate=candidate,
            )
    return RowProblem(
        "Byte %(offset)d is not %(encoding)s. Save the file as UTF-8, or choose its encoding.",
        code="wrong_encoding",
        line=number,
        encoding=encoding,
        offset=offset,
    )


def _reads_well(raw: bytes, encoding: str) -> bool:
    """Decodes, and for a Korean encoding gives Hangul rather than rare signs."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    foreign = [sign for sign in text if ord(sign) > 127]
    return encoding == "utf-8" or any("가" <= sign <= "힣" for sign in foreign)
