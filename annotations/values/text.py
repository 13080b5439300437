"""Kind `text`: words of one's own, or a transcript. PURE.

Raw value: a text. Canonical value: `{"kind": "text", "text": text}`, line ends "\\n", no blanks at
either end.
"""

from typing import Any

from annotations.values import reading
from annotations.values.base import NOTHING, About, LabelValue
from guidelines.label_schema import QuestionSpec

name = "text"
needs_parts = False

LONGEST_SUMMARY = 60


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `too_long`, or `empty` where only blanks are left."""
    found = reading.text(raw, question, most=question.option("longest"))
    if not found:
        raise reading.problem(question, "empty", "“%(question)s” was answered with blanks only.")
    return LabelValue(value={"kind": name, "text": found})


def raw(value: dict[str, Any]) -> str:
    """The text."""
    found: str = value["text"]
    return found


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """Its beginning."""
    found = " ".join(value["text"].split())
    return found if len(found) <= LONGEST_SUMMARY else f"{found[: LONGEST_SUMMARY - 1]}…"
