"""Kind `choice`: exactly one class of the question. PURE.

Raw value: the key of a choice. Canonical value: `{"kind": "choice", "choice": key}`.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, names
from guidelines.label_schema import QuestionSpec

name = "choice"
needs_parts = False


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value of a choice key.

    Raises `Problem` with code `not_a_choice_key` (no text), or `unknown_choice`, which names the
    question and the keys that are allowed.
    """
    key = choice_key(raw, question)
    return LabelValue(value={"kind": name, "choice": key}, choice=key)


def raw(value: dict[str, Any]) -> str:
    """The key of the choice."""
    key: str = value["choice"]
    return key


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The name of the choice in this language; its key when this version does not know it."""
    return names([value["choice"]], question, language)[0]
