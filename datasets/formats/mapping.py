"""Which column means what. PURE.

A mapping is {"columns": {column: role}, "values": {question: {raw: key}}}. Roles: id, text,
payload, metadata, annotator, labeled_at, comment, skip, annotations, answer:<question>, ignore,
and for items of several parts text:<key>, image:<key>, audio:<key>, video:<key>, pdf:<key> and
page:<key>; a part with a file holds its name among the media of the project.
`values` translates what the file calls an answer into the guideline's keys ("1" -> "refund").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.parts import RESERVED_KEYS
from core.problems import Problem, Problems
from guidelines.document_reader import KEY

ID, TEXT, PAYLOAD, METADATA = "id", "text", "payload", "metadata"
ANNOTATOR, LABELED_AT, COMMENT = "annotator", "labeled_at", "comment"
SKIP, ANNOTATIONS, IGNORE = "skip", "annotations", "ignore"
ANSWER = "answer:"
# Kinds of parts that a column can hold.
PARTS = ("text", "image", "audio", "video", "pdf", "page")

ROLES = (
    ID,
    TEXT,
    PAYLOAD,
    METADATA,
    ANNOTATOR,
    LABELED_AT,
    COMMENT,
    SKIP,
    ANNOTATIONS,
    IGNORE,
)
_MANY = (METADATA, IGNORE)
_FOR_JSON = (PAYLOAD, ANNOTATIONS)

# Names that speak for themselves, the best first: only one column may take a role.
_NAMES: dict[str, tuple[str, ...]] = {
    ID: ("external_id", "id", "item", "item_id"),
    TEXT: ("text",),
    PAYLOAD: ("payload",),
    ANNOTATOR: ("annotator", "worker", "annotator_id", "worker_id"),
    LABELED_AT: ("labeled_at", "submitted_at"),
    COMMENT: ("comment",),
    SKIP: ("skip_reason",),
    ANNOTATIONS: ("annotations",),
}
# What else an export of ours holds: lineage of the place it came from.
EXPORTED = frozenset(
    {
        *("item_id", "question", "value", "choice", "annotation_id", "kind", "supersedes"),
        *("is_current", "source_kind", "rater_id", "source_id", "source_version", "user_id"),
        *("guideline_version", "guideline_hash", "slot", "round", "served_at", "started_at"),
        *("created_at", "active_ms", "tool", "item_withdrawn_at", "resolution_run"),
        *("resolution", "resolution_confidence", "confidence", "posterior", "n_labels", "run"),
        *("method", "method_version", "computed_at"),
    },
)
_MARKS_OF_EXPORTS = frozenset({"item_id", "external_id", "guideline_version"})
_METADATA_PREFIXES = ("meta.", "metadata.")


@dataclass(frozen=True)
class Mapping:
    """A mapping that was checked: every column has a role, no role is taken twice."""

    columns: dict[str, str]
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def column(self, role: str) -> str | None:
        return next((name for name, taken in self.columns.items() if taken == role), None)

    @property
    def answers(self) -> dict[str, str]:
        """{column: question key}"""
        return {
            name: role.removeprefix(ANSWER)
            for name, role in self.columns.items()
            if role.startswith(ANSWER)
        }

    @property
    def parts(self) -> dict[str, tuple[str, str]]:
        """{column: (kind, key)} of the parts of an item."""
        return {
            name: (kind, key)
            for name, role in self.columns.items()
            for kind, separator, key in [role.partition(":")]
            if separator and kind in PARTS
        }

    @property
    def metadata(self) -> dict[str, str]:
        """{column: name in the item's metadata}; "" merges an object as a whole."""
        return {
            name: metadata_name(name) for name, role in self.columns.items() if role == METADATA
        }

    @property
    def holds_answers(self) -> bool:
        return bool(self.answers) or self.column(ANNOTATIONS) is not None


def metadata_name(column: str) -> str:
    """`meta.language` is `language`; the column `metadata` itself stands for the whole object."""
    if column == METADATA:
        return ""
    prefix = next((each for each in _METADATA_PREFIXES if column.startswith(each)), "")
    return column[len(prefix) :] or column


def guess(
    columns: Sequence[str],
    question_keys: Sequence[str],
    *,
    file_format: str = "jsonl",
) -> dict[str, str]:
    """{column: role} for the columns whose names speak for themselves; the rest is left out."""
    without: tuple[str, ...] = (TEXT,) if PAYLOAD in columns else ()
    if file_format != "jsonl":
        without = _FOR_JSON
    found: dict[str, str] = {}
    for role, names in _NAMES.items():
        name = next((name for name in names if name in columns and name not in found), None)
        if name is not None and role not in without:
            found[name] = role
    found |= _guessed_answers([name for name in columns if name not in found], question_keys)
    is_export = set(columns) >= _MARKS_OF_EXPORTS
    for name in columns:
        if name == METADATA or name.startswith(_METADATA_PREFIXES):
            found.setdefault(name, METADATA)
        elif is_export and name in {*EXPORTED, PAYLOAD, TEXT}:
            found.setdefault(name, IGNORE)
    return found


def _guessed_answers(columns: Sequence[str], question_keys: Sequence[str]) -> dict[str, str]:
    """Columns named like a question; with one question, also `label`, `choice` or `answer`."""
    found = {key: ANSWER + key for key in question_keys if key in columns}
    if found or len(question_keys) != 1:
        return found
    name = next((name for name in ("label", "choice", "answer") if name in columns), None)
    return {name: ANSWER + question_keys[0]} if name else {}


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
    entries, values = _sections(raw)
    problems = [
        problem
        for name, role in entries.items()
        if (problem := _check_role(str(name), role, keys, file_format))
    ]
    if problems:
        raise Problems(problems)
    mapping = Mapping(columns=dict(entries), values=_values(values, keys))
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


def _sections(raw: Any) -> tuple[dict[str, Any], Any]:
    if not isinstance(raw, dict) or not isinstance(raw.get("columns", {}), dict):
        raise Problems([_not_an_object()])
    unknown = sorted(set(raw) - {"columns", "values"})
    if unknown:
        raise Problems([_not_an_object()])
    return raw.get("columns", {}), raw.get("values", {})


def _not_an_object() -> Problem:
    return Problem(
        'A mapping is an object such as {"columns": {"id": "id", "body": "text"}}.',
        code="not_an_object",
        field="mapping",
    )


def _check_role(name: str, role: Any, keys: list[str], file_format: str) -> Problem | None:
    known = [*ROLES, *(ANSWER + key for key in keys)]
    if file_format != "jsonl":
        known = [each for each in known if each not in _FOR_JSON]
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
        if role not in _MANY and roles.count(role) > 1
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
