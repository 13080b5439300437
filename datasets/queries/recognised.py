"""What was recognised in the first rows of a file of another program."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from annotations.parts import parts_of, text_of
from datasets.formats.base import Row
from datasets.formats.foreign.found import MARK_KINDS, Found, Marked
from datasets.formats.foreign.targets import Targets, labels_of
from datasets.formats.mapping import Mapping
from guidelines.label_schema import LabelSchema

LABELS_KEPT = 50
WITHOUT_LABELS = ("text", "rating", "number", "pairwise", "ranking")


@dataclass
class Control:
    """What gave answers of one kind: how often, with which labels, and the question that takes it.

    `target` is its name in the mapping's `targets`; no `kinds` mean that no question can.
    """

    name: str
    kinds: tuple[str, ...]
    target: str
    question: str = ""
    answers: int = 0
    labels: Counter[str] = field(default_factory=Counter)

    @property
    def label_list(self) -> str:
        return ", ".join(label for label, _count in self.labels.most_common(LABELS_KEPT) if label)


class ItemShown(NamedTuple):
    """A line of the preview."""

    place: int
    id: str
    content: str
    metadata: dict[str, Any]
    answers: int


def marked_in(rows: list[Row]) -> list[Marked]:
    """All answers of foreign rows."""
    return [
        each
        for _place, row in rows
        for each in row.get("annotations") or ()
        if isinstance(each, Marked)
    ]


def controls_in(rows: list[Row], mapping: Mapping, schema: LabelSchema | None) -> list[Control]:
    """The controls of the file in the order of their first answer."""
    targets = Targets(mapping, schema) if schema else None
    controls: dict[tuple[str, tuple[str, ...]], Control] = {}
    for marked in marked_in(rows):
        for found in marked.found:
            key = found.name, found.kinds
            if key not in controls:
                question = targets.question(found) if targets else None
                taken = question.key if question else ""
                controls[key] = Control(found.name, found.kinds, found.name, taken)
                if found.optional and targets and question is None:
                    controls[key].question = "-"
            controls[key].answers += 1
            if not set(found.kinds) <= set(WITHOUT_LABELS):
                controls[key].labels.update(labels_of(found))
    names = Counter(name for name, _kinds in controls)
    for (name, kinds), control in controls.items():
        if names[name] > 1 and kinds:
            control.target = f"{name}:{kinds[0]}"
    return list(controls.values())


def unknown_labels(
    rows: list[Row], mapping: Mapping, schema: LabelSchema | None
) -> dict[str, list[str]]:
    """{question: labels that are neither keys nor names of its choices}, so they can be mapped."""
    if schema is None:
        return {}
    targets = Targets(mapping, schema)
    unknown: dict[str, dict[str, None]] = {}
    for marked in marked_in(rows):
        for found in marked.found:
            question = None if targets.is_left_out(found) else targets.question(found)
            if question is None or not question.choices or not _has_keys(found, question.kind):
                continue
            for label in labels_of(found):
                mapped = label in mapping.values.get(question.key, {})
                if label and (mapped or question.choice(targets.key(question, label)) is None):
                    unknown.setdefault(question.key, {})[label] = None
    return {key: list(labels)[:LABELS_KEPT] for key, labels in unknown.items()}


def _has_keys(found: Found, kind: str) -> bool:
    return kind in ("choice", "choices", *MARK_KINDS)


def items_shown(rows: list[Row]) -> list[ItemShown]:
    """The first items as people recognise them: their words, or the names of their files."""
    return [
        ItemShown(
            place,
            str(row["id"]),
            text_of(row["payload"]) or ", ".join(each.key for each in parts_of(row["payload"])),
            row["metadata"],
            len(row["annotations"]),
        )
        for place, row in rows
    ]
