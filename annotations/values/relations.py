"""Kind `relations`: typed, directed links between the spans of an earlier question. PURE.

Raw value: a list of `{"choice", "from", "to"}`; each end is a span `{"part", "start", "end",
"choice"}` that the same annotation marks. Canonical value: `{"kind": "relations",
"relations": [...]}`, sorted and distinct; empty where there is none.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, counted, entries, fields, problem
from guidelines.label_schema import QuestionSpec

name = "relations"
needs_parts = True

FIELDS = frozenset({"choice", "from", "to"})
_END = ("part", "start", "end", "choice")


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `no_such_span` for an end that is not marked."""
    spans = (about.values.get(question.option("spans")) or {}).get("spans", [])
    known = {_identity(span): span for span in spans}
    known |= {(None, *_identity(span)[1:]): span for span in spans}
    found = {}
    for place, each in enumerate(entries(raw, question), start=1):
        given = fields(each, question, FIELDS, place)
        ends = [_end(given.get(side), question, known, place) for side in ("from", "to")]
        if ends[0] == ends[1]:
            raise problem(
                question, "same_span", "Relation %(place)s joins a span to itself.", place=place
            )
        key = choice_key(given.get("choice"), question)
        found[_identity(ends[0]), _identity(ends[1]), key] = {
            "choice": key,
            "from": ends[0],
            "to": ends[1],
        }
    return LabelValue(value={"kind": name, "relations": [found[key] for key in sorted(found)]})


def _identity(span: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(span.get(each) for each in _END)


def _end(
    raw: Any, question: QuestionSpec, known: dict[tuple[Any, ...], dict[str, Any]], place: int
) -> dict[str, Any]:
    try:
        span = known.get(_identity(raw)) if isinstance(raw, dict) else None
    except TypeError:  # a list where a number belongs
        span = None
    if span is None:
        raise problem(
            question,
            "no_such_span",
            "Relation %(place)s of “%(question)s” names a span that is not marked.",
            place=place,
        )
    return {each: span[each] for each in _END}


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The relations."""
    return list(value["relations"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each type; a dash for none."""
    return counted((each["choice"] for each in value["relations"]), question, language) or "–"
