"""Our labels as JSONL for doccano: a line per item and annotator. PURE.

Classes and texts are `label`, beside spans classes are `cats`; spans are `label` triples, or
`entities` where relations or labels stand beside them; shapes are `bbox` and `segmentation` in
pixels. One question per field. Skips have no line. Under “labelhub” stands who said it, under which
guideline, and which question fills which field.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from annotations.parts import IMAGE, TEXT, Part, part_named
from datasets.formats.foreign.exported import Asked, Said, Shown, items_of, pieces
from datasets.formats.foreign.found import EXTENSION
from datasets.formats.written import Chunks

_FIELDS = {"boxes": "bbox", "polygons": "segmentation", "relations": "relations", "text": "label"}


def doccano_fields(kinds: dict[str, str]) -> dict[str, str]:
    """{question: field} for {question: kind}; two questions may come to the same field."""
    has_links = "relations" in kinds.values()
    has_spans = "spans" in kinds.values()
    has_labels = not {"choice", "choices", "text"}.isdisjoint(kinds.values())
    fields = {}
    for key, kind in kinds.items():
        if kind == "spans":
            fields[key] = "entities" if has_links or has_labels else "label"
        elif kind in ("choice", "choices"):
            fields[key] = "cats" if has_spans or "text" in kinds.values() else "label"
        else:
            fields[key] = _FIELDS[kind]
    return fields


def doccano_bytes(chunks: Chunks, asked: Sequence[Asked]) -> Iterator[bytes]:
    """One JSON object per line."""
    fields = doccano_fields({question.key: question.kind for question in asked})
    lines = (
        line
        for item in items_of(chunks)
        for said in item.said
        for line in _lines(item, said, fields)
    )
    yield from pieces(lines, between="\n")
    yield b"\n"


def _lines(item: Shown, said: Said, fields: dict[str, str]) -> Iterator[dict[str, Any]]:
    values = {key: value for key, value in said.values.items() if key in fields}
    part = _part(item, values)
    if part is None or not values:
        return
    body: dict[str, Any] = {"id": item.number}
    body |= {"text": part.text} if part.kind == TEXT else {"filename": part.data.get("file") or ""}
    for key, value in values.items():
        body[fields[key]] = _written(value, values, part, triples=fields[key] == "label")
    about = {
        **said.about(),
        "external_id": item.external_id,
        "part": part.key,
        "questions": {field: key for key, field in fields.items() if key in values},
    }
    if said.answered:
        about["answered"] = said.answered
    yield {**body, "meta": item.metadata, EXTENSION: about}


def _part(item: Shown, values: dict[str, Any]) -> Part | None:
    """What the line is about: the part that the marks name, else the first text or picture."""
    named = {
        mark["part"]
        for value in values.values()
        for mark in value.get(value["kind"], ())
        if isinstance(mark, dict) and "part" in mark
    }
    on_pictures = any(value["kind"] in ("boxes", "polygons") for value in values.values())
    kinds = frozenset({IMAGE} if on_pictures else {TEXT})
    wanted = next(iter(sorted(named)), None)
    found = part_named(item.parts, wanted, kinds)
    return found or next((part for part in item.parts if part.text or part.media), None)


def _written(value: dict[str, Any], values: dict[str, Any], part: Part, *, triples: bool) -> Any:
    kind = value["kind"]
    if kind in ("choice", "text"):
        return [value[kind]]
    if kind == "choices":
        return value["choices"]
    marks = [mark for mark in value[kind] if mark.get("part", part.key) == part.key]
    if kind == "spans" and triples:
        return [[mark["start"], mark["end"], mark["choice"]] for mark in marks]
    if kind == "spans":
        return [
            {
                "id": place,
                "label": mark["choice"],
                "start_offset": mark["start"],
                "end_offset": mark["end"],
            }
            for place, mark in enumerate(marks)
        ]
    if kind == "relations":
        return _relations(marks, values)
    return [_shape(kind, mark) for mark in marks]


def _shape(kind: str, mark: dict[str, Any]) -> dict[str, Any]:
    if kind == "polygons":
        flat = [number for point in mark["points"] for number in point]
        return {"points": flat, "label": mark["choice"]}
    sides = {name: mark[name] for name in ("x", "y", "width", "height")}
    return {**sides, "label": mark["choice"]}


def _relations(links: list[dict[str, Any]], values: dict[str, Any]) -> list[dict[str, Any]]:
    """Links by the places of their spans in `entities`."""
    names = ("part", "start", "end", "choice")
    marked = (value["spans"] for value in values.values() if value["kind"] == "spans")
    spans: list[Any] = next(marked, [])
    ids = {tuple(span[name] for name in names): place for place, span in enumerate(spans)}
    found: list[dict[str, Any]] = []
    for link in links:
        ends = [ids.get(tuple(link[side][name] for name in names)) for side in ("from", "to")]
        if None not in ends:
            head = {"id": len(found), "type": link["choice"]}
            found.append({**head, "from_id": ends[0], "to_id": ends[1]})
    return found
