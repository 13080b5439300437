"""Kind `number`: a quantity, with the unit and range of the question. PURE.

Raw value: a number. Canonical value: `{"kind": "number", "number": x}`.
"""

from typing import Any

from annotations.values import reading
from annotations.values.base import NOTHING, About, LabelValue
from guidelines.label_schema import QuestionSpec

name = "number"
needs_parts = False


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `out_of_range` or `off_step` names the limit."""
    found = reading.number(raw, question)
    least, most = question.option("least"), question.option("most")
    if least is not None and found < least:
        raise reading.problem(
            question, "out_of_range", "“%(question)s” is at least %(least)s.", least=least
        )
    if most is not None and found > most:
        raise reading.problem(
            question, "out_of_range", "“%(question)s” is at most %(most)s.", most=most
        )
    step = question.option("step")
    if step is not None:
        steps = (found - (least or 0)) / step
        if abs(steps - round(steps)) > 1e-6:
            raise reading.problem(
                question, "off_step", "“%(question)s” goes in steps of %(step)s.", step=step
            )
    return LabelValue(value={"kind": name, "number": found}, number=found)


def raw(value: dict[str, Any]) -> float:
    """The number."""
    found: float = value["number"]
    return found


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The number with its unit."""
    unit = question.option("unit")
    return f"{value['number']} {unit}" if unit else str(value["number"])
