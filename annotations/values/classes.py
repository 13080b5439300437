"""Which answers name a class, as a condition that a database can check. PURE."""

from typing import Any

from annotations.values import boxes, choices, points, polygons, relations, segments, spans

# Their values hold a list under their own name, of marks with a class each.
MARKS = frozenset(kind.name for kind in (boxes, points, polygons, relations, segments, spans))
# Kinds whose answers are found by a class that they name.
FOUND_BY_CLASS = MARKS | {"choice", choices.name}


def naming(kind: str, choice: str) -> dict[str, Any] | None:
    """What canonical values of this kind contain (JSON containment) when they name the class.

    None for other kinds, and for single choices: their labels have the class beside the value.
    """
    if kind == choices.name:
        return {"kind": kind, "choices": [choice]}
    return {"kind": kind, kind: [{"choice": choice}]} if kind in MARKS else None
