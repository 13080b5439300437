"""Kind `spans`: stretches of a text, each of a class; they may overlap and nest. PURE.

Raw value: a list of `{"start", "end", "choice", "quote", "part"}`. Offsets count code points of
the stored text from 0, `end` is exclusive; `quote`, where given, must be the text between them.
`part` may be left out. Canonical value: `{"kind": "spans", "spans": [...]}`, sorted and distinct.
An empty list says that there is nothing to mark.
"""

from itertools import pairwise
from typing import Any

from annotations.parts import TEXT, Part
from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import (
    choice_key,
    counted,
    entries,
    fields,
    part,
    problem,
)
from guidelines.label_schema import QuestionSpec

name = "spans"
needs_parts = True

FIELDS = frozenset({"part", "start", "end", "choice", "quote"})
_TEXTS = frozenset({TEXT})
_ORDER = ("part", "start", "end", "choice")


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `bad_offsets`, `wrong_quote` or `overlap` names the span."""
    spans = [
        _span(each, question, about, place)
        for place, each in enumerate(entries(raw, question), start=1)
    ]
    spans.sort(key=lambda span: tuple(span[each] for each in _ORDER))
    distinct = [span for place, span in enumerate(spans) if place == 0 or span != spans[place - 1]]
    if not question.option("overlap"):
        _check_apart(distinct, question)
    return LabelValue(value={"kind": name, "spans": distinct})


def _span(raw: Any, question: QuestionSpec, about: About, place: int) -> dict[str, Any]:
    given = fields(raw, question, FIELDS, place)
    on = part(given.get("part"), question, about, _TEXTS)
    start, end = _offsets(given, question, on, place)
    quote = on.text[start:end]
    said = given.get("quote")
    if said is not None and said != quote:
        raise problem(
            question,
            "wrong_quote",
            "Span %(place)s of “%(question)s” quotes “%(said)s”, but from %(start)s to %(end)s "
            "the text says “%(quote)s”. Offsets count characters (code points).",
            place=place,
            said=said,
            start=start,
            end=end,
            quote=quote,
        )
    key = choice_key(given.get("choice"), question)
    return {"part": on.key, "start": start, "end": end, "choice": key, "quote": quote}


def _offsets(
    given: dict[str, Any], question: QuestionSpec, on: Part, place: int
) -> tuple[int, int]:
    start, end = given.get("start"), given.get("end")
    if type(start) is int and type(end) is int and 0 <= start < end <= len(on.text):
        return start, end
    raise problem(
        question,
        "bad_offsets",
        "Span %(place)s of “%(question)s” goes from %(start)s to %(end)s, but the text has "
        "%(length)s characters.",
        place=place,
        start=start,
        end=end,
        length=len(on.text),
    )


def _check_apart(spans: list[dict[str, Any]], question: QuestionSpec) -> None:
    for left, right in pairwise(spans):
        if left["part"] == right["part"] and right["start"] < left["end"]:
            raise problem(
                question,
                "overlap",
                "“%(left)s” and “%(right)s” overlap, which “%(question)s” does not allow.",
                left=left["quote"],
                right=right["quote"],
            )


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The spans."""
    return list(value["spans"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each class; a dash for none."""
    return counted((span["choice"] for span in value["spans"]), question, language) or "–"
