"""Kind `soft_choice`: how likely each class is. PURE.

Raw value: `{key: share}`; shares of any total are scaled to 1. Canonical value:
`{"kind": "soft_choice", "shares": {key: share}}`, shares above 0 with four decimals, sum 1.
"""

from typing import Any

from annotations.values.base import NOTHING, About, LabelValue
from annotations.values.reading import choice_key, names, number, problem
from guidelines.label_schema import QuestionSpec

name = "soft_choice"
needs_parts = False

DECIMALS = 4


def parse(raw: Any, question: QuestionSpec, about: About = NOTHING) -> LabelValue:
    """The canonical value; `Problem` for unknown keys, negative shares, or nothing above 0."""
    if not isinstance(raw, dict):
        raise problem(
            question, "not_shares", "The answer to “%(question)s” must be a share for each class."
        )
    given = {choice_key(key, question): number(share, question) for key, share in raw.items()}
    total = sum(given.values())
    if total <= 0 or min(given.values()) < 0:
        raise problem(
            question,
            "bad_shares",
            "The shares of “%(question)s” must not be negative, and not all 0.",
        )
    shares = {key: round(given[key] / total, DECIMALS) for key in sorted(given)}
    shares = {key: share for key, share in shares.items() if share > 0}
    # What rounding took or gave belongs to the largest share, so that the sum stays 1.
    largest = max(shares, key=lambda key: (shares[key], key))
    shares[largest] = round(shares[largest] + 1 - sum(shares.values()), DECIMALS)
    return LabelValue(value={"kind": name, "shares": shares})


def raw(value: dict[str, Any]) -> dict[str, float]:
    """The shares."""
    return dict(value["shares"])


def summary(value: dict[str, Any], question: QuestionSpec, language: str) -> str:
    """“Positive 70 %, Mixed 30 %”, the likeliest first."""
    ranked = sorted(value["shares"].items(), key=lambda pair: (-pair[1], pair[0]))
    called = names([key for key, _share in ranked], question, language)
    return ", ".join(
        f"{each} {share:.0%}" for each, (_key, share) in zip(called, ranked, strict=True)
    )
