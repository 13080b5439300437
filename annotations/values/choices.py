"""Kind `choices`: any number of classes. PURE.

Raw value: a list of keys, or a text of keys separated by commas, as files have them. Canonical
value: `{"kind": "choices", "choices": [key, ...]}`, sorted; empty where the question's option
`least` is 0 and none applies.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, entries, names, problem
from guidelines.label_schema import QuestionSpec

name = "choices"
needs_parts = False


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` for unknown keys, or for more or fewer than allowed."""
    if isinstance(raw, str):
        raw = [key.strip() for key in raw.split(",") if key.strip()]
    keys = sorted({choice_key(key, question) for key in entries(raw, question)})
    least, most = question.option("least"), question.option("most")
    if len(keys) < least or (most is not None and len(keys) > most):
        raise problem(
            question,
            "wrong_count",
            "Choose from %(least)s to %(most)s classes for “%(question)s”, not %(count)s.",
            least=least,
            most=most or len(question.choices),
            count=len(keys),
        )
    return LabelValue(value={"kind": name, "choices": keys})


def raw(value: dict[str, Any]) -> list[str]:
    """The keys."""
    return list(value["choices"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The names of the classes; a dash for none."""
    return ", ".join(names(value["choices"], question, language)) or "–"
