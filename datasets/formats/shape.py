"""Rows to items and answers, by a mapping and a label schema. PURE."""

import hashlib
import json
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from datasets.formats.answers import Answer, AnswerReader
from datasets.formats.base import RowProblem
from datasets.formats.jsonl import parse_object
from datasets.formats.mapping import ID, PAYLOAD, TEXT, Mapping, unmapped
from guidelines.label_schema import LabelSchema

MAX_ID = 255
MAX_TEXT = 1_000_000


class Shaped(NamedTuple):
    """One row: an item as JSON text, and what was said about it.

    `payload` is None when the row only names an item by its id.
    """

    line: int
    external_id: str
    payload: str | None
    metadata: str
    answers: tuple[Answer, ...]


class Shaper:
    """Turns rows into items and answers; raises RowProblem with line and column.

    An item without an id gets one from its content, so that the same file again is recognised.
    Line ends inside texts become "\\n"; nothing else about a text is changed.
    """

    def __init__(self, mapping: Mapping, schema: LabelSchema | None = None) -> None:
        self._columns = mapping.columns.keys()
        self._id = mapping.column(ID)
        self._text = mapping.column(TEXT)
        self._payload = mapping.column(PAYLOAD)
        self._metadata = mapping.metadata
        self._answers = AnswerReader(mapping, schema) if mapping.holds_answers else None

    def shape(self, line: int, row: dict[str, Any]) -> Shaped:
        if not row.keys() <= self._columns:
            names = [name for name in row if name not in self._columns]
            problem = unmapped(names)
            raise RowProblem(
                problem.template,
                code=problem.code,
                line=line,
                field=names[0],
                **problem.params,
            )
        payload = self._payload_of(line, row)
        metadata = self._metadata_of(line, row) if self._metadata else "{}"
        return Shaped(
            line,
            self._id_of(line, row, payload),
            payload,
            metadata,
            tuple(self._answers.read(line, row)) if self._answers else (),
        )

    def _id_of(self, line: int, row: dict[str, Any], payload: str | None) -> str:
        if self._id is None:
            return "sha256:" + hashlib.sha256(str(payload).encode()).hexdigest()[:32]
        raw = row.get(self._id)
        if isinstance(raw, int) and not isinstance(raw, bool):
            raw = str(raw)
        if isinstance(raw, str) and raw.strip() and len(raw) <= MAX_ID:
            return raw
        raise RowProblem(
            "An item needs an id of 1 to %(limit)d characters.",
            code="bad_id",
            line=line,
            field=self._id,
            limit=MAX_ID,
        )

    def _payload_of(self, line: int, row: dict[str, Any]) -> str | None:
        if self._text is not None:
            text = row.get(self._text)
            if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
                raise RowProblem(
                    "An item needs a text of 1 to %(limit)d characters.",
                    code="bad_text",
                    line=line,
                    field=self._text,
                    limit=MAX_TEXT,
                )
            if "\r" in text:
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            return f'{{"text":{encode_basestring(text)}}}'
        if self._payload is None:
            return None
        payload = row.get(self._payload)
        if not isinstance(payload, dict) or not payload:
            raise RowProblem(
                "A payload is an object with at least one key.",
                code="bad_payload",
                line=line,
                field=self._payload,
            )
        return self._json(line, self._payload, payload)

    def _metadata_of(self, line: int, row: dict[str, Any]) -> str:
        metadata: dict[str, Any] = {}
        for column, name in self._metadata.items():
            value = row.get(column)
            if not name and isinstance(value, str) and value.startswith("{"):
                value = self._object(line, column, value)
            if name:
                if value is not None:
                    metadata[name] = value
            elif isinstance(value, dict):
                metadata |= value
            elif value is not None and value != "":
                metadata[column] = value
        return self._json(line, "", metadata)

    def _object(self, line: int, column: str, text: str) -> dict[str, Any]:
        """The metadata of a CSV export: JSON in a field, under the rules of JSONL."""
        try:
            return parse_object(text)
        except (ValueError, RecursionError) as error:
            raise RowProblem(
                "This field begins like a JSON object, but is none.",
                code="bad_metadata",
                line=line,
                field=column,
            ) from error

    def _json(self, line: int, column: str, value: dict[str, Any]) -> str:
        try:
            return _encode(value)
        except (ValueError, RecursionError) as error:
            raise RowProblem(
                "A number here is too large.",
                code="huge_number",
                line=line,
                field=column,
            ) from error


_encode = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
).encode
