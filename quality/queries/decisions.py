"""Reads of what resolution runs decided: items of a run, and of two runs side by side."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.parts import text_of
from projects.models import Membership
from quality.models import Resolution, ResolutionRun
from quality.queries.answers import Answer, answer
from quality.queries.charts import percent
from quality.queries.disputes import blind_items
from quality.queries.naming import QuestionNames

PAGE_SIZE = 25
SHOWN_CHANCE = 0.001  # a smaller one would read as 0.0 %
# Two finished runs never change, so neither does what they have in common.
COMPARISON_SECONDS = 24 * 3600
# The kinds of which a handful of answers covers most items, so that counting them says something.
COUNTED_KINDS = frozenset({"choice", "choices", "rating", "pairwise", "ranking"})
MOST_COUNTED = 20


@dataclass(frozen=True)
class Chance:
    """Probability, or share of the votes, of one class or answer."""

    name: str
    color: int | None
    percent: float


@dataclass(frozen=True)
class Decision:
    """One resolved item on a screen. `blind`: the viewer has it open for labeling."""

    row: Resolution
    text: str
    blind: bool
    answer: Answer | None
    chances: list[Chance]


@dataclass(frozen=True)
class DecisionPage:
    """Some decisions and where the next page begins."""

    decisions: list[Decision]
    next_after: str | None


@dataclass(frozen=True)
class Difference:
    """An item that two runs decided differently."""

    item: Item
    text: str
    blind: bool
    first: Answer | None
    second: Answer | None
    first_confidence: float
    second_confidence: float


@dataclass(frozen=True)
class Comparison:
    """How two runs relate: items in both, and how many of them were decided differently."""

    n_common: int
    n_different: int

    @property
    def percent_equal(self) -> float:
        return percent(self.n_common - self.n_different, self.n_common)


def decision_page(
    run: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    undecided_only: bool = False,
    size: int = PAGE_SIZE,
) -> DecisionPage:
    """Items of a run, the least certain first. `after` is "confidence:item" of the last one."""
    rows = Resolution.objects.filter(run=run).select_related("item")
    if undecided_only:
        rows = rows.filter(value__isnull=True)
    if after:
        confidence, item = _mark(after)
        rows = rows.filter(
            Q(confidence=confidence, item__gt=item) | Q(confidence__gt=confidence)
        ).filter(confidence__gte=confidence)
    found = list(rows.order_by("confidence", "item")[: size + 1])
    shown = found[:size]
    blind = blind_items(viewer, [row.item_id for row in shown])
    last = shown[-1] if len(found) > size else None
    return DecisionPage(
        [_decision(row, names, row.item_id in blind) for row in shown],
        f"{last.confidence!r}:{last.item_id}" if last else None,
    )


def _mark(after: str) -> tuple[float, int]:
    confidence, _colon, item = after.partition(":")
    try:
        return float(confidence), _checked_id(item)
    except ValueError as error:
        raise ValidationError({"after": _("This page mark is not valid.")}) from error


def _decision(row: Resolution, names: QuestionNames, blind: bool) -> Decision:
    text = text_of(row.item.payload)
    if blind:
        return Decision(row, text, blind, None, [])
    said = None
    if row.value is not None:
        said = answer(row.value, names, row.item.payload, row.posterior)
    return Decision(row, text, blind, said, _chances(row, names))


def _chances(row: Resolution, names: QuestionNames) -> list[Chance]:
    """What stands behind a decision; entries of a list carry their own chance."""
    if names.marks_places:
        return []
    known = names.by_key
    found = []
    for key, chance in sorted(row.posterior.items(), key=lambda entry: (-entry[1], entry[0])):
        if chance < SHOWN_CHANCE:
            continue
        if key in known:
            found.append(Chance(known[key].name, known[key].color, 100.0 * chance))
        elif names.kind != "choice":
            called = names.summary({"kind": "pairwise", "winner": key}) if names.pairs else key
            found.append(Chance(called, None, 100.0 * chance))
    return found


@dataclass(frozen=True)
class DecidedShare:
    """How many items one answer was decided for."""

    answer: Answer
    n: int
    percent: float


def decided_counts(run: ResolutionRun, names: QuestionNames) -> list[DecidedShare]:
    """How many items each answer was decided for; derived once, since a run never changes.

    Classes in the order of the guideline; of other kinds the most frequent answers. Nothing for
    kinds whose answers are hardly ever the same.
    """
    if names.kind not in COUNTED_KINDS:
        return []
    key = f"quality:decided:{run.pk}:{run.inputs_digest}"
    counts = cache.get(key)
    if counts is None:
        rows = Resolution.objects.filter(run=run, value__isnull=False).values_list("value")
        ranked = rows.annotate(n=Count("pk")).order_by("-n", "value")
        counts = list(ranked if names.kind == "choice" else ranked[:MOST_COUNTED])
        cache.set(key, counts, COMPARISON_SECONDS)
    total = run.n_items or 0
    if names.kind == "choice":
        places = {choice.key: place for place, choice in enumerate(names.choices.values())}
        counts = sorted(counts, key=lambda entry: places.get(entry[0]["choice"], len(places)))
    return [DecidedShare(answer(value, names), n, percent(n, total)) for value, n in counts]


# What stood on the left of a pair is no part of the answer.
_DIFFER = "(one.value - 'left') IS DISTINCT FROM (other.value - 'left')"
_DIFFERENT = """
  FROM quality_resolution one
  JOIN quality_resolution other ON other.run_id = %s AND other.item_id = one.item_id
 WHERE one.run_id = %s
