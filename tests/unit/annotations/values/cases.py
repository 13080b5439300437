"""One question of each kind, with the parts of an item, and raw answers that fit."""

from typing import Any

from annotations.parts import parts_of
from annotations.values import About
from guidelines.label_schema import LabelSchema, parse_document

TEXT = "민수가 서울에서 👩‍👩‍👧 Ada를 만났다."
ITEM = {
    "parts": [
        {"key": "text", "kind": "text", "text": TEXT},
        {"key": "image", "kind": "image", "media": 1, "width": 100, "height": 50},
        {"key": "audio", "kind": "audio", "media": 2, "duration": 10.0},
        {"key": "a", "kind": "text", "text": "first"},
        {"key": "b", "kind": "text", "text": "second"},
    ]
}
CHOICES = [{"key": "person", "name": "Person"}, {"key": "place", "name": {"ko": "장소"}}]
SPANS = [
    {"part": "text", "start": 0, "end": 2, "choice": "person", "quote": "민수"},
    {"part": "text", "start": 4, "end": 6, "choice": "place", "quote": "서울"},
]
ENDS = [{name: span[name] for name in ("part", "start", "end", "choice")} for span in SPANS]

OPTIONS: dict[str, dict[str, Any]] = {
    "choices": {"least": 0},
    "number": {"least": 0, "most": 10, "step": 0.5, "unit": "km"},
    "relations": {"spans": "spans"},
    "pairwise": {"both_bad": True},
    "ranking": {"parts": ["a", "b"]},
    "segments": {"transcript": True},
}
WITHOUT_CHOICES = {"rating", "number", "text", "pairwise", "ranking"}
# What the canonical form of each is turned back into, and its summary.
RAW: dict[str, Any] = {
    "choice": "person",
    "choices": ["person", "place"],
    "soft_choice": {"person": 0.75, "place": 0.25},
    "rating": 4,
    "number": 2.5,
    "text": "두 사람",
    "spans": SPANS,
    "relations": [{"choice": "place", "from": ENDS[0], "to": ENDS[1]}],
    "pairwise": {"winner": "b", "left": "b"},
    "ranking": ["b", "a"],
    "boxes": [{"part": "image", "x": 1, "y": 2, "width": 10, "height": 5.5, "choice": "place"}],
    "polygons": [{"part": "image", "choice": "place", "points": [[0, 0], [10, 0], [5, 9.25]]}],
    "points": [{"part": "image", "x": 99.5, "y": 50, "choice": "person"}],
    "segments": [{"part": "audio", "start": 0.5, "end": 2, "choice": "person", "text": "안녕"}],
}
SUMMARY = {
    "choice": "Person",
    "choices": "Person, 장소",
    "soft_choice": "Person 75%, 장소 25%",
    "rating": "4/5",
    "number": "2.5 km",
    "text": "두 사람",
    "spans": "Person 1, 장소 1",
    "relations": "장소 1",
    "pairwise": "B",
    "ranking": "b > a",
    "boxes": "장소 1",
    "polygons": "장소 1",
    "points": "Person 1",
    "segments": "Person 1",
}


def schema() -> LabelSchema:
    """A question of each kind, called like its kind."""
    order = sorted(RAW, key=lambda kind: kind == "relations")
    return parse_document(
        {
            "questions": [
                {
                    "key": kind.replace("_", "-"),
                    "kind": kind,
                    "title": kind,
                    "options": OPTIONS.get(kind, {}),
                    "choices": [] if kind in WITHOUT_CHOICES else CHOICES,
                }
                for kind in order
            ]
        }
    )


def question(kind: str, **options: Any) -> Any:
    """The question of this kind, some options changed."""
    found = schema().question(kind.replace("_", "-"))
    assert found is not None
    found.options.update(options)
    return found


def about(**values: dict[str, Any]) -> About:
    """The item above, with spans marked."""
    marked = {"spans": {"kind": "spans", "spans": SPANS}}
    return About(parts_of(ITEM), marked | values)
