"""Prodigy: JSONL, or a JSON array, of tasks with spans, labels, choices and verdicts. PURE.

`answer` is accept, reject or ignore. Accepted: `spans` are marks (on a picture shapes in pixels),
`relations` link them, `label` is a class, `accept` lists chosen options. Rejected: a `label` that
stands alone becomes the name “not LABEL”, to be mapped to a class of the guideline; everything
else is a skip with the reason “rejected”. Ignored is a skip too. Offsets count code points.
Format: https://prodi.gy/docs/api-interfaces
"""

from datetime import UTC, datetime
from typing import Any

from annotations.parts import IMAGE
from datasets.formats.foreign.found import (
    Entries,
    Entry,
    Found,
    Marked,
    Source,
    row_fault,
    text_or_none,
)
from datasets.formats.foreign.media_names import media_kind
from datasets.formats.foreign.stream import json_entries

_FILES = ("image", "audio", "video", "path")
_OWN = frozenset(
    {
        *("id", "text", "meta", "spans", "relations", "label", "accept", "answer", "options"),
        *("tokens", "audio_spans", "config", "html", "width", "height", *_FILES),
    }
)


def entries(source: Source) -> Entries:
    """(place or line, Entry). What has neither text nor file goes to `source.report`."""
    for place, task in json_entries(source):
        payload = _payload(task)
        if payload is None:
            template = "A task of Prodigy needs a “text”, or the path of an “image” or “audio”."
            source.report(row_fault(place, "text", "bad_text", template))
            continue
        marked = _marked(task)
        yield (
            place,
            Entry(
                id=text_or_none(task.get("id")),
                payload=payload,
                metadata=_metadata(task),
                marked=(marked,) if marked else (),
            ),
        )


def _payload(task: dict[str, Any]) -> dict[str, Any] | None:
    """A picture may stand in the file itself, as data: the path beside it is its name then."""
    for name in _FILES:
        value = task.get(name)
        if isinstance(value, str) and value and not value.startswith("data:"):
            kind = media_kind(value, name) or (name if name != "path" else IMAGE)
            return {"parts": [{"key": kind, "kind": kind, "file": value}]}
    text = task.get("text")
    return {"text": text} if isinstance(text, str) and text.strip() else None


def _metadata(task: dict[str, Any]) -> dict[str, Any]:
    meta = task.get("meta")
    rest = {
        name: value for name, value in task.items() if name not in _OWN and not name.startswith("_")
    }
    return rest | (meta if isinstance(meta, dict) else {})


def _marked(task: dict[str, Any]) -> Marked | None:
    annotator = task.get("_annotator_id") or task.get("_session_id")
    name, moment = text_or_none(annotator) or "", _moment(task.get("_timestamp"))
    answer = task.get("answer")
    if answer is None:
        return None
    if answer == "ignore":
        return Marked(annotator=name, labeled_at=moment, skip="ignored")
    if answer == "reject":
        if isinstance(task.get("label"), str) and not task.get("spans"):
            found = Found("label", ("choice", "choices"), [f"not {task['label']}"])
            return Marked(annotator=name, labeled_at=moment, found=(found,))
        return Marked(annotator=name, labeled_at=moment, skip="rejected")
    found_all = _found(task)
    return Marked(annotator=name, labeled_at=moment, found=tuple(found_all), nothing=not found_all)


def _moment(raw: Any) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC."""
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        return None
    try:
        return datetime.fromtimestamp(raw, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _found(task: dict[str, Any]) -> list[Found]:
    found: list[Found] = []
    spans = task.get("spans")
    if isinstance(spans, list):
        found += _marks([each for each in spans if isinstance(each, dict)])
    stretches = task.get("audio_spans")
    if isinstance(stretches, list) and stretches:
        raw = [_stretch(each) for each in stretches if isinstance(each, dict)]
        found.append(Found("audio_spans", ("segments",), raw))
    if isinstance(task.get("relations"), list) and task["relations"]:
        raw = [_relation(each) for each in task["relations"] if isinstance(each, dict)]
        found.append(Found("relations", ("relations",), raw))
    if isinstance(task.get("label"), str):
        found.append(Found("label", ("choice", "choices"), [task["label"]]))
    accepted = task.get("accept")
    if isinstance(accepted, list) and (accepted or isinstance(task.get("options"), list)):
        kinds = ("choice", "choices") if len(accepted) == 1 else ("choices", "choice")
        found.append(Found("accept", kinds, [str(each) for each in accepted]))
    return found


def _marks(spans: list[dict[str, Any]]) -> list[Found]:
    """Spans of a text, or shapes on a picture."""
    texts, boxes, polygons = [], [], []
    for span in spans:
        label = str(span.get("label") or "")
        if "start" in span:
            texts.append({"start": span["start"], "end": span.get("end"), "label": label})
        elif span.get("type") == "rect" or "points" not in span:
            sides = {name: span.get(name) for name in ("x", "y", "width", "height")}
            boxes.append({**sides, "label": label})
        else:
            polygons.append({"points": span["points"], "label": label})
    return [
        Found("spans", (kind,), marks)
        for kind, marks in (("spans", texts), ("boxes", boxes), ("polygons", polygons))
        if marks
    ]


def _stretch(raw: dict[str, Any]) -> dict[str, Any]:
    label = str(raw.get("label") or "")
    return {"start": raw.get("start"), "end": raw.get("end"), "label": label}


def _relation(raw: dict[str, Any]) -> dict[str, Any]:
    ends = {}
    for side, name in (("from", "head_span"), ("to", "child_span")):
        span = raw.get(name)
        known = span if isinstance(span, dict) else {}
        label = str(known.get("label") or "")
        ends[side] = {"start": known.get("start"), "end": known.get("end"), "label": label}
    return {"label": str(raw.get("label") or ""), **ends}
