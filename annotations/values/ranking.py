"""Kind `ranking`: an order from best to worst. PURE.

Ranked are the parts that the option `parts` names, else the choices of the question. Raw value:
a list of all their keys, best first. Canonical value: `{"kind": "ranking", "order": [...]}`.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import entries, names, problem
from guidelines.label_schema import QuestionSpec

name = "ranking"
needs_parts = True


def ranked(question: QuestionSpec) -> list[str]:
    """The keys that are put in order."""
    return list(question.option("parts")) or [choice.key for choice in question.choices]


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `incomplete` unless each key is there once."""
    if isinstance(raw, str):
        raw = [key.strip() for key in raw.replace(">", ",").split(",") if key.strip()]
    order = entries(raw, question)
    wanted = ranked(question)
    if not all(isinstance(key, str) for key in order) or sorted(order) != sorted(wanted):
        raise problem(
            question,
            "incomplete",
            "A ranking for “%(question)s” names each of these once, best first: %(keys)s.",
            keys=", ".join(wanted),
        )
    known = {part.key for part in about.parts}
    missing = [key for key in question.option("parts") if key not in known]
    if missing:
        raise problem(
            question,
            "no_such_part",
            "The item has no part “%(part)s”, which “%(question)s” ranks.",
            part=missing[0],
        )
    return LabelValue(value={"kind": name, "order": list(order)})


def raw(value: dict[str, Any]) -> list[str]:
    """The order."""
    return list(value["order"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """“B > A > C”."""
    return " > ".join(names(value["order"], question, language))
