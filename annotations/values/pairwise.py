"""Kind `pairwise`: which of two parts is better. PURE.

Raw value: `{"winner": key of a part, "tie" or "both_bad", "left": key of the part that stood on
the left}`, or the winner alone. The option `sides` names the two parts. Canonical value:
`{"kind": "pairwise", "winner": ..., "left": ...}`; `left` is "" where nobody knows.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import problem
from guidelines.label_schema import QuestionSpec

name = "pairwise"
needs_parts = True

TIE, BOTH_BAD = "tie", "both_bad"


def verdicts(question: QuestionSpec) -> list[str]:
    """What may be said: the two sides, and what the question allows beside them."""
    allowed = list(question.option("sides"))
    return allowed + [verdict for verdict in (TIE, BOTH_BAD) if question.option(verdict)]


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` for another verdict, or an item without the two parts."""
    given = raw if isinstance(raw, dict) else {"winner": raw}
    winner, left = given.get("winner"), given.get("left") or ""
    allowed = verdicts(question)
    if winner not in allowed or not set(given) <= {"winner", "left"}:
        raise problem(
            question,
            "unknown_verdict",
            "The answer to “%(question)s” must be one of: %(allowed)s.",
            allowed=", ".join(allowed),
        )
    sides = question.option("sides")
    if left not in ("", *sides):
        raise problem(question, "unknown_side", "“left” names one of the two sides.")
    missing = [side for side in sides if side not in {part.key for part in about.parts}]
    if missing:
        raise problem(
            question,
            "no_such_part",
            "The item has no part “%(part)s”, which “%(question)s” compares.",
            part=missing[0],
        )
    return LabelValue(value={"kind": name, "winner": winner, "left": left})


def raw(value: dict[str, Any]) -> dict[str, str]:
    """Winner and left side."""
    return {"winner": value["winner"], "left": value["left"]}


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """The side that won, in capitals as on the screen; “=” for a tie, “✗” for both bad."""
    return {TIE: "=", BOTH_BAD: "✗"}.get(value["winner"], str(value["winner"]).upper())
