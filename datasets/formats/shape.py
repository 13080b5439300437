"""Rows to items and answers, by a mapping and a label schema. PURE."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from annotations.parts import MEDIA_KINDS, Part, parts_of, read_payload, with_media
from annotations.values import KINDS
from core.problems import Problems
from datasets.formats.answers import Answer, AnswerReader
from datasets.formats.base import RowProblem
from datasets.formats.jsonl import parse_object
from datasets.formats.mapping import ID, PAYLOAD, TEXT, Mapping
from datasets.formats.mapping_reader import unmapped
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


@dataclass(frozen=True)
class Known:
    """What the project has already: `media` is a file by its name as the fields of a part, or
    None; `payload` that of an item by its external id."""

    media: Callable[[str | int], dict[str, Any] | None]
    payload: Callable[[str], dict[str, Any]]


NOTHING_KNOWN = Known(media=lambda _name: None, payload=lambda _external_id: {})
# The field of a part that a column fills, where it is no file.
_FIELDS = {"text": "text", "page": "url"}


class Shaper:
    """Turns rows into items and answers; raises RowProblem with line and column.

    An item without an id gets one from its content, so that the same file again is recognised.
    Line ends inside texts become "\\n"; nothing else about a text is changed.
    """

    def __init__(
        self, mapping: Mapping, schema: LabelSchema | None = None, known: Known = NOTHING_KNOWN
    ) -> None:
        self._known = known
        self._parts = mapping.parts
        self._columns = mapping.columns.keys()
        self._id = mapping.column(ID)
        self._text = mapping.column(TEXT)
        self._payload = mapping.column(PAYLOAD)
        self._metadata = mapping.metadata
        self._answers = AnswerReader(mapping, schema) if mapping.holds_answers else None
        kinds = {question.kind for question in schema.questions} if schema else set()
        self._asks_for_items = bool(self._answers) and any(
            KINDS[kind].needs_parts for kind in kinds
        )

    @property
    def asks_what_is_known(self) -> bool:
        """Whether rows may have to be looked up: files by their names, items by their ids."""
        has_files = any(kind in MEDIA_KINDS for kind, _key in self._parts.values())
        return has_files or self._payload is not None or self._asks_for_items

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
        external_id = self._id_of(line, row, payload)
        answers: tuple[Answer, ...] = ()
        if self._answers:
            parts = partial(self._parts_for, external_id, payload)
            answers = tuple(self._answers.read(line, row, parts))
        return Shaped(line, external_id, payload, metadata, answers)

    def _parts_for(self, external_id: str, payload: str | None) -> tuple[Part, ...]:
        return parts_of(json.loads(payload) if payload else self._known.payload(external_id))

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
        if self._parts:
            return self._with_parts(line, row)
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
        return self._checked(line, self._payload, payload)

    def _with_parts(self, line: int, row: dict[str, Any]) -> str:
        """A payload of the columns that hold parts; an empty field is a part that is not there."""
        parts = [
            {"key": key, "kind": kind, _FIELDS.get(kind, "file"): row[column]}
            for column in row
            if column in self._parts and row[column] not in (None, "")
            for kind, key in [self._parts[column]]
        ]
        return self._checked(line, next(iter(self._parts)), {"parts": parts})

    def _checked(self, line: int, column: str, payload: dict[str, Any]) -> str:
        try:
            return self._json(line, column, with_media(read_payload(payload), self._known.media))
        except Problems as problems:
            first = problems.problems[0]
            place = next(
                (
                    name
                    for name, (_kind, key) in self._parts.items()
                    if key == first.params.get("key")
                ),
                f"{column}.{first.field}" if first.field else column,
            )
            raise RowProblem(
                first.template, code=first.code, line=line, field=place, **first.params
            ) from problems

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
