"""Kind `polygons`: outlines on a picture, each of a class. PURE.

Raw value: a list of `{"points": [[x, y], ...], "choice", "part"}` in pixels; the last point joins
the first. Canonical value: `{"kind": "polygons", "polygons": [...]}`, sorted and distinct.
"""

from typing import Any

from annotations.parts import Part
from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, counted, entries, fields, problem
from annotations.values.shapes import inside, picture
from guidelines.label_schema import QuestionSpec

name = "polygons"
needs_parts = True

FIELDS = frozenset({"part", "points", "choice"})
FEWEST_POINTS = 3
MOST_POINTS = 2000


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `outside`, `too_few_points` or `no_area`."""
    found = {}
    for place, each in enumerate(entries(raw, question), start=1):
        polygon = _polygon(each, question, about, place)
        points = tuple(map(tuple, polygon["points"]))
        found[polygon["part"], points, polygon["choice"]] = polygon
    return LabelValue(value={"kind": name, "polygons": [found[key] for key in sorted(found)]})


def _polygon(raw: Any, question: QuestionSpec, about: About, place: int) -> dict[str, Any]:
    given = fields(raw, question, FIELDS, place)
    on = picture(given.get("part"), question, about)
    corners = [
        _corner(each, question, on, place)
        for each in entries(given.get("points"), question, most=MOST_POINTS)
    ]
    if corners and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < FEWEST_POINTS:
        raise problem(
            question,
            "too_few_points",
            "Polygon %(place)s of “%(question)s” needs at least %(fewest)s points.",
            place=place,
            fewest=FEWEST_POINTS,
        )
    if _area(corners) == 0:
        raise problem(
            question, "no_area", "Polygon %(place)s of “%(question)s” has no area.", place=place
        )
    return {
        "part": on.key,
        "choice": choice_key(given.get("choice"), question),
        "points": corners,
    }


def _corner(raw: Any, question: QuestionSpec, on: Part, place: int) -> list[float]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise problem(
            question, "bad_point", "A point of polygon %(place)s is not [x, y].", place=place
        )
    return list(inside(raw[0], raw[1], question, on, place))


def _area(corners: list[list[float]]) -> float:
    """Twice the signed area (shoelace formula)."""
    following = corners[1:] + corners[:1]
    return sum(
        x * below - right * y for (x, y), (right, below) in zip(corners, following, strict=True)
    )


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The polygons."""
    return list(value["polygons"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each class; a dash for none."""
    return counted((each["choice"] for each in value["polygons"]), question, language) or "–"
