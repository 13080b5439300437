"""JSONL, one object per line, to rows. PURE and streaming."""

import json
from typing import Any, BinaryIO

from datasets.formats.base import MAX_COLUMNS, Report, RowProblem, Rows, refuse
from datasets.formats.lines import text_lines


class _NotPlain(ValueError):
    """Accepted by Python's parser, but not by JSON or not by us."""

    def __init__(self, template: str, code: str, name: str = "") -> None:
        self.template, self.code, self.name = template, code, name
        super().__init__(template)


def jsonl_rows(
    file: BinaryIO,
    *,
    encoding: str = "utf-8",
    max_bytes: int | None = None,
    report: Report = refuse,
) -> Rows:
    """(line, object) for every line that is not blank.

    A bad line goes to `report` and is left out: invalid_json (with its column), not_an_object,
    duplicate_key, not_a_number, too_deep, lone_surrogate, nul, too_many_columns. Raised are the
    problems of `text_lines`.
    """
    for line, text in enumerate(text_lines(file, encoding=encoding, max_bytes=max_bytes), start=1):
        if text.isspace():
            continue
        try:
            row = parse_object(text)
        except (ValueError, RecursionError) as error:
            report(_problem(error, line))
        else:
            yield line, row


def parse_object(text: str) -> dict[str, Any]:
    """One JSON object under our rules; ValueError or RecursionError for anything else."""
    row = _decode(text)
    if not isinstance(row, dict):
        raise _NotPlain("This line is JSON, but not an object.", "not_an_object")
    if len(row) > MAX_COLUMNS:
        raise _NotPlain("This object has too many keys.", "too_many_columns")
    if "\\u" in text:
        _check_escapes(row)
    return row


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotPlain("The key “%(name)s” occurs twice in one object.", "duplicate_key", twice)
    return found


def _constant(name: str) -> float:
    raise _NotPlain("JSON has no %(name)s. Use null.", "not_a_number", name)


_decode = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant).decode


def _check_escapes(row: dict[str, Any]) -> None:
    """Escapes can smuggle in what a line of text cannot hold."""
    text = json.dumps(row, ensure_ascii=False)
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _NotPlain("Half a surrogate pair (\\ud800 to \\udfff) is no text.", "lone_surrogate")
    if "\\u0000" in text.replace("\\\\", ""):
        raise _NotPlain("Text cannot hold a NUL character (\\u0000).", "nul")


def _problem(error: ValueError | RecursionError, line: int) -> RowProblem:
    if isinstance(error, _NotPlain):
        params = {"name": error.name} if error.name else {}
        return RowProblem(error.template, code=error.code, line=line, field=error.name, **params)
    if isinstance(error, json.JSONDecodeError):
        return RowProblem(
            "This is not valid JSON at column %(column)d: %(reason)s.",
            code="invalid_json",
            line=line,
            field=str(error.colno),
            column=error.colno,
            reason=error.msg,
        )
    if isinstance(error, RecursionError):
        return RowProblem("This line is nested too deeply.", code="too_deep", line=line)
    return RowProblem("A number in this line has too many digits.", code="huge_number", line=line)
