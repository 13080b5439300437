"""Which column means what. PURE.

A mapping is {"columns": {column: role}, "values": {question: {raw: key}}}. Roles: id, text,
payload, metadata, annotator, labeled_at, comment, skip, annotations, answer:<question>, ignore,
and for items of several parts text:<key>, image:<key>, audio:<key>, video:<key>, pdf:<key> and
page:<key>; a part with a file holds its name among the media of the project.
`values` translates what the file calls an answer into the guideline's keys ("1" -> "refund").
For the formats of other programs `targets` says which question takes what ({"label": "entities"},
by the name of a control or a kind; "" leaves it out), and `annotator` who answered where the file
does not say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

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
MANY = (METADATA, IGNORE)
FOR_JSON = (PAYLOAD, ANNOTATIONS)
FLAT_FORMATS = ("csv", "tsv")
FOREIGN_FORMATS = ("label_studio", "coco", "conll", "doccano", "prodigy")
# The readers of foreign formats make these columns.
FOREIGN_COLUMNS = {"id": ID, "payload": PAYLOAD, "metadata": METADATA, "annotations": ANNOTATIONS}

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
        *("method", "method_version", "computed_at", "seed", "inputs_digest"),
        *("resolution_posterior", "entropy", "margin", "expected_cost", "undecided"),
        *("estimate", "deviation"),
        *("run_value", "verdict", "adjudicated_by", "adjudicated_at"),
        *("review", "reviewed_value", "reviewed_by", "reviewed_at"),
    },
)
_MARKS_OF_EXPORTS = frozenset({"item_id", "external_id", "guideline_version"})
_METADATA_PREFIXES = ("meta.", "metadata.")


@dataclass(frozen=True)
class Mapping:
    """A mapping that was checked: every column has a role, no role is taken twice."""

    columns: dict[str, str]
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    annotator: str = ""

    def as_json(self) -> dict[str, Any]:
        """What `Mapping(**...)` makes again; without what only foreign formats have."""
        optional = {"targets": self.targets, "annotator": self.annotator}
        given = {name: value for name, value in optional.items() if value}
        return {"columns": self.columns, "values": self.values, **given}

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
    if file_format in FOREIGN_FORMATS:
        return dict(FOREIGN_COLUMNS)
    if file_format in FLAT_FORMATS:
        without = FOR_JSON
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
