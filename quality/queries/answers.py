"""One answer as a screen shows it: a few words, the text with its marks, or places as numbers."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from annotations.parts import parts_of
from quality.queries.naming import QuestionNames

# Of a longer text the marked stretch is shown, with this much around it.
AROUND = 60
LONGEST = 1_500
MOST_LINES = 30
# Of a point that a line names by place; the same for everything with four sides.
_PLACED = ("boxes", "points", "polygons", "segments", "relations")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and the classes that it was marked with."""

    text: str
    names: list[str] = field(default_factory=list)
    color: int = 9


@dataclass(frozen=True)
class Line:
    """One entry of a list of marked places; `percent`: how sure a resolution is of it."""

    name: str
    color: int
    words: str
    percent: float | None = None


@dataclass(frozen=True)
class Answer:
    """A canonical answer. `text`: in a few words; `color` is None but for a single class."""

    text: str
    color: int | None = None
    pieces: list[Piece] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def answer(
    value: dict[str, Any],
    names: QuestionNames,
    payload: Mapping[str, Any] | None = None,
    posterior: Mapping[str, float] | None = None,
) -> Answer:
    """How an answer reads; with the payload of its item, spans stand in their text."""
    kind = str(value["kind"])
    if kind == "choice":
        known = names.by_key.get(value["choice"])
        return Answer(known.name, known.color) if known else Answer(str(value["choice"]))
    text = names.summary(value)
    if kind == "spans":
        lines = [] if posterior is None else _lines(value["spans"], kind, names, posterior, {})
        return Answer(text, pieces=_pieces(value["spans"], names, payload or {}), lines=lines)
    if kind in _PLACED:
        texts = {part.key: part.text for part in parts_of(payload or {})}
        return Answer(text, lines=_lines(value[kind], kind, names, posterior or {}, texts))
    return Answer(text)


def answer_name(key: str, names: QuestionNames) -> str:
    """What a key of a posterior is called: a class, a rating, a verdict, or a pair of entries."""
    if key in names.by_key:
        return names.by_key[key].name
    if names.pairs:
        return names.summary({"kind": "pairwise", "winner": key})
    if names.kind == "rating":
        return names.summary({"kind": "rating", "number": key})
    if names.kind == "ranking":
        ends = ({"kind": "ranking", "order": [end]} for end in key.split(" > "))
        return " > ".join(map(names.summary, ends))
    return key


def _lines(
    elements: list[dict[str, Any]],
    kind: str,
    names: QuestionNames,
    posterior: Mapping[str, float],
    texts: Mapping[str, str],
) -> list[Line]:
    found = []
    for place, element in enumerate(elements[:MOST_LINES], start=1):
        known = names.by_key.get(element["choice"])
        chance = posterior.get(str(place))
        found.append(
            Line(
                name=known.name if known else str(element["choice"]),
                color=known.color if known else 9,
                words=_words(element, kind, texts),
                percent=None if chance is None else 100.0 * chance,
            )
        )
    return found


def _words(element: dict[str, Any], kind: str, texts: Mapping[str, str]) -> str:
    """Where an entry stands, in numbers or in the words it marks."""
    if kind == "spans":
        return str(element["quote"] or f"{element['start']}–{element['end']}")
    if kind == "relations":
        return f"{_quote(element['from'], texts)} → {_quote(element['to'], texts)}"
    if kind == "segments":
        times = f"{_number(element['start'])}–{_number(element['end'])} s"
        return f"{times} {element['text']}".strip()
    if kind == "polygons":
        return _("%(n)s corners around %(place)s") % {
            "n": len(element["points"]),
            "place": _middle(element["points"]),
        }
    place = f"x {_number(element['x'])}, y {_number(element['y'])}"
    if kind == "boxes":
        return f"{place}, {_number(element['width'])} × {_number(element['height'])}"
    return place


def _quote(end: dict[str, Any], texts: Mapping[str, str]) -> str:
    words = texts.get(end["part"], "")[end["start"] : end["end"]]
    return words or f"{end['start']}–{end['end']}"


def _middle(points: list[list[float]]) -> str:
    x, y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    return f"x {_number(round(x, 1))}, y {_number(round(y, 1))}"


def _number(value: float) -> str:
    return str(number_format(value, use_l10n=True))


def _pieces(
    spans: list[dict[str, Any]], names: QuestionNames, payload: Mapping[str, Any]
) -> list[Piece]:
    """The texts of an item, cut where spans begin and end; long rests are left out."""
    found: list[Piece] = []
    for part in parts_of(payload):
        mine = [span for span in spans if span["part"] == part.key]
        if not part.text or (not mine and found):
            continue
        first = max(0, min((span["start"] for span in mine), default=0) - AROUND)
        last = min(len(part.text), max((span["end"] for span in mine), default=0) + AROUND)
        last = min(last, first + LONGEST)
        if first:
            found.append(Piece("…"))
        found += _cut(part.text, mine, names, first, last)
        if last < len(part.text):
            found.append(Piece("…"))
    return found


def _cut(
    text: str, spans: list[dict[str, Any]], names: QuestionNames, first: int, last: int
) -> list[Piece]:
    borders = {first, last, *(each[end] for each in spans for end in ("start", "end"))}
    ordered = sorted(place for place in borders if first <= place <= last)
    found = []
    for start, end in itertools.pairwise(ordered):
        on = [each for each in spans if each["start"] <= start and each["end"] >= end]
        known = [names.by_key.get(each["choice"]) for each in on]
        called = [
            choice.name if choice else str(each["choice"])
            for choice, each in zip(known, on, strict=True)
        ]
        color = next((choice.color for choice in known if choice), 9)
        found.append(Piece(text[start:end], sorted(set(called)), color))
    return found
