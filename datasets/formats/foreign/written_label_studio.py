"""Our labels as the JSON of Label Studio: a list of tasks, written one by one. PURE.

Shapes are per cent of the picture, `data` has a field for each part of the item. Under “labelhub”
stands what has no room elsewhere: the id of the item, its parts and metadata, who said what under
which guideline, and which questions were answered with nothing; our reader understands it, other
programs leave it alone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from annotations.parts import FACTS, TURNS, Part
from datasets.formats.foreign.exported import Asked, Said, Shown, items_of, pieces
from datasets.formats.foreign.found import EXTENSION
from datasets.formats.written import Chunks

POINT_WIDTH = 0.5  # per cent; how large the dot is drawn

Results = list[dict[str, Any]]


def label_studio_bytes(chunks: Chunks, asked: Sequence[Asked]) -> Iterator[bytes]:
    """A JSON array with one task per item."""
    questions = {question.key: question for question in asked}
    tasks = (_task(item, questions) for item in items_of(chunks))
    yield from pieces(tasks, before="[\n")
    yield b"\n]\n"


def _task(item: Shown, questions: dict[str, Asked]) -> dict[str, Any]:
    return {
        "id": item.number,
        "data": {part.key: _data(part) for part in item.parts} or {"text": ""},
        "annotations": [_annotation(said, item, questions) for said in item.said],
        "predictions": [],
        "meta": {},
        EXTENSION: {
            "external_id": item.external_id,
            "metadata": item.metadata,
            "parts": [_described(part) for part in item.parts],
        },
    }


def _data(part: Part) -> Any:
    if part.kind == TURNS:
        turns = part.data.get("turns") or ()
        return [{"author": turn.get("speaker", ""), "text": turn["text"]} for turn in turns]
    if part.kind == FACTS:
        return part.data.get("facts") or {}
    return part.text or part.data.get("file") or part.data.get("url") or ""


def _described(part: Part) -> dict[str, Any]:
    """The part without what the project measured or numbered."""
    own = ("media", "width", "height", "duration", "pages")
    return {name: value for name, value in part.as_json().items() if name not in own}


def _annotation(said: Said, item: Shown, questions: dict[str, Asked]) -> dict[str, Any]:
    context = _Context(item, said.values)
    for key, value in sorted(said.values.items(), key=lambda pair: pair[1]["kind"] == "relations"):
        if key in questions:
            _WRITE[value["kind"]](context, questions[key], value)
    about = said.about() | ({"answered": said.answered} if said.answered else {})
    body = {
        "id": said.lineage.get("annotation_id"),
        "completed_by": {"id": said.lineage.get("rater_id"), "email": said.annotator},
        "result": context.results,
        "was_cancelled": bool(said.skip),
        "ground_truth": "runs" in said.lineage,
        "created_at": said.labeled_at,
        "updated_at": said.labeled_at,
        EXTENSION: about,
    }
    if said.comment:
        body["comment"] = said.comment
    if said.skip:
        body["skip_reason"] = said.skip
    return body


class _Context:
    """The results of one annotation, and the ids of its regions."""

    def __init__(self, item: Shown, values: dict[str, Any]) -> None:
        self.parts = {part.key: part for part in item.parts}
        self.values = values
        self.results: Results = []
        self.regions: dict[tuple[Any, ...], str] = {}

    @property
    def whole(self) -> str:
        """What answers about the whole item name."""
        return next(iter(self.parts), "item")

    def add(self, question: Asked, kind: str, value: dict[str, Any], to: Any = "") -> None:
        """One result about the item as a whole, or about a part."""
        self.results.append(
            {
                "id": f"{question.key}-{len(self.results)}",
                "type": kind,
                "from_name": question.key,
                "to_name": to or self.whole,
                "value": value,
                "origin": "manual",
            }
        )

    def shape(self, question: Asked, kind: str, mark: dict[str, Any], value: Any) -> None:
        """One shape; `value` takes the numbers to per cent."""
        part = self.parts.get(mark["part"])
        width = float(part.data.get("width") or 0) if part else 0.0
        height = float(part.data.get("height") or 0) if part else 0.0
        if not width or not height:
            return
        shape = value(lambda x: x / width * 100, lambda y: y / height * 100)
        self.add(question, kind, {**shape, kind: [mark["choice"]]}, mark["part"])
        sizes = {"original_width": int(width), "original_height": int(height)}
        self.results[-1] |= {**sizes, "image_rotation": 0}


def _choice(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    context.add(question, "choices", {"choices": [value["choice"]]})


def _choices(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    if value["choices"]:
        context.add(question, "choices", {"choices": value["choices"]})


def _number(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    context.add(question, value["kind"], {value["kind"]: value["number"]})


def _text(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    context.add(question, "textarea", {"text": [value["text"]]})


def _spans(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    for span in value["spans"]:
        place = {"start": span["start"], "end": span["end"], "text": span["quote"]}
        context.add(question, "labels", {**place, "labels": [span["choice"]]}, span["part"])
        context.regions[_identity(span)] = context.results[-1]["id"]


def _identity(span: dict[str, Any]) -> tuple[Any, ...]:
    return span["part"], span["start"], span["end"], span["choice"]


def _relations(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    """Links name regions by their ids, so they come after the spans."""
    for link in value["relations"]:
        ends = [context.regions.get(_identity(link[side])) for side in ("from", "to")]
        if None not in ends:
            context.results.append(
                {
                    "type": "relation",
                    "from_name": question.key,
                    "from_id": ends[0],
                    "to_id": ends[1],
                    "direction": "right",
                    "labels": [link["choice"]],
                }
            )


def _boxes(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    for box in value["boxes"]:

        def shape(across: Any, down: Any, box: dict[str, Any] = box) -> dict[str, Any]:
            corner = {"x": across(box["x"]), "y": down(box["y"]), "rotation": 0}
            return {**corner, "width": across(box["width"]), "height": down(box["height"])}

        context.shape(question, "rectanglelabels", box, shape)


def _polygons(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    for polygon in value["polygons"]:

        def shape(across: Any, down: Any, polygon: dict[str, Any] = polygon) -> dict[str, Any]:
            points = [[across(x), down(y)] for x, y in polygon["points"]]
            return {"points": points, "closed": True}

        context.shape(question, "polygonlabels", polygon, shape)


def _points(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    for point in value["points"]:

        def shape(across: Any, down: Any, point: dict[str, Any] = point) -> dict[str, Any]:
            return {"x": across(point["x"]), "y": down(point["y"]), "width": POINT_WIDTH}

        context.shape(question, "keypointlabels", point, shape)


def _segments(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    for segment in value["segments"]:
        place = {"start": segment["start"], "end": segment["end"], "channel": 0}
        labels = [segment["choice"]] if segment["choice"] else []
        context.add(question, "labels", {**place, "labels": labels}, segment["part"])
        if segment["text"]:
            region = context.results[-1]["id"]
            words = {**place, "text": [segment["text"]]}
            context.add(question, "textarea", words, segment["part"])
            context.results[-1]["id"] = region


def _pairwise(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    """Left and right as they stood on the screen; where nobody knows, in the question's order."""
    left = value["left"] or question.sides[0]
    sides = [left, *(side for side in question.sides if side != left)]
    selected = {sides[0]: "left", sides[-1]: "right"}.get(value["winner"], value["winner"])
    context.add(question, "pairwise", {"selected": selected}, sides)
    if not value["left"]:
        context.results[-1]["meta"] = {"left": ""}


def _ranking(context: _Context, question: Asked, value: dict[str, Any]) -> None:
    context.add(question, "ranker", {"ranker": {"rank": value["order"]}})


_WRITE: dict[str, Callable[[_Context, Asked, dict[str, Any]], None]] = {
    "choice": _choice,
    "choices": _choices,
    "rating": _number,
    "number": _number,
    "text": _text,
    "spans": _spans,
    "relations": _relations,
    "boxes": _boxes,
    "polygons": _polygons,
    "points": _points,
    "segments": _segments,
    "pairwise": _pairwise,
    "ranking": _ranking,
}
