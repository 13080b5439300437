"""What a row says about an item: who answered what, when. PURE."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from annotations.parts import Part
from annotations.values import KINDS, About, LabelValue
from core.problems import Problem
from datasets.formats.base import MAX_ANNOTATOR, RowProblem
from datasets.formats.foreign.found import Marked
from datasets.formats.foreign.targets import Targets
from datasets.formats.mapping import (
    ANNOTATIONS,
    ANNOTATOR,
    COMMENT,
    LABELED_AT,
    SKIP,
    Mapping,
)
from guidelines.label_schema import LabelSchema, QuestionSpec

MAX_COMMENT = 10_000
MAX_REASON = 60
_ANNOTATION_KEYS = {"annotator", "labeled_at", "answers", "comment", "skip"}


Parts = Callable[[], tuple[Part, ...]]


class Answer(NamedTuple):
    """One annotator's answer to one item, or a skip with its `reason`."""

    annotator: str
    labeled_at: str | None  # ISO 8601 with its offset
    labels: tuple[tuple[str, LabelValue], ...]  # (question key, value), in the schema's order
    comment: str
    reason: str


class AnswerReader:
    """Reads the answers of rows; parsed values of few classes are kept."""

    def __init__(self, mapping: Mapping, schema: LabelSchema | None) -> None:
        self._mapping = mapping
        self._schema = schema
        self._parsed: dict[tuple[str, str], LabelValue] = {}
        self._annotator = mapping.column(ANNOTATOR)
        self._labeled_at = mapping.column(LABELED_AT)
        self._comment = mapping.column(COMMENT)
        self._skip = mapping.column(SKIP)
        self._annotations = mapping.column(ANNOTATIONS)
        self._order = [question.key for question in schema.questions] if schema else []
        self._columns = list(mapping.answers.items())
        self._targets = Targets(mapping, schema) if schema else None

    def read(self, line: int, row: dict[str, Any], parts: Parts) -> Iterator[Answer]:
        """The answers in a row; raises RowProblem with the column. `parts` are those of the item,
        asked for where an answer cannot be checked without them."""
        if self._columns and (answer := self._flat(line, row, parts)):
            yield answer
        if self._annotations and (entries := row.get(self._annotations)) is not None:
            if not isinstance(entries, list):
                raise _problem(
                    "This must be a list of annotations.",
                    "not_a_list",
                    line,
                    self._annotations,
                )
            for position, entry in enumerate(entries):
                place = f"{self._annotations}[{position}]"
                if isinstance(entry, Marked):
                    entry = self._targets and self._targets.annotation(line, place, entry)
                    if entry is None:
                        continue
                yield self._nested(line, entry, place, parts)

    def _flat(self, line: int, row: dict[str, Any], parts: Parts) -> Answer | None:
        given = [
            (question, column, row[column])
            for column, question in self._columns
            if row.get(column) not in (None, "")
        ]
        labels = self._labels(line, given, parts)
        reason = _text(line, self._skip, row.get(self._skip or ""), MAX_REASON)
        if not labels and not reason:
            return None
        column = str(self._annotator)
        return Answer(
            annotator=_name(line, column, row.get(column)),
            labeled_at=_time(line, self._labeled_at, row),
            labels=labels,
            comment=_text(line, self._comment, row.get(self._comment or "")),
            reason="" if labels else reason,
        )

    def _nested(self, line: int, entry: Any, place: str, parts: Parts) -> Answer:
        if not isinstance(entry, dict) or not set(entry) <= _ANNOTATION_KEYS:
            raise _problem(
                "An annotation is an object with annotator, labeled_at, answers, comment, skip.",
                "bad_annotation",
                line,
                place,
            )
        answers, reason = entry.get("answers", {}), entry.get("skip", "")
        if not isinstance(answers, dict) or not isinstance(reason, str) or len(reason) > MAX_REASON:
            raise _problem(
                "“answers” is an object by question key, “skip” a short reason.",
                "bad_annotation",
                line,
                place,
            )
        if bool(answers) == bool(reason):
            raise _problem(
                "An annotation has either answers or a reason to skip.",
                "bad_annotation",
                line,
                place,
            )
        given = [(key, f"{place}.answers.{key}", raw) for key, raw in answers.items()]
        return Answer(
            annotator=_name(line, f"{place}.annotator", entry.get("annotator")),
            labeled_at=_moment(line, f"{place}.labeled_at", entry.get("labeled_at")),
            labels=self._labels(line, given, parts),
            comment=_text(line, f"{place}.comment", entry.get("comment")),
            reason=reason,
        )

    def _labels(
        self, line: int, given: list[tuple[str, str, Any]], parts: Parts
    ) -> tuple[tuple[str, LabelValue], ...]:
        """(question key, value) in the schema's order; `given` has question, column, raw value."""
        specs = [(self._question(line, column, key), column, raw) for key, column, raw in given]
        specs.sort(key=lambda each: self._order.index(each[0].key))
        needed = any(KINDS[spec.kind].needs_parts for spec, _column, _raw in specs)
        about = About(parts() if needed else (), {})
        read: dict[str, dict[str, Any]] = {}
        labels = []
        for spec, column, raw in specs:
            value = self._value(line, column, spec, raw, replace(about, values=read))
            read[spec.key] = value.value
            labels.append((spec.key, value))
        return tuple(labels)

    def _value(
        self, line: int, column: str, spec: QuestionSpec, raw: Any, about: About
    ) -> LabelValue:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = str(raw)
        if isinstance(raw, str):
            raw = self._mapping.values.get(spec.key, {}).get(raw, raw)
            if known := self._parsed.get((spec.key, raw)):
                return known
        kind = KINDS[spec.kind]
        try:
            value = kind.parse(_unpacked(raw, spec.kind), spec, about)
        except Problem as problem:
            raise RowProblem(
                problem.template,
                code=problem.code,
                line=line,
                field=column,
                **problem.params,
            ) from problem
        if isinstance(raw, str) and not kind.needs_parts and len(self._parsed) < 10_000:
            self._parsed[spec.key, raw] = value
        return value

    def _question(self, line: int, column: str, key: str) -> QuestionSpec:
        spec = self._schema.question(key) if self._schema else None
        if spec is None:
            keys = [question.key for question in self._schema.questions] if self._schema else []
            raise _problem(
                "The guideline has no question “%(question)s”. Its questions are: %(known)s.",
                "unknown_question",
                line,
                column,
                question=key[:100],
                known=", ".join(keys) or "-",
            )
        return spec


