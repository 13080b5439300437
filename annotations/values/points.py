"""Kind `points`: single spots on a picture, each of a class. PURE.

Raw value: a list of `{"x", "y", "choice", "part"}` in pixels. Canonical value: `{"kind": "points",
"points": [...]}`, sorted and distinct.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, counted, entries, fields
from annotations.values.shapes import distinct, inside, picture
from guidelines.label_schema import QuestionSpec

name = "points"
needs_parts = True

FIELDS = frozenset({"part", "x", "y", "choice"})


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `outside` names the point."""
    points = [
        _point(each, question, about, place)
        for place, each in enumerate(entries(raw, question), start=1)
    ]
    return LabelValue(value={"kind": name, "points": distinct(points, "part", "x", "y", "choice")})


def _point(raw: Any, question: QuestionSpec, about: About, place: int) -> dict[str, Any]:
    given = fields(raw, question, FIELDS, place)
    on = picture(given.get("part"), question, about)
    x, y = inside(given.get("x"), given.get("y"), question, on, place)
    return {"part": on.key, "x": x, "y": y, "choice": choice_key(given.get("choice"), question)}


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The points."""
    return list(value["points"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each class; a dash for none."""
    return counted((each["choice"] for each in value["points"]), question, language) or "–"
