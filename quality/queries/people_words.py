"""Warnings about a person in words: what was seen, by which numbers, and where the rows are.

A warning is a reason to look. None of them leaves anybody's answers out of anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from quality.models import PersonFigures
from quality.queries.naming import QuestionNames
from quality.queries.people_charts import moment


@dataclass(frozen=True)
class Warned:
    """`short` for a badge, `sentence` with its numbers, `anchor` of the rows on the page."""

    code: str
    short: str
    sentence: str
    anchor: str


def words_of(figures: PersonFigures, names: QuestionNames) -> list[Warned]:
    """The warnings of one person, in the order in which they were found."""
    return [
        _WORDS[each["code"]](each, names) for each in figures.warnings if each["code"] in _WORDS
    ]


def _percent(share: float) -> str:
    return str(number_format(100 * share, 0))


def _two(value: float) -> str:
    return str(number_format(value, 2))


def _gold(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "%(right)s of %(n)s gold items right; the interval ends at %(high)s %%, below the"
        " %(mark)s %% that the project asks for."
    ) % {
        "right": warning["right"],
        "n": warning["n"],
        "high": _percent(warning["high"]),
        "mark": warning["mark"],
    }
    return Warned("gold", _("Gold"), sentence, "gold")


def _self(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "The same answer to %(equal)s of %(n)s repeated items; the interval ends at %(high)s %%."
    ) % {"equal": warning["equal"], "n": warning["n"], "high": _percent(warning["high"])}
    return Warned("self", _("Repeats"), sentence, "repeats")


def _drift(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    when = date_format(localtime(moment(warning["at"])), "SHORT_DATE_FORMAT")
    sentence = _(
        "Answers changed against what others say, around %(when)s: cumulated deviation"
        " %(peak)s, and chance alone stays below %(limit)s."
    ) % {"when": when, "peak": _two(warning["peak"]), "limit": _two(warning["threshold"])}
    return Warned("drift", _("Drift"), sentence, "drift")


def _burst(warning: dict[str, Any], names: QuestionNames) -> Warned:
    choice = names.by_key.get(warning.get("choice", ""))
    sentence = _(
        "The same answer %(n)s times in a row (%(answer)s); by chance a run that long comes up"
        " with probability %(p)s."
    ) % {
        "n": warning["n"],
        "answer": choice.name if choice else "–",
        "p": number_format(warning["p"], 4),
    }
    return Warned("burst", _("Run of answers"), sentence, "bursts")


def _fast(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "%(n)s answers in a row at a median of %(seconds)s s; their usual median is %(usual)s s."
    ) % {
        "n": warning["n"],
        "seconds": number_format(warning["seconds"], 1),
        "usual": number_format(warning["usual"], 1),
    }
    return Warned("fast", _("Pace"), sentence, "bursts")


def _copying(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "Agrees with another annotator on %(observed)s %% of %(n)s common items; people who answer"
        " on their own would on %(expected)s %%."
    ) % {
        "observed": _percent(warning["observed"]),
        "expected": _percent(warning["expected"]),
        "n": warning["n"],
    }
    return Warned("copying", _("Too alike"), sentence, "copying")


def _spam(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "Answers tell hardly anything about what others see: score %(score)s (%(low)s to %(high)s)"
        " from %(n)s labels; 1 is as good as it gets, 0 is chance."
    ) % {
        "score": _two(warning["score"]),
        "low": _two(warning["low"]),
        "high": _two(warning["high"]),
        "n": warning["n"],
    }
    return Warned("spam", _("Like chance"), sentence, "spam")


_WORDS: dict[str, Callable[[dict[str, Any], QuestionNames], Warned]] = {
    "gold": _gold,
    "self": _self,
    "drift": _drift,
    "burst": _burst,
    "fast": _fast,
    "copying": _copying,
    "spam": _spam,
}