def _unpacked(raw: Any, kind: str) -> Any:
    """A list or an object in a field of a CSV file is written as JSON."""
    if kind == "text" or not isinstance(raw, str) or not raw.lstrip().startswith(("[", "{")):
        return raw
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


def _problem(template: str, code: str, line: int, column: str, **params: Any) -> RowProblem:
    return RowProblem(template, code=code, line=line, field=column, **params)


def _name(line: int, column: str, raw: Any) -> str:
    name = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_ANNOTATOR:
        raise _problem(
            "An answer needs its annotator: a name of 1 to %(limit)d characters.",
            "no_annotator",
            line,
            column,
            limit=MAX_ANNOTATOR,
        )
    return name


def _text(line: int, column: str | None, raw: Any, limit: int = MAX_COMMENT) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str) or len(raw) > limit:
        raise _problem(
            "A comment or a reason is a text of at most %(limit)d characters.",
            "bad_comment",
            line,
            column or "",
            limit=limit,
        )
    return raw


def _time(line: int, column: str | None, row: dict[str, Any]) -> str | None:
    return _moment(line, column, row.get(column)) if column else None


def _moment(line: int, column: str, raw: Any) -> str | None:
    """ISO 8601; without an offset it is UTC."""
    if raw is None or raw == "":
        return None
    try:
        moment = datetime.fromisoformat(raw)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    except (TypeError, ValueError, OverflowError) as error:
        raise _problem(
            "“%(value)s” is no time. Write it as 2026-01-31T14:02:00+09:00.",
            "bad_time",
            line,
            column,
            value=str(raw)[:60],
        ) from error
