"""Kind `boxes`: upright rectangles on a picture, each of a class. PURE.

Raw value: a list of `{"x", "y", "width", "height", "choice", "part"}` in pixels of the stored
picture, from its upper left corner. Canonical value: `{"kind": "boxes", "boxes": [...]}`, sorted
and distinct, two decimals. An empty list says that there is nothing to mark.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, counted, entries, fields, number, problem
from annotations.values.shapes import distinct, inside, picture, pixel
from guidelines.label_schema import QuestionSpec

name = "boxes"
needs_parts = True

FIELDS = frozenset({"part", "x", "y", "width", "height", "choice"})


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `outside` or `no_area` names the box."""
    boxes = [
        _box(each, question, about, place)
        for place, each in enumerate(entries(raw, question), start=1)
    ]
    return LabelValue(
        value={
            "kind": name,
            "boxes": distinct(boxes, "part", "x", "y", "width", "height", "choice"),
        }
    )


def _box(raw: Any, question: QuestionSpec, about: About, place: int) -> dict[str, Any]:
    given = fields(raw, question, FIELDS, place)
    on = picture(given.get("part"), question, about)
    left, top = inside(given.get("x"), given.get("y"), question, on, place)
    right, bottom = inside(
        number(given.get("x"), question) + number(given.get("width"), question),
        number(given.get("y"), question) + number(given.get("height"), question),
        question,
        on,
        place,
    )
    if right <= left or bottom <= top:
        raise problem(
            question, "no_area", "Box %(place)s of “%(question)s” has no area.", place=place
        )
    return {
        "part": on.key,
        "x": left,
        "y": top,
        "width": pixel(right - left),
        "height": pixel(bottom - top),
        "choice": choice_key(given.get("choice"), question),
    }


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The boxes."""
    return list(value["boxes"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each class; a dash for none."""
    return counted((box["choice"] for box in value["boxes"]), question, language) or "–"
