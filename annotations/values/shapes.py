"""What boxes, polygons and points have in common: pixels of a picture. PURE."""

from typing import Any

from annotations.parts import IMAGE, Part
from annotations.values.base import About
from annotations.values.reading import number, part, problem
from guidelines.label_schema import QuestionSpec

# Pictures that a mark can be on; the page of a PDF has no pixels of its own.
PICTURES = frozenset({IMAGE})
DECIMALS = 2
# What rounding on a screen may add beyond the edge, in pixels.
SLACK = 0.51


def picture(raw: Any, question: QuestionSpec, about: About) -> Part:
    """The picture that a shape is on."""
    return part(raw, question, about, PICTURES)


def size(on: Part) -> tuple[float, float]:
    """Width and height in pixels."""
    return float(on.data.get("width") or 0), float(on.data.get("height") or 0)


def inside(x: Any, y: Any, question: QuestionSpec, on: Part, place: int) -> tuple[float, float]:
    """A corner in pixels, clamped by less than a pixel; `outside` beyond that."""
    across, down = number(x, question), number(y, question)
    width, height = size(on)
    if not (-SLACK <= across <= width + SLACK and -SLACK <= down <= height + SLACK):
        raise problem(
            question,
            "outside",
            "Mark %(place)s of “%(question)s” reaches to (%(x)s, %(y)s), outside the picture "
            "of %(width)s by %(height)s pixels.",
            place=place,
            x=across,
            y=down,
            width=width,
            height=height,
        )
    return pixel(min(max(across, 0), width)), pixel(min(max(down, 0), height))


def pixel(value: float) -> float:
    """Rounded; whole numbers stay whole in JSON."""
    rounded = round(value, DECIMALS)
    return int(rounded) if float(rounded).is_integer() else rounded


def distinct(shapes: list[dict[str, Any]], *order: str) -> list[dict[str, Any]]:
    """Sorted by these fields, each once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for shape in shapes:
        found[tuple(shape[name] for name in order)] = shape
    return [found[key] for key in sorted(found)]
