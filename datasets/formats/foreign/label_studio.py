"""The JSON export of Label Studio: a list of tasks with their annotations. PURE.

A task is {"id", "data", "annotations": [{"completed_by", "result": [...], "was_cancelled"}]};
results are read by `label_studio_results`. What a model predicted (“predictions”) and what was
never submitted (“drafts”) are no answers and stay out.

Of `data` become parts of the item: files (by their ending or the name of the field), the field
“text”, conversations (lists of {"author", "text"}); without a file and without “text” every other
text too. The rest goes along as metadata.
"""

from typing import Any

from annotations.parts import FACTS, MEDIA_KINDS, TEXT, TURNS
from datasets.formats.foreign.found import (
    EXTENSION,
    Entries,
    Entry,
    Marked,
    Source,
    empty_marks,
    row_fault,
    text_or_none,
)
from datasets.formats.foreign.label_studio_results import found_in
from datasets.formats.foreign.media_names import media_kind, part_key
from datasets.formats.foreign.stream import json_entries

SKIPPED = "cancelled"


def entries(source: Source) -> Entries:
    """(place of the task from 1, Entry). A task that cannot be read goes to `source.report`."""
    for place, task in json_entries(source):
        data = task.get("data")
        if not isinstance(data, dict) or not data:
            source.report(
                row_fault(place, "data", "no_data", "A task of Label Studio needs its “data”.")
            )
            continue
        parts, metadata = _parts(data)
        extension = task.get(EXTENSION)
        known = extension if isinstance(extension, dict) else {}
        parts = _named_parts(known, parts)
        yield (
            place,
            Entry(
                id=text_or_none(known.get("external_id")) or text_or_none(task.get("id")),
                payload=_payload(parts),
                metadata=metadata if EXTENSION not in task else _plain(known.get("metadata")),
                marked=tuple(_marked(task, parts)),
            ),
        )


def _marked(task: dict[str, Any], parts: list[dict[str, Any]]) -> list[Marked]:
    annotations = task.get("annotations", task.get("completions"))
    if not isinstance(annotations, list):
        return []
    return [_annotation(each, parts) for each in annotations if isinstance(each, dict)]


def _annotation(raw: dict[str, Any], parts: list[dict[str, Any]]) -> Marked:
    annotator = _name(raw.get("completed_by"))
    moment = raw.get("updated_at") or raw.get("created_at")
    labeled_at = moment if isinstance(moment, str) else None
    if raw.get("was_cancelled"):
        reason = text_or_none(raw.get("skip_reason")) or SKIPPED
        return Marked(annotator=annotator, labeled_at=labeled_at, skip=reason)
    result = raw.get("result")
    found = found_in(result if isinstance(result, list) else [], parts)
    found += empty_marks(raw.get(EXTENSION), found)
    return Marked(
        annotator=annotator,
        labeled_at=labeled_at,
        found=tuple(found),
        comment=_words(raw.get("comment")),
        nothing=not found,
    )


def _words(comment: Any) -> str:
    return comment if isinstance(comment, str) else ""


def _name(completed_by: Any) -> str:
    """The e-mail address of the annotator where the file has it, else the number of the user."""
    if isinstance(completed_by, dict):
        return text_or_none(completed_by.get("email") or completed_by.get("id")) or ""
    return text_or_none(completed_by) or ""


def _parts(data: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(parts in the order of the fields, what is left as metadata)."""
    parts: list[dict[str, Any]] = []
    rest: dict[str, Any] = {}
    for name, value in data.items():
        found = _parts_of_field(name, value)
        if found:
            for number, part in enumerate(found):
                key = part_key(name if len(found) == 1 else f"{name}-{number}", len(parts) + 1)
                parts.append({"key": key, **part})
        else:
            rest[name] = value
    if not parts:
        for name in [name for name, value in rest.items() if _is_words(value)]:
            key = part_key(name, len(parts) + 1)
            parts.append({"key": key, "kind": TEXT, "text": rest.pop(name)})
    if not parts:
        facts = {name: value for name, value in rest.items() if text_or_none(value)}
        return [{"key": FACTS, "kind": FACTS, "facts": facts or {"data": "-"}}], rest
    return _with_own_keys(parts), rest


def _parts_of_field(name: str, value: Any) -> list[dict[str, Any]]:
    if kind := media_kind(value, name):
        return [{"kind": kind, "file": value}]
    if name.lower() == TEXT and _is_words(value):
        return [{"kind": TEXT, "text": value}]
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(each, dict) and isinstance(each.get("text"), str) for each in value):
        turns = [{"speaker": _speaker(each), "text": each["text"]} for each in value]
        return [{"kind": TURNS, "turns": turns}]
    names = [each.get("url") if isinstance(each, dict) else each for each in value]
    kinds = [media_kind(each, name) for each in names]
    if not all(kinds):
        return []
    return [{"kind": kind, "file": each} for kind, each in zip(kinds, names, strict=True)]


def _speaker(turn: dict[str, Any]) -> str:
    return str(turn.get("author") or turn.get("role") or turn.get("speaker") or "")


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "://" not in value[:20]


def _with_own_keys(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """No key twice: fields may differ only in what a key cannot hold."""
    taken: set[str] = set()
    for number, part in enumerate(parts, start=1):
        if part["key"] in taken:
            part["key"] = f"part-{number}"
        taken.add(part["key"])
    return parts


def _named_parts(known: dict[str, Any], parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts as our own export names them, where the file is one; else those of `data`."""
    stored = known.get("parts")
    if not isinstance(stored, list) or not stored or not all(map(_is_part, stored)):
        return parts
    by_key = {part["key"]: part for part in parts}
    return [
        {**each, "file": by_key[each["key"]]["file"]}
        if each["kind"] in MEDIA_KINDS and "file" in by_key.get(each["key"], {})
        else each
        for each in stored
    ]


def _is_part(raw: Any) -> bool:
    return (
        isinstance(raw, dict)
        and isinstance(raw.get("key"), str)
        and isinstance(raw.get("kind"), str)
    )


def _plain(metadata: Any) -> dict[str, Any]:
    return metadata if isinstance(metadata, dict) else {}


def _payload(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One text alone is the plain form that every other door makes of it."""
    first = parts[0]
    if len(parts) == 1 and first == {"key": TEXT, "kind": TEXT, "text": first.get("text")}:
        return {"text": first["text"]}
    return {"parts": parts}
