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

LEAST_SHOWN = 0.0001


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
    return str(number_format(round(100 * share), 0))


def chance_in_words(p: float) -> str:
    """A small probability: a number, or that it is smaller than can be shown."""
    if p < LEAST_SHOWN:
        return _("below %(p)s") % {"p": number_format(LEAST_SHOWN, 4)}
    return str(number_format(p, 4))


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
    when = date_format(localtime(moment(warning["at"])), "SHORT_DATETIME_FORMAT")
    sentence = _(
        "From about %(when)s on, answers fit those of the others differently: by the others, what"
        " was said had a chance of %(before)s before and of %(after)s after, on average. The sum"
        " reaches %(peak)s; the same %(n)s answers in random order stay below %(limit)s."
    ) % {
        "when": when,
        "before": _two(warning["before"]),
        "after": _two(warning["after"]),
        "peak": _two(warning["statistic"]),
        "limit": _two(warning["threshold"]),
        "n": warning["n"],
    }
    return Warned("drift", _("Drift"), sentence, "drift")


def _burst(warning: dict[str, Any], names: QuestionNames) -> Warned:
    choice = names.by_key.get(warning.get("choice", ""))
    sentence = _(
        "The same answer %(n)s times in a row (%(answer)s), which the others did not give: chance"
        " explains such a run with this probability at most: %(p)s."
    ) % {
        "n": warning["n"],
        "answer": choice.name if choice else "–",
        "p": chance_in_words(warning["p"]),
    }
    return Warned("burst", _("Run of answers"), sentence, "bursts")


def _fast(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "%(n)s answers in a row took %(seconds)s s each; usually they take %(usual)s s."
    ) % {
        "n": warning["n"],
        "seconds": number_format(warning["seconds"], 1),
        "usual": number_format(warning["usual"], 1),
    }
    return Warned("fast", _("Pace"), sentence, "bursts")


def _copying(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    sentence = _(
        "Shares %(observed)s mistakes with another annotator on %(n)s common items, judged by all"
        " others; independent work explains %(expected)s."
    ) % {
        "observed": number_format(warning["observed"], 1),
        "expected": number_format(warning["expected"], 1),
        "n": int(warning["n"]),
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
