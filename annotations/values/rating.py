"""Kind `rating`: one point of a scale of whole numbers. PURE.

Raw value: a whole number from the option `least` to the option `most`. Canonical value:
`{"kind": "rating", "number": n}`.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import number, problem
from guidelines.label_schema import QuestionSpec

name = "rating"
needs_parts = False


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` `off_scale` for anything but a point of the scale."""
    point = number(raw, question)
    least, most = question.option("least"), question.option("most")
    if not isinstance(point, int) or not least <= point <= most:
        raise problem(
            question,
            "off_scale",
            "“%(question)s” is rated from %(least)s to %(most)s, in whole numbers.",
            least=least,
            most=most,
        )
    return LabelValue(value={"kind": name, "number": point}, number=point)


def raw(value: dict[str, Any]) -> int:
    """The point."""
    return int(value["number"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The point and the last one: “4/5”."""
    return f"{value['number']}/{question.option('most')}"
