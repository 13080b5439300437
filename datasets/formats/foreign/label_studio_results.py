"""Results of Label Studio: what one annotation says, control by control. PURE.

A result is {"id", "type", "from_name", "to_name", "value"}. Shapes are in per cent of the picture,
whose size stands beside them; offsets count code points (before version 1.5 UTF-16 units: where a
quote tells the difference it decides). Results with one `id` speak of one region.
"""

import math
from dataclasses import dataclass, field
from typing import Any

from annotations.parts import AUDIO, IMAGE, TEXT, VIDEO
from datasets.formats.foreign.found import Found

# A region of these controls is not what its fields look like.
_FOREIGN = frozenset(
    {
        *("brush", "brushlabels", "bitmask", "bitmasklabels", "ellipse", "ellipselabels"),
        *("vector", "vectorlabels", "timeserieslabels", "timelinelabels", "videorectangle"),
        *("hypertextlabels", "paragraphs", "paragraphlabels", "magicwand", "datetime"),
        *("chatmessage", "reactcode"),
    }
)
_SHAPES = frozenset({"rectangle", "polygon", "keypoint", "labels", "region"})
_REGION_FIELDS = frozenset({"x", "y", "points", "start", "end"})

Part = dict[str, Any]


def found_in(results: list[Any], parts: list[Part]) -> list[Found]:
    """What the results say, one `Found` per control and kind, in the order of the file."""
    usable = [each for each in results if isinstance(each, dict)]
    context = _Context(parts, _transcripts(usable))
    labelled = {str(each.get("id")) for each in usable if _labels(each)}
    found: list[Found] = []
    for result in usable:
        kind = str(result.get("type", ""))
        is_bare = kind in _SHAPES and not _labels(result) and str(result.get("id")) in labelled
        if kind != "relation" and not is_bare:
            found += _found(kind, result, context)
    return _merged(found) + _relations(usable, context.spans)


@dataclass
class _Context:
    """What the results of one annotation know of each other."""

    parts: list[Part]
    transcripts: dict[str, str]
    spans: dict[str, dict[str, Any]] = field(default_factory=dict)


def _found(kind: str, result: dict[str, Any], context: _Context) -> list[Found]:
    value = result.get("value")
    name = str(result.get("from_name") or kind)
    if kind in _FOREIGN or not isinstance(value, dict) or result.get("image_rotation"):
        return [Found(name, (), kind)]
    if kind in _PLAIN and _is_region(value):
        is_known = str(result.get("id")) in context.transcripts
        return [] if is_known else [Found(name, (), f"{kind} of a region")]
    if kind in _PLAIN:
        return [_PLAIN[kind](name, value, result)]
    kinds, marks = _marks(result, value, context.parts, context.transcripts)
    if kinds == ("spans",) and marks:
        context.spans[str(result.get("id"))] = marks[0]
    return [Found(name, kinds, marks if kinds else kind)]


def _labels(result: dict[str, Any]) -> list[str]:
    """The labels of a region; none where its control has no labels of its own."""
    value = result.get("value")
    labels = value.get(str(result.get("type"))) if isinstance(value, dict) else None
    return [each for each in labels if isinstance(each, str)] if isinstance(labels, list) else []


def _is_region(value: dict[str, Any]) -> bool:
    return not _REGION_FIELDS.isdisjoint(value)


def _transcripts(results: list[dict[str, Any]]) -> dict[str, str]:
    """Texts written beside stretches of sound, by the id of the region."""
    return {
        str(each.get("id")): _words(each["value"].get("text"))
        for each in results
        if each.get("type") == "textarea"
        and isinstance(each.get("value"), dict)
        and {"start", "end"} <= each["value"].keys()
    }


def _words(raw: Any) -> str:
    return "\n".join(map(str, raw)) if isinstance(raw, list) else str(raw or "")


