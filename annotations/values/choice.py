"""Kind `choice`: exactly one class of the question. PURE.

Raw value: the key of a choice. Canonical value: `{"kind": "choice", "choice": key}`.
"""

from typing import Any

from annotations.values.base import LabelValue
from core.problems import Problem
from guidelines.label_schema import QuestionSpec, text_in

name = "choice"


def parse(raw: Any, question: QuestionSpec) -> LabelValue:
    """The canonical value of a choice key.

    Raises `Problem` with code `not_a_choice_key` (no text), or `unknown_choice`, which names the
    question and the keys that are allowed.
    """
    if not isinstance(raw, str):
        raise Problem(
            "The answer to “%(question)s” must be the key of a choice.",
            code="not_a_choice_key",
            field=question.key,
            question=question.key,
        )
    if question.choice(raw) is None:
        raise Problem(
            "“%(choice)s” is not a choice of “%(question)s”. Allowed are: %(allowed)s.",
            code="unknown_choice",
            field=question.key,
            question=question.key,
            choice=raw[:100],
            allowed=", ".join(choice.key for choice in question.choices),
        )
    return LabelValue(value={"kind": name, "choice": raw}, choice=raw)


def raw(value: dict[str, Any]) -> str:
    """The key of the choice."""
    key: str = value["choice"]
    return key


def distance(left: dict[str, Any], right: dict[str, Any]) -> float:
    """Nominal: 0 for the same class, 1 for another one."""
    return 0.0 if left["choice"] == right["choice"] else 1.0


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The name of the choice in this language; its key when this version does not know it."""
    choice = question.choice(value["choice"])
    return value["choice"] if choice is None else text_in(choice.names, language) or choice.key
