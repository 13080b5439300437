"""What a screen shows of an item and of the questions about it: parts, controls, sides."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from annotations.parts import FACTS, MEDIA_KINDS, PDF, TEXT, TURNS, Part, parts_of
from annotations.values import KINDS
from core.digest import digest
from projects.models import Project

Errors = Mapping[str, list[str]]

# With Shift a digit stands for a choice from the tenth on.
LAST_DIGIT, LAST_KEY = 9, 18
MOST_PAGES = 200
# Their controls depend on the item: which side stands on the left, what is ranked.
_BY_ITEM = frozenset({"pairwise", "ranking"})


def depend_on_item(questions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the same controls cannot be shown beside every item."""
    return any(question["kind"] in _BY_ITEM for question in questions)


def controls(
    questions: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    errors: Errors,
    *,
    parts: Sequence[Part] = (),
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Questions with their answers so far, ready for the templates of their kinds.

    `seed`, the slot, decides which side of a comparison stands on the left: by chance, but the
    same whenever the slot is shown.
    """
    return [
        {
            **question,
            "value": values.get(question["key"]),
            "errors": errors.get(question["key"], []),
            "options_json": json.dumps(question["options"], ensure_ascii=False),
            "choices": _choices(question, values.get(question["key"])),
            "is_nothing": values.get(question["key"]) == [],
            **_by_kind(question, values.get(question["key"]), parts, seed),
        }
        for question in questions
    ]


def _choices(question: Mapping[str, Any], value: Any) -> list[dict[str, Any]]:
    shares = value if question["kind"] == "soft_choice" and isinstance(value, dict) else {}
    return [
        {
            **choice,
            "press": choice["hotkey"] or (str(number) if number <= LAST_KEY else ""),
            "press_shown": choice["hotkey"].upper() or _digit(number),
            "share": _per_cent(shares.get(choice["key"])),
        }
        for number, choice in enumerate(question["choices"], start=1)
    ]


def _digit(number: int) -> str:
    if number <= LAST_DIGIT:
        return str(number)
    return f"⇧{number - LAST_DIGIT}" if number <= LAST_KEY else ""


def _per_cent(share: Any) -> int:
    try:
        number = float(share or 0)
    except (TypeError, ValueError):
        return 0
    return round(number * 100) if 0 <= number <= 1 else round(number)


def _by_kind(
    question: Mapping[str, Any], value: Any, parts: Sequence[Part], seed: int
) -> dict[str, Any]:
    if question["kind"] == "pairwise":
        given = value if isinstance(value, dict) else {"winner": value}
        sides = sides_of(question, given.get("left"), seed)
        return {"sides": sides, "left": sides[0], "verdict": given.get("winner")}
    if question["kind"] == "ranking":
        return {"entries": _entries(question, value, parts, seed)}
    return {}


def sides_of(question: Mapping[str, Any], left: Any, seed: int) -> list[str]:
    """The two sides, the left one first: as it was answered, else drawn from the slot."""
    sides = list(question["options"]["sides"])
    if left not in sides:
        left = sides[int(digest([seed, question["key"]])[:8], 16) % 2]
    return sides if left == sides[0] else sides[::-1]


def _entries(
    question: Mapping[str, Any], value: Any, parts: Sequence[Part], seed: int
) -> list[dict[str, Any]]:
    """What is ranked, in an order that is drawn from the slot; with the ranks given so far."""
    names = {choice["key"]: choice["name"] for choice in question["choices"]}
    if keys := question["options"]["parts"]:
        headings = {part.key: part.data.get("title") or part.key for part in parts}
        names = {key: headings.get(key, key) for key in keys}
    order = value if isinstance(value, list) else []
    shown = sorted(names, key=lambda key: digest([seed, question["key"], key]))
    return [
        {"key": key, "name": names[key], "rank": order.index(key) + 1 if key in order else None}
        for key in shown
    ]


def parts_as_data(payload: Mapping[str, Any], project: Project) -> list[dict[str, Any]]:
    """The parts of an item for scripts: as they are stored, files with their address."""
    return [
        part.as_json() | ({"url": _media_url(part, project)} if part.media else {})
        for part in parts_of(payload)
    ]


def _media_url(part: Part, project: Project) -> str:
    return reverse("annotations:media", args=[project.slug, part.media])


def _pages(part: Part, project: Project) -> list[str]:
    """The first pages of a PDF as pictures."""
    count = min(int(part.data.get("pages") or 0), MOST_PAGES)
    return [
        reverse("annotations:media_page", args=[project.slug, part.media, number])
        for number in range(1, count + 1)
    ]


def shown_parts(
    payload: Mapping[str, Any], questions: Sequence[Mapping[str, Any]], project: Project
) -> list[dict[str, Any]]:
    """The parts of an item for their templates. `questions` are controls: the sides of a
    comparison stand in their order and are called A and B, so that nothing tells which is which.
    """
    sides: list[str] = next((each["sides"] for each in questions if each["kind"] == "pairwise"), [])
    parts = {part.key: part for part in parts_of(payload)}
    first = [part for part in parts.values() if part.key not in sides]
    compared = [parts[key] for key in sides if key in parts]
    headings = {part.key: letter for part, letter in zip(compared, "AB", strict=False)}
    return [
        {
            "key": part.key,
            "kind": part.kind,
            "data": part.data,
            "heading": headings.get(part.key) or part.data.get("title", ""),
            "is_side": part.key in headings,
            "url": _media_url(part, project) if part.media else "",
            "pages": _pages(part, project) if part.kind == PDF and part.media else [],
            "template": f"annotations/parts/{part.kind if part.kind in _KNOWN else FACTS}.html",
        }
        for part in [*first, *compared]
    ]


_KNOWN = frozenset({TEXT, TURNS, FACTS, "page"}) | MEDIA_KINDS


def kinds_of(questions: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds asked, each once, in their order."""
    return list(dict.fromkeys(question["kind"] for question in questions))


def need_parts(questions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the screen needs the parts of the item as data, beside what is drawn."""
    return any(KINDS[question["kind"]].needs_parts for question in questions)


def item_context(
    payload: Mapping[str, Any], questions: list[dict[str, Any]], project: Project
) -> dict[str, Any]:
    """What the templates of an item need: a single text stands alone, all else in parts."""
    parts = shown_parts(payload, questions, project)
    is_single = len(parts) == 1 and parts[0]["kind"] == TEXT and not parts[0]["heading"]
    return {
        "parts": parts,
        "only_text": parts[0] if is_single else None,
        "is_tall": len(parts) > 1 or any(part["kind"] in MEDIA_KINDS for part in parts),
        "has_sides": any(part["is_side"] for part in parts),
        "layout": project.layout,
    }