def _marks(
    result: dict[str, Any], value: dict[str, Any], parts: list[Part], transcripts: dict[str, str]
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """(kinds, one mark per label) of a region; no kinds for what is no mark of ours."""
    part = _part_of(result, parts)
    if "start" in value and "end" in value:
        return _stretch(result, value, part, parts, transcripts)
    kind, shape = _shape(result, value)
    if shape is None:
        return (), []
    mark = {**shape, **({"part": part["key"]} if part and part["kind"] == IMAGE else {})}
    return (kind,), [{**mark, "label": label} for label in _labels(result) or [""]]


def _part_of(result: dict[str, Any], parts: list[Part]) -> Part | None:
    return next((part for part in parts if part["key"] == result.get("to_name")), None)


def _stretch(
    result: dict[str, Any],
    value: dict[str, Any],
    part: Part | None,
    parts: list[Part],
    transcripts: dict[str, str],
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """A stretch of a text, or of a recording."""
    kinds = {part["kind"]} if part else {each["kind"] for each in parts}
    named = {"part": part["key"]} if part else {}
    labels = _labels(result) or [""]
    if kinds & {AUDIO, VIDEO} and ("channel" in value or "text" not in value or TEXT not in kinds):
        words = transcripts.get(str(result.get("id")), "")
        mark = {"start": value["start"], "end": value["end"], "text": words, **named}
        return ("segments",), [{**mark, "label": label} for label in labels]
    if type(value["start"]) is not int or type(value["end"]) is not int:
        return (), []
    texts = [each.get("text") for each in ([part] if part else parts)]
    text = next((each for each in texts if isinstance(each, str)), "")
    start, end = _code_points(text, value["start"], value["end"], value.get("text"))
    mark = {"start": start, "end": end, **named}
    if isinstance(value.get("text"), str):
        mark["quote"] = value["text"]
    return ("spans",), [{**mark, "label": label} for label in labels]


def _code_points(text: str, start: int, end: int, quote: Any) -> tuple[int, int]:
    """The offsets, translated from UTF-16 units where only that makes the quote right."""
    if not isinstance(quote, str) or text[start:end] == quote or not 0 <= start < end:
        return start, end
    units = text.encode("utf-16-le", errors="surrogatepass")
    if units[2 * start : 2 * end].decode("utf-16-le", errors="replace") != quote:
        return start, end
    first = len(units[: 2 * start].decode("utf-16-le", errors="replace"))
    return first, first + len(quote)


def _shape(result: dict[str, Any], value: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """(kind, shape in pixels); None without the size of the picture or with broken numbers."""
    width, height = result.get("original_width"), result.get("original_height")
    try:
        across, down = float(width or 0) / 100, float(height or 0) / 100
        if across <= 0 or down <= 0:
            return "", None
        if "points" in value:
            return "polygons", {
                "points": [[float(x) * across, float(y) * down] for x, y in value["points"]]
            }
        x, y = float(value["x"]) * across, float(value["y"]) * down
        if "height" not in value:
            return "points", {"x": x, "y": y}
        size = float(value["width"]) * across, float(value["height"]) * down
        turn = float(value.get("rotation") or 0)
    except (KeyError, TypeError, ValueError):
        return "", None
    if turn % 360:
        return "polygons", {"points": _turned(x, y, *size, math.radians(turn))}
    return "boxes", {"x": x, "y": y, "width": size[0], "height": size[1]}


def _turned(x: float, y: float, width: float, height: float, turn: float) -> list[list[float]]:
    """The corners of a rectangle that was turned clockwise about its upper left corner."""
    cosine, sine = math.cos(turn), math.sin(turn)
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    return [[x + a * cosine - b * sine, y + a * sine + b * cosine] for a, b in corners]


def _merged(found: list[Found]) -> list[Found]:
    """Marks of one control are one answer."""
    merged: dict[tuple[str, tuple[str, ...]], Found] = {}
    for each in found:
        before = merged.get((each.name, each.kinds))
        if before and isinstance(before.raw, list) and isinstance(each.raw, list):
            each = Found(each.name, each.kinds, before.raw + each.raw)
        merged[each.name, each.kinds] = each
    return list(merged.values())


def _relations(results: list[dict[str, Any]], regions: dict[str, dict[str, Any]]) -> list[Found]:
    """Links between spans; our own exports name their question, others have only one kind."""
    raw: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        if result.get("type") != "relation":
            continue
        name = str(result.get("from_name") or "relations")
        ends = [regions.get(str(result.get(side))) for side in ("from_id", "to_id")]
        if None in ends:
            return [Found(name, (), "relation of what is no span")]
        if result.get("direction") == "left":
            ends.reverse()
        labels = result.get("labels")
        names = labels if isinstance(labels, list) and labels else [""]
        links = [{"label": str(label), "from": ends[0], "to": ends[1]} for label in names]
        raw.setdefault(name, []).extend(links)
    return [Found(name, ("relations",), links) for name, links in raw.items()]


def _choices(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    chosen = value.get("choices")
    return Found(name, ("choice", "choices"), chosen if isinstance(chosen, list) else [chosen])


def _taxonomy(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    """Paths from the root; the last step is what was chosen."""
    raw = value.get("taxonomy")
    paths = raw if isinstance(raw, list) else [raw]
    leaves = [path[-1] if isinstance(path, list) and path else path for path in paths]
    return Found(name, ("choice", "choices"), leaves)


def _rating(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    return Found(name, ("rating", "number"), value.get("rating"))


def _number(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    return Found(name, ("number", "rating"), value.get("number"))


def _text(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    return Found(name, ("text",), _words(value.get("text")))


def _pairwise(name: str, value: dict[str, Any], result: dict[str, Any]) -> Found:
    sides = result.get("to_name")
    meta = result.get("meta")
    raw = {
        "selected": value.get("selected"),
        "sides": sides.split(",") if isinstance(sides, str) else sides,
        "left": meta.get("left") if isinstance(meta, dict) else None,
    }
    return Found(name, ("pairwise",), raw)


def _ranker(name: str, value: dict[str, Any], _result: dict[str, Any]) -> Found:
    """{"ranker": {"rank": [...]}}; several buckets are no order."""
    buckets = value.get("ranker")
    lists = list(buckets.values()) if isinstance(buckets, dict) else [buckets]
    if len(lists) != 1 or not isinstance(lists[0], list):
        return Found(name, (), "ranker with buckets")
    return Found(name, ("ranking",), lists[0])


_PLAIN = {
    "choices": _choices,
    "taxonomy": _taxonomy,
    "rating": _rating,
    "number": _number,
    "textarea": _text,
    "pairwise": _pairwise,
    "ranker": _ranker,
}
