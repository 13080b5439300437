"""JSON of any size to its entries, one at a time, in constant memory. PURE.

The parser is ijson (yajl in C where the wheel has it); an entry is built only when it is complete.
"""

import codecs
from collections.abc import Iterator
from typing import Any

import ijson

from datasets.formats.base import ENCODINGS, RowProblem
from datasets.formats.foreign.found import Source
from datasets.formats.jsonl import jsonl_rows

MAX_ENTRY = 64_000_000  # bytes between two entries
_BLOCK = 1 << 16
_START = 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class _Bytes:
    """A file for the parser: UTF-8 whatever the encoding, with bounds on all and on one entry."""

    def __init__(self, source: Source, longest: int | None) -> None:
        self._source = source
        self._longest = longest
        self._decoder = codecs.getincrementaldecoder(source.encoding)()
        self._total = 0
        self.place = 1
        self.since = 0  # bytes read since the last entry
        self.has_nul = False
        self._tail = b""

    def read(self, size: int = _BLOCK) -> bytes:
        if size == 0:  # the parser asks once whether it gets bytes or text
            return b""
        raw = self._source.file.read(size)
        self._count(raw)
        try:
            text = self._decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise RowProblem(
                "Byte %(offset)d is not %(encoding)s. Save the file as UTF-8, or choose its "
                "encoding.",
                code="wrong_encoding",
                line=self.place,
                encoding=self._source.encoding,
                offset=self._total - len(raw) + error.start,
            ) from error
        if self._total == len(raw):
            text = text.removeprefix("\ufeff")
        if raw and not text:  # a sign was cut in two; nothing would mean the end
            return self.read(size)
        return text.encode()

    def _count(self, raw: bytes) -> None:
        self._total += len(raw)
        self.since += len(raw)
        limit = self._source.max_bytes
        if limit is not None and self._total > limit:
            text = "The file is larger than %(limit)d bytes."
            raise RowProblem(text, code="too_large", line=self.place, limit=limit)
        if self._longest is not None and self.since > self._longest:
            raise RowProblem(
                "The entry that begins here is longer than %(limit)d bytes.",
                code="entry_too_long",
                line=self.place,
                limit=self._longest,
            )
        # An escape may lie across two blocks.
        self.has_nul = self.has_nul or b"\\u0000" in self._tail + raw or b"\\ud" in raw.lower()
        self._tail = raw[-6:]


def json_entries(source: Source) -> Iterator[tuple[int, dict[str, Any]]]:
    """(place, object) of a JSON array, counted from 1, or (line, object) of JSONL.

    Raises RowProblem: invalid_json, wrong_encoding, utf16, too_large, entry_too_long; what is no
    object goes to the report.
    """
    start = source.file.read(_START)
    source.file.seek(0)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        for place, entry in array_entries(source, "item"):
            if isinstance(entry, dict):
                yield place, entry
            else:
                source.report(
                    RowProblem("This entry is not an object.", code="not_an_object", line=place)
                )
        return
    yield from jsonl_rows(
        source.file, encoding=source.encoding, max_bytes=source.max_bytes, report=source.report
    )


def array_entries(source: Source, prefix: str) -> Iterator[tuple[int, Any]]:
    """(place, value) of the array under `prefix`, as `ijson` writes prefixes: “images.item”.

    One entry is bounded by MAX_ENTRY, but in an array beside others, where what is skipped cannot
    be told from an entry, by the file alone.
    """
    _check_encoding(source)
    reader = _Bytes(source, MAX_ENTRY if prefix == "item" else None)
    values = ijson.items(reader, prefix, use_float=True, buf_size=_BLOCK)
    while True:
        try:
            value = next(values)
        except StopIteration:
            return
        except (ijson.JSONError, ValueError, OverflowError, RecursionError) as error:
            if isinstance(error, RowProblem):
                raise
            raise RowProblem(
                "This is not valid JSON from entry %(place)d on: %(reason)s.",
                code="invalid_json",
                line=reader.place,
                place=reader.place,
                reason=_reason(error),
            ) from error
        place = reader.place
        reader.place, reader.since = place + 1, 0
        if reader.has_nul and (fault := _unstorable(value)):
            source.report(RowProblem(fault, code="nul", line=place))
        else:
            yield place, value


def _check_encoding(source: Source) -> None:
    if source.encoding not in ENCODINGS:
        raise RowProblem(
            "The encoding “%(encoding)s” is not known. Use one of: %(known)s.",
            code="unknown_encoding",
            line=1,
            encoding=source.encoding,
            known=", ".join(ENCODINGS),
        )
    start = source.file.read(2)
    source.file.seek(0)
    if start in _UTF16:
        raise RowProblem(
            "The file is encoded in UTF-16. Save it as UTF-8 and upload it again.",
            code="utf16",
            line=1,
        )


def _reason(error: Exception) -> str:
    """The first words of the parser's message, which goes on with a drawing of the place."""
    said = error.args[0] if error.args else ""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split("\n")[0].split())[:200] or type(error).__name__


def _unstorable(value: Any) -> str:
    """What no text column can hold, smuggled in by an escape; "" for none."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(each)
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, str):
            if "\0" in each:
                return "Text cannot hold a NUL character (\\u0000)."
            if any("\ud800" <= sign <= "\udfff" for sign in each):
                return "Half a surrogate pair (\\ud800 to \\udfff) is no text."
    return ""