"""


def compare(first: ResolutionRun, second: ResolutionRun) -> Comparison:
    """Items in both runs, and those decided differently (undecided is a decision of its own)."""
    key = f"quality:compared:{first.pk}:{second.pk}:{first.inputs_digest}:{second.inputs_digest}"
    found = cache.get(key)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE {_DIFFER})" + _DIFFERENT,
                [second.pk, first.pk],
            )
            found = cursor.fetchone()
        cache.set(key, found, COMPARISON_SECONDS)
    return Comparison(*found)


def differences(
    first: ResolutionRun,
    second: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    size: int = PAGE_SIZE,
) -> tuple[list[Difference], str | None]:
    """Items decided differently, in the order of their ids, and where the next page begins."""
    rows = list(_different_rows(first, second, item_mark(after), size + 1))
    shown = rows[:size]
    items = Item.objects.in_bulk([row[0] for row in shown])
    blind = blind_items(viewer, items)
    differing = [
        Difference(
            item=items[item],
            text=text_of(items[item].payload),
            blind=item in blind,
            first=None if item in blind else _shown(one, names, items[item]),
            second=None if item in blind else _shown(other, names, items[item]),
            first_confidence=one_confidence,
            second_confidence=other_confidence,
        )
        for item, one, one_confidence, other, other_confidence in shown
    ]
    return differing, str(shown[-1][0]) if len(rows) > size else None


def _shown(text: str | None, names: QuestionNames, item: Item) -> Answer | None:
    return None if text is None else answer(json.loads(text), names, item.payload)


def item_mark(after: str | None) -> int:
    """The item after which a page begins; ValidationError for a mark that is none."""
    try:
        return _checked_id(after or "0")
    except ValueError as error:
        raise ValidationError({"after": _("This page mark is not valid.")}) from error


def _checked_id(text: str) -> int:
    """A row id that the database can hold; ValueError for anything else."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


def _different_rows(
    first: ResolutionRun, second: ResolutionRun, after: int, size: int
) -> Iterator[tuple[int, str | None, float, str | None, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.item_id, one.value::text, one.confidence, other.value::text,"
            " other.confidence" + _DIFFERENT + f" AND one.item_id > %s AND {_DIFFER}"
            " ORDER BY one.item_id LIMIT %s",
            [second.pk, first.pk, after, size],
        )
        yield from cursor.fetchall()
