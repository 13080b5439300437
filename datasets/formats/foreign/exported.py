"""Rows of an export, grouped into items with their annotations, and what each format holds. PURE.

Rows are those of our own JSONL export, in its order: all labels of one annotation beside each
other, all annotations of one item too.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from annotations.parts import Part, parts_of
from datasets.formats.foreign.found import MARK_KINDS
from datasets.formats.written import Chunks

HOLDS: dict[str, tuple[str, ...]] = {
    "label_studio": (
        *("choice", "choices", "rating", "number", "text", "spans", "relations", "pairwise"),
        *("ranking", "boxes", "polygons", "points", "segments"),
    ),
    "coco": ("boxes", "polygons", "points"),
    "conll": ("spans",),
    "doccano": ("choice", "choices", "text", "spans", "relations", "boxes", "polygons"),
}
EXPORT_FORMATS = tuple(HOLDS)
# The other formats hold any kind.
PLAIN_FORMATS = ("jsonl", "csv")

# Of a row, what tells where a label comes from.
_LINEAGE = (*("annotation_id", "source_kind", "rater_id", "guideline_version", "guideline_hash"),)
_DECIDED = ("run", "method", "method_version", "confidence", "n_labels")


@dataclass(frozen=True)
class Asked:
    """A question that is exported: `choices` are keys, `sides` those of a comparison."""

    key: str
    kind: str
    choices: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


@dataclass
class Said:
    """One annotation, or what a run decided about one item: {question: canonical value}."""

    annotator: str
    labeled_at: str | None
    skip: str
    comment: str
    lineage: dict[str, Any]
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def answered(self) -> dict[str, str]:
        """{question: kind} of answers that marked nothing, which the formats cannot say."""
        return {
            key: value["kind"]
            for key, value in self.values.items()
            if value["kind"] in (*MARK_KINDS, "choices") and not value[value["kind"]]
        }

    def about(self) -> dict[str, Any]:
        """Who said it and when, and where it comes from."""
        head = {"annotator": self.annotator, "labeled_at": self.labeled_at}
        return {name: value for name, value in (head | self.lineage).items() if value}


@dataclass
class Shown:
    """One item; a withdrawn one has no parts any more."""

    number: int
    external_id: str
    parts: tuple[Part, ...]
    metadata: dict[str, Any]
    said: list[Said]


def items_of(chunks: Chunks) -> Iterator[Shown]:
    """Items with what was said about them; retractions are left out."""
    rows = (json.loads(row[0]) for chunk in chunks for row in chunk)
    for number, group in groupby(rows, key=itemgetter("item_id")):
        of_item = list(group)
        first = of_item[0]
        yield Shown(
            number=number,
            external_id=first["external_id"],
            parts=parts_of(first.get("payload") or {}),
            metadata=first.get("metadata") or {},
            said=list(_said(of_item)),
        )


def _said(rows: list[dict[str, Any]]) -> Iterator[Said]:
    for _annotation, group in groupby(rows, key=lambda row: row.get("annotation_id")):
        of_annotation = list(group)
        first = of_annotation[0]
        said = Said(
            annotator=first.get("annotator") or "",
            labeled_at=first.get("submitted_at") or first.get("computed_at"),
            skip=(first.get("skip_reason") or "skipped") if first.get("kind") == "skip" else "",
            comment=first.get("comment") or "",
            lineage={name: first[name] for name in _LINEAGE if first.get(name) is not None},
        )
        if first.get("run"):
            said.lineage["runs"] = {
                row["question"]: {name: row[name] for name in _DECIDED} for row in of_annotation
            }
        said.values = {row["question"]: row["value"] for row in of_annotation if row["value"]}
        if said.skip or said.values:
            yield said


def formats_for(kind: str) -> list[str]:
    """The formats that hold a kind of question."""
    return [name for name, kinds in HOLDS.items() if kind in kinds] + list(PLAIN_FORMATS)


def plain_payload(item: Shown) -> bool:
    """Whether the item is one text, as every other door stores it."""
    return [(part.key, part.kind) for part in item.parts] == [("text", "text")]


def pieces(values: Iterable[Any], *, before: str = "", between: str = ",\n") -> Iterator[bytes]:
    """JSON texts of many values, with what stands before and between them."""
    start = before
    for value in values:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        yield (start + text).encode()
        start = between
    if start == before:
        yield before.encode()
