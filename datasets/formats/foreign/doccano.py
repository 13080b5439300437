"""doccano: JSONL, or a JSON array, of texts or files with their labels. PURE.

By task: `label`/`labels` is a list of names (classes, or a text of one's own), or of [start, end,
label]; `entities` and `relations` refer to each other by ids; `cats` are classes beside entities;
`bbox` and `segmentation` are shapes in pixels. Offsets count code points. An empty `label` says
nothing: doccano writes it for what nobody looked at. Other fields go along as metadata.
Formats: https://github.com/doccano/doccano (backend/data_export)
"""

from typing import Any

from annotations.parts import AUDIO, IMAGE, TEXT
from datasets.formats.foreign.found import (
    EXTENSION,
    Entries,
    Entry,
    Found,
    Marked,
    Source,
    empty_marks,
    row_fault,
    text_or_none,
)
from datasets.formats.foreign.media_names import media_kind, part_key
from datasets.formats.foreign.stream import json_entries

_TEXTS = ("text", "data")
_FILES = ("filename", "image", "file")
_LABELS = ("label", "labels", "entities", "relations", "cats", "bbox", "segmentation")
_OWN = frozenset(
    {"id", "meta", "metadata", "annotator", EXTENSION, *_TEXTS, *_FILES, *_LABELS}
    | {"annotation_approver", "Comments"}
)


def entries(source: Source) -> Entries:
    """(place or line, Entry). What has neither text nor file goes to `source.report`."""
    for place, row in json_entries(source):
        extension = row.get(EXTENSION)
        known = extension if isinstance(extension, dict) else {}
        payload = _payload(row, known)
        if payload is None:
            template = "A line of doccano needs a “text” or a “filename”."
            source.report(row_fault(place, TEXT, "bad_text", template))
            continue
        yield (
            place,
            Entry(
                id=text_or_none(known.get("external_id")) or text_or_none(row.get("id")),
                payload=payload,
                metadata=_metadata(row),
                marked=_marked(row, known),
            ),
        )


def _payload(row: dict[str, Any], known: dict[str, Any]) -> dict[str, Any] | None:
    text = next((row[name] for name in _TEXTS if isinstance(row.get(name), str)), "")
    own = text_or_none(known.get("part"))
    file = next((row[name] for name in _FILES if isinstance(row.get(name), str)), "")
    if not file and media_kind(text):
        file, text = text, ""
    if file:
        kind = media_kind(file) or IMAGE
        return {"parts": [{"key": part_key(own or kind, 1), "kind": kind, "file": file}]}
    if not text.strip():
        return None
    if own and own != TEXT:
        return {"parts": [{"key": part_key(own, 1), "kind": TEXT, "text": text}]}
    return {"text": text}


def _metadata(row: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name not in _OWN}
    for name in ("meta", "metadata"):
        if isinstance(row.get(name), dict):
            rest |= row[name]
    return rest


def _marked(row: dict[str, Any], known: dict[str, Any]) -> tuple[Marked, ...]:
    questions = known.get("questions")
    found = _found(row, questions if isinstance(questions, dict) else {})
    found += empty_marks(known, found)
    if not found:
        return ()
    annotator = text_or_none(row.get("annotator")) or text_or_none(known.get("annotator"))
    labeled_at = text_or_none(known.get("labeled_at"))
    return (Marked(annotator=annotator or "", labeled_at=labeled_at, found=tuple(found)),)


def _found(row: dict[str, Any], questions: dict[str, Any]) -> list[Found]:
    """`questions` is {field: question} as our own exports note it."""
    found = []
    for name in _LABELS:
        raw = row.get(name)
        if isinstance(raw, str) and raw:
            raw = [raw]
        if not isinstance(raw, list) or not raw:
            continue
        kinds, values = _READ[name](row, raw)
        found.append(Found(str(questions.get(name, name)), kinds, values))
    return found


def _labels(row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    """Names of classes or texts, or marks on the text."""
    if all(isinstance(each, str) for each in raw):
        file = next((row[name] for name in _FILES if isinstance(row.get(name), str)), "")
        kinds = ("text", "choices", "choice") if media_kind(file) == AUDIO else None
        return kinds or ("choices", "choice", "text"), raw
    return ("spans",), [_span(each) for each in raw]


def _span(raw: Any) -> dict[str, Any]:
    if isinstance(raw, dict):
        start, end, label = (raw.get(each) for each in ("start_offset", "end_offset", "label"))
    else:
        start, end, label = raw if isinstance(raw, list) and len(raw) == 3 else (None,) * 3
    return {"start": start, "end": end, "label": str(label or "")}


def _entities(_row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    return ("spans",), [_span(each) for each in raw]


def _relations(row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    entities = row.get("entities")
    spans = {
        str(each.get("id")): _span(each)
        for each in (entities if isinstance(entities, list) else ())
        if isinstance(each, dict)
    }
    nowhere = {"start": None, "end": None, "label": ""}
    return ("relations",), [
        {
            "label": str(each.get("type") or ""),
            "from": spans.get(str(each.get("from_id")), nowhere),
            "to": spans.get(str(each.get("to_id")), nowhere),
        }
        for each in raw
        if isinstance(each, dict)
    ]


def _cats(_row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    return ("choices", "choice"), [str(each) for each in raw]


def _boxes(_row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    return ("boxes",), [
        {name: each.get(name) for name in ("x", "y", "width", "height")}
        | {"label": str(each.get("label") or "")}
        for each in raw
        if isinstance(each, dict)
    ]


def _polygons(_row: dict[str, Any], raw: list[Any]) -> tuple[tuple[str, ...], list[Any]]:
    return ("polygons",), [
        {"points": _pairs(each.get("points")), "label": str(each.get("label") or "")}
        for each in raw
        if isinstance(each, dict)
    ]


def _pairs(flat: Any) -> list[Any]:
    """[x1, y1, x2, y2, ...] as pairs; anything else is refused by the parser of the kind."""
    if not isinstance(flat, list) or len(flat) % 2:
        return [flat]
    return [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)]


_READ = {
    "label": _labels,
    "labels": _labels,
    "entities": _entities,
    "relations": _relations,
    "cats": _cats,
    "bbox": _boxes,
    "segmentation": _polygons,
}
