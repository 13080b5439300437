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
from quality.queries.people.charts import moment

LEAST_SHOWN = 0.0001
# What the numbers of a warning are about where answers are compared by a distance.
LIKENESS = "likeness"


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
    if warning.get("by") == LIKENESS:
        return Warned("gold", _("Gold"), _gold_likeness(warning), "gold")
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


def _gold_likeness(warning: dict[str, Any]) -> str:
    return _(
        "Answers to %(n)s gold items are %(value)s %% like the gold answers; the interval ends at"
        " %(high)s %%, below the %(mark)s %% that the project asks for."
    ) % {
        "n": warning["n"],
        "value": _percent(warning["value"]),
        "high": _percent(warning["high"]),
        "mark": warning["mark"],
    }


def _self(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    if warning.get("by") == LIKENESS:
        sentence = _(
            "Answers to %(n)s repeated items are %(value)s %% like the first ones; the interval"
            " ends at %(high)s %%. They are more like the answers of others: %(peers)s %%."
        ) % {
            "n": warning["n"],
            "value": _percent(warning["value"]),
            "high": _percent(warning["high"]),
            "peers": _percent(warning["peers"]),
        }
        return Warned("self", _("Repeats"), sentence, "repeats")
    sentence = _(
        "The same answer to %(equal)s of %(n)s repeated items; the interval ends at %(high)s %%."
    ) % {"equal": warning["equal"], "n": warning["n"], "high": _percent(warning["high"])}
    return Warned("self", _("Repeats"), sentence, "repeats")


def _drift(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    when = date_format(localtime(moment(warning["at"])), "SHORT_DATETIME_FORMAT")
    numbers = {
        "when": when,
        "before": _two(warning["before"]),
        "after": _two(warning["after"]),
        "peak": _two(warning["statistic"]),
        "limit": _two(warning["threshold"]),
        "n": warning["n"],
    }
    if warning.get("by") == LIKENESS:
        sentence = _(
            "From about %(when)s on, answers are nearer to those of the others, or further away:"
            " their likeness was %(before)s before and %(after)s after, on average; 1 is the same."
            " The sum reaches %(peak)s; the same %(n)s answers in random order stay below"
            " %(limit)s."
        )
    else:
        sentence = _(
            "From about %(when)s on, answers fit those of the others differently: by the others,"
            " what was said had a chance of %(before)s before and of %(after)s after, on average."
            " The sum reaches %(peak)s; the same %(n)s answers in random order stay below"
            " %(limit)s."
        )
    return Warned("drift", _("Drift"), sentence % numbers, "drift")


def _burst(warning: dict[str, Any], names: QuestionNames) -> Warned:
    sentence = _(
        "The same answer %(n)s times in a row (%(answer)s), which the others did not give: chance"
        " explains such a run with this probability at most: %(p)s."
    ) % {
        "n": warning["n"],
        "answer": said_in(warning, names),
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


def said_in(found: dict[str, Any], names: QuestionNames) -> str:
    """The answer that a run of equal answers repeats, in a few words; a dash for a long one."""
    choice = names.by_key.get(found.get("choice", ""))
    if choice is not None:
        return choice.name
    return names.summary(found["answer"]) if found.get("answer") else "–"


def _copying(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    numbers = {
        "observed": number_format(warning["observed"], 1),
        "expected": number_format(warning["expected"], 1),
        "n": int(warning["n"]),
    }
    if "alone" in warning:
        sentence = _(
            "On %(alone)s of %(n)s common items nobody else gave the answer of either. There, the"
            " answers of the two are the same %(same)s times; what each of them has in common with"
            " other people explains %(expected)s."
        ) % {**numbers, "alone": int(warning["alone"]), "same": int(warning["observed"])}
    else:
        sentence = (
            _(
                "Shares %(observed)s mistakes with another annotator on %(n)s common items, judged"
                " by all others; independent work explains %(expected)s."
            )
            % numbers
        )
    return Warned("copying", _("Too alike"), sentence, "copying")


def _spam(warning: dict[str, Any], _names: QuestionNames) -> Warned:
    numbers = {
        "score": _two(warning["score"]),
        "low": _two(warning["low"]),
        "high": _two(warning["high"]),
        "n": warning["n"],
    }
    if warning.get("by") == LIKENESS:
        sentence = _(
            "Answers are hardly nearer to those of others to the same item than to those to any"
            " other item: score %(score)s (%(low)s to %(high)s) from %(n)s answers; 1 is the same"
            " as the others, 0 is no nearer. The middle score of all people is %(usual)s."
        ) % {**numbers, "usual": _two(warning["usual"])}
    else:
        sentence = (
            _(
                "Answers tell hardly anything about what others see: score %(score)s (%(low)s to"
                " %(high)s) from %(n)s labels; 1 is as good as it gets, 0 is chance."
            )
            % numbers
        )
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
