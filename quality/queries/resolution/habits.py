"""What a run for kinds other than choice has learned of its sources, as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quality.queries.naming import QuestionNames
from quality.queries.resolution.runs import SourceRow

_ABOUT: dict[str, Promise] = {
    "presence": _("Presence"),
    "left": _("Left side"),
    "top": _("Top side"),
    "right": _("Right side"),
    "bottom": _("Bottom side"),
    "start": _("Beginning"),
    "end": _("Ending"),
    "x": _("Across"),
    "y": _("Down"),
}
_MEASURES: dict[str, Promise] = {
    "offset": _("offset"),
    "scale": _("scale"),
    "deviation": _("scatter"),
    "hit": _("hits"),
    "false_alarm": _("false alarms"),
    "error": _("error"),
    "reliability": _("reliability"),
}
_LEGEND: dict[str, Promise] = {
    "offset": _(
        "Offset: what the source usually adds, in the unit of the answers, against the average"
        " annotator. It was taken away."
    ),
    "scale": _("Scale: 1 spreads answers as far as the average annotator does, 0.5 half as far."),
    "deviation": _("Scatter: the standard deviation of what is left. Precise sources count more."),
    "hit": _("Hits: the share of what is there that the source marks."),
    "false_alarm": _("False alarms: the share of what is not there that the source marks."),
    "error": _(
        "Error: how far the source's answers are from the truth, estimated from its distances to"
        " others; 0 to 1."
    ),
    "reliability": _(
        "Reliability: the chance that a comparison of the source is not the wrong way round."
    ),
}
_PER_ITEM = _("False alarms: how many things the source marks per item that are not there.")
# Shares are shown in percent.
_SHARES = frozenset({"hit", "false_alarm", "reliability"})


@dataclass(frozen=True)
class HabitCell:
    """One figure; None where nothing is known."""

    value: float | None
    is_percent: bool

    @property
    def shown(self) -> float | None:
        """In percent where it is a share."""
        return 100.0 * self.value if self.is_percent and self.value is not None else self.value


@dataclass(frozen=True)
class HabitTable:
    """Columns by what the figures are about; a row per source; what the words mean."""

    columns: list[str]
    rows: list[tuple[str, list[HabitCell]]]
    legend: list[str]


def habit_table(rows: Sequence[SourceRow], names: QuestionNames) -> HabitTable | None:
    """None where the method learned nothing of sources."""
    keys = habit_keys([row.reliability.habits for row in rows])
    if not keys:
        return None
    return HabitTable(
        columns=[habit_name(about, measure, names) for about, measure in keys],
        rows=[(row.name, _cells(row.reliability.habits, keys)) for row in rows],
        legend=_legend(keys),
    )


def habit_keys(habits: Sequence[Mapping[str, Mapping[str, float]]]) -> list[tuple[str, str]]:
    """(about, measure) that occur: what is known beforehand in its order, then classes by key."""
    found = {(about, measure) for each in habits for about in each for measure in each[about]}
    order = [*_ABOUT]
    places = {measure: place for place, measure in enumerate(_MEASURES)}

    def rank(key: tuple[str, str]) -> tuple[int, str, int]:
        about, measure = key
        known = order.index(about) if about in order else len(order)
        return known, about, places.get(measure, len(places))

    return sorted(found, key=rank)


def habit_name(about: str, measure: str, names: QuestionNames) -> str:
    """Such as “Left side: offset”, “Cat: hits” or, where there is but one thing, “Offset”."""
    what = str(_MEASURES.get(measure, measure))
    if about in _ABOUT:
        return f"{_ABOUT[about]}: {what}"
    if about in names.by_key:
        return f"{names.by_key[about].name}: {what}"
    return what[:1].upper() + what[1:]


def _cells(
    habits: Mapping[str, Mapping[str, float]], keys: Sequence[tuple[str, str]]
) -> list[HabitCell]:
    return [
        HabitCell(
            habits.get(about, {}).get(measure),
            measure in _SHARES and (about, measure) != ("presence", "false_alarm"),
        )
        for about, measure in keys
    ]


def _legend(keys: Sequence[tuple[str, str]]) -> list[str]:
    measures = {measure for _about, measure in keys}
    texts = {name: str(text) for name, text in _LEGEND.items() if name in measures}
    if ("presence", "false_alarm") in keys:
        texts["false_alarm"] = str(_PER_ITEM)
    return list(texts.values())
