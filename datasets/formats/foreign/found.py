"""What the reader of a foreign format finds, before the guideline is asked what it means. PURE.

A reader knows labels by their names and answers by the name of the control that gave them; only
`targets` knows questions and keys. So a file can be looked at before there is a guideline.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from datasets.formats.base import Report, RowProblem

# Kinds that take a name from a list, and kinds that mark places: those may be merged and empty.
LABEL_KINDS = ("choice", "choices")
MARK_KINDS = ("spans", "relations", "boxes", "polygons", "points", "segments")
# Under this key our exports say more than the format has room for; other programs ignore it.
EXTENSION = "labelhub"


@dataclass(frozen=True)
class Found:
    """One answer: `name` is what the file calls its control, `kinds` the kinds of questions that
    can take it, the best first; none for what no question can hold.

    `raw` by kind: choice, choices, text: a list of names; text alone: a text; rating, number: a
    number; marks: a list of objects with `label` where the value of that kind has `choice`, and for
    relations two marks as `from` and `to`; pairwise: {"selected", "sides"}; ranking: a list.
    `optional`: said by something else in the file as well, so that it may be left out.
    """

    name: str
    kinds: tuple[str, ...]
    raw: Any
    optional: bool = False


@dataclass(frozen=True)
class Marked:
    """One annotator's answers to one item, or a reason to `skip` it. `annotator` may be ""."""

    annotator: str = ""
    labeled_at: str | None = None
    found: tuple[Found, ...] = ()
    skip: str = ""
    comment: str = ""
    # Nothing was marked although it was looked at: an answer for questions that mark places.
    nothing: bool = False


class Entry(NamedTuple):
    """One item of a file; `id` is None where the file has none."""

    id: str | None
    payload: dict[str, Any]
    metadata: dict[str, Any] = {}
    marked: tuple[Marked, ...] = ()


Entries = Iterator[tuple[int, Entry]]


@dataclass(frozen=True)
class Source:
    """A file and how it is read; `place` in problems counts entries, or lines where there are."""

    file: BinaryIO
    encoding: str = "utf-8"
    max_bytes: int | None = None
    report: Report = field(default=lambda problem: _raise(problem))


Reader = Callable[[Source], Entries]


def _raise(problem: RowProblem) -> None:
    raise problem


def row_of(entry: Entry) -> dict[str, Any]:
    """The row that our own JSONL would have, but for the answers, which are still `Marked`."""
    return {
        "id": entry.id or content_id(entry.payload),
        "payload": entry.payload,
        "metadata": entry.metadata,
        "annotations": list(entry.marked),
    }


def content_id(payload: dict[str, Any]) -> str:
    """The id of an item that has none: the same for the same content, as in `shape`."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def row_fault(place: int, field: str, code: str, template: str, **params: Any) -> RowProblem:
    """A fault of one entry."""
    return RowProblem(template, code=code, line=place, field=field, **params)


def empty_marks(extension: Any, found: list[Found]) -> list[Found]:
    """Answers that marked nothing, as our own exports note them:
    {"answered": {question: kind}}; the others are in `found` already."""
    answered = extension.get("answered") if isinstance(extension, dict) else None
    if not isinstance(answered, dict):
        return []
    given = {(each.name, kind) for each in found for kind in each.kinds}
    return [
        Found(name, (kind,), [])
        for name, kind in answered.items()
        if kind in (*MARK_KINDS, "choices") and (name, kind) not in given
    ]


def text_or_none(value: Any) -> str | None:
    """A text as it is, a whole number as text; None for anything else."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
