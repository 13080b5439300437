"""Reads a mapping of columns that people or programs sent, and checks it as a whole. PURE."""

from collections.abc import Iterable
from typing import Any

from annotations.parts import RESERVED_KEYS
from core.problems import Problem, Problems
from datasets.formats.base import MAX_ANNOTATOR
from datasets.formats.mapping import (
    ANNOTATOR,
    ANSWER,
    FLAT_FORMATS,
    FOR_JSON,
    FOREIGN_COLUMNS,
    FOREIGN_FORMATS,
    ID,
    MANY,
    PARTS,
    PAYLOAD,
    ROLES,
    TEXT,
    Mapping,
)
from guidelines.document_reader import KEY

_EMPTY: dict[str, Any] = {"columns": {}, "values": {}, "targets": {}, "annotator": ""}


def parse_mapping(
    raw: Any,
    *,
    question_keys: Iterable[str],
    file_format: str,
    columns: Iterable[str] = (),
) -> Mapping:
    """The checked mapping, or `Problems`: not_an_object, unknown_role, role_taken_twice,
    no_item_column, answers_without_annotator, payload_and_text, unmapped_columns, bad_values.

    `columns` are those of the file as far as they are known; each needs a role.
    """
    keys = list(question_keys)
    sections = _sections(raw)
    is_foreign = file_format in FOREIGN_FORMATS
    entries = sections["columns"] or (FOREIGN_COLUMNS if is_foreign else {})
    problems = [
        problem
        for name, role in entries.items()
        if (problem := _check_role(str(name), role, keys, file_format))
    ]
    if problems:
        raise Problems(problems)
    mapping = Mapping(
        columns=dict(entries),
        values=_values(sections["values"], keys),
        targets=_targets(sections["targets"], keys) if is_foreign else {},
        annotator=_annotator(sections["annotator"]) or (file_format if is_foreign else ""),
    )
    problems = _check_whole(mapping, columns)
    if problems:
        raise Problems(problems)
    return mapping


def unmapped(names: Iterable[str]) -> Problem:
    """Columns without a role: what they are, and what to do."""
    listed = ", ".join(f"“{name}”" for name in names)
    return Problem(
        "The file has columns that the mapping does not name: %(columns)s. Give each a role "
        "(id, text, metadata, annotator, labeled_at, answer:<question>) or map it to ignore.",
        code="unknown_columns",
        field="mapping",
        columns=listed,
    )


def _sections(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict) or not set(raw) <= _EMPTY.keys():
        raise Problems([_not_an_object()])
    sections = _EMPTY | raw
    if not isinstance(sections["columns"], dict):
        raise Problems([_not_an_object()])
    return sections


def _not_an_object() -> Problem:
    return Problem(
        'A mapping is an object such as {"columns": {"id": "id", "body": "text"}}.',
        code="not_an_object",
        field="mapping",
    )


def _check_role(name: str, role: Any, keys: list[str], file_format: str) -> Problem | None:
    known = [*ROLES, *(ANSWER + key for key in keys)]
    if file_format in FLAT_FORMATS:
        known = [each for each in known if each not in FOR_JSON]
    if role in known or (isinstance(role, str) and _is_part(role)):
        return None
    return Problem(
        "The column “%(column)s” is mapped to “%(role)s”. It can be: %(known)s.",
        code="unknown_role",
        field=f"mapping.{name}",
        column=name,
        role=str(role),
        known=", ".join(known),
    )


def _is_part(role: str) -> bool:
    kind, separator, key = role.partition(":")
    return bool(separator) and kind in PARTS and bool(KEY.match(key)) and key not in RESERVED_KEYS


def _values(raw: Any, keys: list[str]) -> dict[str, dict[str, str]]:
    sound = isinstance(raw, dict) and all(
        question in keys
        and isinstance(table, dict)
        and all(isinstance(value, str) for value in table.values())
        for question, table in raw.items()
    )
    if not sound:
        raise Problems(
            [
                Problem(
                    '“values” is an object such as {"intent": {"1": "refund"}}, by question key.',
                    code="bad_values",
                    field="mapping.values",
                ),
            ],
        )
    return dict(raw)


def _targets(raw: Any, keys: list[str]) -> dict[str, str]:
    sound = isinstance(raw, dict) and all(question in ("", *keys) for question in raw.values())
    if not sound:
        message = (
            "“targets” says which question takes what, such as {“label”: “entities”}; “” leaves it "
            "out. The questions are: %(known)s."
        )
        raise Problems(
            [
                Problem(
                    message,
                    code="bad_targets",
                    field="mapping.targets",
                    known=", ".join(keys) or "-",
                )
            ]
        )
    return dict(raw)


def _annotator(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_ANNOTATOR:
        message = "“annotator” is a name of at most %(limit)d characters."
        raise Problems(
            [
                Problem(
                    message,
                    code="bad_annotator",
                    field="mapping.annotator",
                    limit=MAX_ANNOTATOR,
                )
            ]
        )
    return raw.strip()


def _check_whole(mapping: Mapping, columns: Iterable[str]) -> list[Problem]:
    roles = list(mapping.columns.values())
    problems = [
        Problem(
            "Two columns are mapped to “%(role)s”. Only one can be.",
            code="role_taken_twice",
            field="mapping",
            role=role,
        )
        for role in dict.fromkeys(roles)
        if role not in MANY and roles.count(role) > 1
    ]
    missing = [name for name in columns if name not in mapping.columns]
    if missing:
        problems.append(unmapped(missing))
    if mapping.parts and {TEXT, PAYLOAD} & set(roles):
        problems.append(
            _mapping_problem(
                "Map parts such as text:<key>, or a text, or a payload; not several of these.",
                "payload_and_text",
            ),
        )
    if len({key for _kind, key in mapping.parts.values()}) < len(mapping.parts):
        problems.append(_mapping_problem("Two parts have the same key.", "duplicate_key"))
    if TEXT in roles and PAYLOAD in roles:
        problems.append(
            _mapping_problem("Map either a text or a payload, not both.", "payload_and_text"),
        )
    if not mapping.parts and not {ID, TEXT, PAYLOAD} & set(roles):
        problems.append(
            _mapping_problem(
                "Say which column holds the text or the id of an item.",
                "no_item_column",
            ),
        )
    if mapping.answers and ANNOTATOR not in roles:
        problems.append(
            _mapping_problem(
                "Answers need an annotator. Map the column that says who answered, or ignore the "
                "answers.",
                "answers_without_annotator",
            ),
        )
    return problems


def _mapping_problem(text: str, code: str) -> Problem:
    return Problem(text, code=code, field="mapping")
