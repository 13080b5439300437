"""Reads untrusted answers field by field; every fault is a `Problem` of its question. PURE."""

from collections.abc import Iterable
from typing import Any

from annotations.parts import Part, part_named
from annotations.values.base import About
from core.problems import Problem
from guidelines.document_reader import UNSTORABLE, quote
from guidelines.label_schema import QuestionSpec, text_in

MOST_SHAPES = 5000
LARGEST = 1e15


def problem(question: QuestionSpec, code: str, template: str, **params: Any) -> Problem:
    """A fault in the answer to a question."""
    quoted = {name: quote(value) for name, value in params.items()}
    return Problem(template, code=code, field=question.key, question=question.key, **quoted)


def entries(raw: Any, question: QuestionSpec, *, most: int = MOST_SHAPES) -> list[Any]:
    """A list of at most `most` entries."""
    if not isinstance(raw, list):
        raise problem(question, "not_a_list", "The answer to “%(question)s” must be a list.")
    if len(raw) > most:
        raise problem(
            question,
            "too_many",
            "“%(question)s” has %(count)s entries; at most %(most)s are allowed.",
            count=len(raw),
            most=most,
        )
    return raw


def fields(raw: Any, question: QuestionSpec, known: frozenset[str], place: int) -> dict[str, Any]:
    """Entry number `place` (from 1): an object with no other fields than `known`."""
    if isinstance(raw, dict) and raw.keys() <= known:
        return raw
    raise problem(
        question,
        "bad_entry",
        "Entry %(place)s of “%(question)s” must be an object with: %(known)s.",
        place=place,
        known=", ".join(sorted(known)),
    )


def choice_key(raw: Any, question: QuestionSpec, *, optional: bool = False) -> str:
    """The key of a choice; "" where it may be left out."""
    if optional and raw in (None, ""):
        return ""
    if not isinstance(raw, str):
        raise problem(
            question,
            "not_a_choice_key",
            "The answer to “%(question)s” must be the key of a choice.",
        )
    if question.choice(raw) is None:
        raise problem(
            question,
            "unknown_choice",
            "“%(choice)s” is not a choice of “%(question)s”. Allowed are: %(allowed)s.",
            choice=raw[:100],
            allowed=", ".join(choice.key for choice in question.choices),
        )
    return raw


def number(raw: Any, question: QuestionSpec) -> float:
    """A finite number; a text that is one will do, as it comes from a form."""
    if isinstance(raw, str):
        try:
            raw = float(raw.strip().replace(",", "."))
        except ValueError:
            raw = None
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    if not is_number or not abs(raw) < LARGEST:  # which is not so for NaN either
        raise problem(question, "not_a_number", "The answer to “%(question)s” must be a number.")
    return int(raw) if float(raw).is_integer() else float(raw)


def text(raw: Any, question: QuestionSpec, *, most: int) -> str:
    """A text of at most `most` characters, with plain line ends."""
    if not isinstance(raw, str) or UNSTORABLE.search(raw):
        raise problem(question, "not_a_text", "The answer to “%(question)s” must be a text.")
    found = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(found) > most:
        raise problem(
            question,
            "too_long",
            "The answer to “%(question)s” has %(count)s characters; at most %(most)s are allowed.",
            count=len(found),
            most=most,
        )
    return found


def part(raw: Any, question: QuestionSpec, about: About, kinds: frozenset[str]) -> Part:
    """The part of the item that a shape is on: the one it names, or that the question names."""
    wanted = raw if isinstance(raw, str) and raw else question.option("part")
    found = part_named(about.parts, wanted, kinds)
    if found is None:
        raise problem(
            question,
            "no_such_part",
            "The item has no part “%(part)s” of the kind that “%(question)s” needs.",
            part=wanted or "/".join(sorted(kinds)),
        )
    return found


def names(keys: Iterable[str], question: QuestionSpec, language: str) -> list[str]:
    """The names of choices in a language; a key where this version does not know it."""
    found = []
    for key in keys:
        choice = question.choice(key)
        found.append(key if choice is None else text_in(choice.names, language) or key)
    return found


def counted(keys: Iterable[str], question: QuestionSpec, language: str) -> str:
    """“Person 2, Place 1”: how often each choice was used, in the order of first use."""
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return ", ".join(
        f"{name} {count}" if name else str(count)
        for name, count in zip(names(counts, question, language), counts.values(), strict=True)
    )
