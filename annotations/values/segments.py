"""Kind `segments`: stretches of time of a recording, with a class, a transcript or both. PURE.

Raw value: a list of `{"start", "end", "choice", "text", "part"}` in seconds. Canonical value:
`{"kind": "segments", "segments": [...]}`, sorted and distinct, milliseconds; `choice` and `text`
are "" where there is none.
"""

from typing import Any

from annotations.parts import AUDIO, VIDEO
from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import (
    choice_key,
    counted,
    entries,
    fields,
    number,
    part,
    problem,
    text,
)
from annotations.values.shapes import distinct
from guidelines.label_schema import QuestionSpec

name = "segments"
needs_parts = True

FIELDS = frozenset({"part", "start", "end", "choice", "text"})
LONGEST_TEXT = 5000
_RECORDINGS = frozenset({AUDIO, VIDEO})
DECIMALS = 3
# Players and files differ in how long a recording is, by less than this.
SLACK = 0.5


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `bad_times` or `empty_segment` names the segment."""
    segments = [
        _segment(each, question, about, place)
        for place, each in enumerate(entries(raw, question), start=1)
    ]
    order = ("part", "start", "end", "choice", "text")
    return LabelValue(value={"kind": name, "segments": distinct(segments, *order)})


def _segment(raw: Any, question: QuestionSpec, about: About, place: int) -> dict[str, Any]:
    given = fields(raw, question, FIELDS, place)
    on = part(given.get("part"), question, about, _RECORDINGS)
    start, end = (number(given.get(name), question) for name in ("start", "end"))
    duration = on.data.get("duration")
    if start < 0 or end <= start or (duration and end > duration + SLACK):
        raise problem(
            question,
            "bad_times",
            "Segment %(place)s of “%(question)s” goes from %(start)s to %(end)s seconds; the "
            "recording has %(duration)s.",
            place=place,
            start=start,
            end=end,
            duration=duration or "?",
        )
    has_choices, has_text = bool(question.choices), bool(question.option("transcript"))
    key = choice_key(given.get("choice"), question, optional=has_text or not has_choices)
    words = text(given.get("text") or "", question, most=LONGEST_TEXT)
    if words and not has_text:
        raise problem(question, "needless_text", "“%(question)s” does not ask for a transcript.")
    return {
        "part": on.key,
        "start": round(start, DECIMALS),
        "end": round(min(end, duration or end), DECIMALS),
        "choice": key,
        "text": words,
    }


def raw(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The segments."""
    return list(value["segments"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """How many of each class; a dash for none."""
    return counted((each["choice"] for each in value["segments"]), question, language) or "–"
