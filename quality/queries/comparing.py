"""Two finished runs of one question side by side: what would change, how often, and where."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.parts import text_of
from projects.models import Membership
from quality.models import ResolutionRun
from quality.queries.answers import Answer, answer
from quality.queries.charts import heat, percent
from quality.queries.decisions import KEPT_SECONDS, PAGE_SIZE, item_mark
from quality.queries.disputes import blind_items
from quality.queries.naming import ChoiceName, QuestionNames

UNDECIDED = "undecided"
DECIDED = "decided"

# What stood on the left of a pair is no part of the answer.
_DIFFER = "(one.value - 'left') IS DISTINCT FROM (other.value - 'left')"
_BOTH = """
  FROM quality_resolution one
  JOIN quality_resolution other ON other.run_id = %(second)s AND other.item_id = one.item_id
 WHERE one.run_id = %(first)s
"""
# Of questions with a single choice by choice; of others only whether they are decided.
_FLOWS = """
SELECT {one}, {other}, {differ}, count(*)
{both} GROUP BY 1, 2, 3
"""
_ROWS = "SELECT one.item_id, one.value::text, one.confidence, other.value::text, other.confidence"


@dataclass(frozen=True)
class Change:
    """Which differences to list: from what, to what; empty for any. A choice key, or "undecided",
    or for questions without single choices "decided"."""

    before: str = ""
    after: str = ""

    @property
    def tells(self) -> bool:
        """To be found by its answer would give it away: what the viewer must not see is left out
        of such a list."""
        return bool(self.before or self.after)


@dataclass(frozen=True)
class Flow:
    """How many items went from one decision to the other; None: undecided."""

    before: str | None
    after: str | None
    n: int


@dataclass(frozen=True)
class Comparison:
    """How two runs relate: items in both, how many of them were decided differently, and the
    items that only one of them has. `flows`: by decision of the first and of the second run."""

    n_common: int
    n_different: int
    n_only_first: int
    n_only_second: int
    flows: list[Flow]

    @property
    def n_only(self) -> int:
        """Items that only one of the runs has."""
        return self.n_only_first + self.n_only_second

    @property
    def percent_equal(self) -> float:
        return percent(self.n_common - self.n_different, self.n_common)


@dataclass(frozen=True)
class FlowCell:
    """One cell of the table; `query` names the items behind it, where they differ."""

    n: int
    heat: int
    is_self: bool
    query: str = ""


@dataclass(frozen=True)
class FlowTable:
    """Rows: what the first run decided; columns: the second. None stands for undecided."""

    columns: list[ChoiceName | None]
    rows: list[tuple[ChoiceName | None, list[FlowCell]]]


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
    first_value: dict[str, Any] | None
    second_value: dict[str, Any] | None


def compare(first: ResolutionRun, second: ResolutionRun) -> Comparison:
    """Counted once, then remembered: finished runs do not change."""
    key = f"quality:flows:{first.pk}:{second.pk}:{first.inputs_digest}:{second.inputs_digest}"
    found = cache.get(key)
    if found is None:
        found = _counted(first, second)
        cache.set(key, found, KEPT_SECONDS)
    keys = dict(first.question.choices.values_list("pk", "key"))
    flows: dict[tuple[str | None, str | None], int] = {}
    for before, after, _differs, n in found:
        pair = (_named(before, keys), _named(after, keys))
        flows[pair] = flows.get(pair, 0) + n
    n_common = sum(flows.values())
    return Comparison(
        n_common=n_common,
        n_different=sum(n for _before, _after, differs, n in found if differs),
        n_only_first=(first.n_items or 0) - n_common,
        n_only_second=(second.n_items or 0) - n_common,
        flows=[
            Flow(before, after, n)
            for (before, after), n in sorted(
                flows.items(), key=lambda entry: (-entry[1], str(entry[0]))
            )
        ],
    )


def _counted(first: ResolutionRun, second: ResolutionRun) -> list[tuple[Any, Any, bool, int]]:
    of = "{run}.choice_id" if first.question.kind == "choice" else "({run}.value IS NOT NULL)"
    statement = _FLOWS.format(
        one=of.format(run="one"), other=of.format(run="other"), differ=_DIFFER, both=_BOTH
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"first": first.pk, "second": second.pk})
        return list(cursor.fetchall())


def _named(decision: Any, keys: dict[int, str]) -> str | None:
    """A choice key, "decided", or None for undecided."""
    if isinstance(decision, bool):
        return DECIDED if decision else None
    return None if decision is None else keys[decision]


def flow_table(comparison: Comparison, names: QuestionNames) -> FlowTable | None:
    """Class by class; None for questions without single choices."""
    if names.kind != "choice" or not comparison.flows:
        return None
    counts = {(flow.before, flow.after): flow.n for flow in comparison.flows}
    used = {key for pair in counts for key in pair}
    order: list[ChoiceName | None] = [
        choice for choice in names.choices.values() if choice.key in used
    ]
    if None in used:
        order.append(None)
    most = max((n for (before, after), n in counts.items() if before != after), default=0)

    def cell(before: ChoiceName | None, after: ChoiceName | None) -> FlowCell:
        n = counts.get((before.key if before else None, after.key if after else None), 0)
        if before == after:
            return FlowCell(n, 0, is_self=True)
        query = f"from={before.key if before else UNDECIDED}&to={after.key if after else UNDECIDED}"
        return FlowCell(n, heat(n, most), is_self=False, query=query if n else "")

    return FlowTable(order, [(row, [cell(row, column) for column in order]) for row in order])


def differences(
    first: ResolutionRun,
    second: ResolutionRun,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    change: Change = Change(),
    size: int = PAGE_SIZE,
) -> tuple[list[Difference], str | None]:
    """Items decided differently, in the order of their ids, and where the next page begins."""
    where, parameters = _conditions(first, second, change)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_ROWS} {_BOTH} AND {where} AND one.item_id > %(after)s"
            " ORDER BY one.item_id LIMIT %(size)s",
            {**parameters, "after": item_mark(after), "size": size + 1},
        )
        rows = cursor.fetchall()
    shown = rows[:size]
    items = Item.objects.in_bulk([row[0] for row in shown])
    blind = blind_items(viewer, items)
    differing = [
        _difference(row, items[row[0]], names, row[0] in blind)
        for row in shown
        if not (change.tells and row[0] in blind)
    ]
    return differing, str(shown[-1][0]) if len(rows) > size else None


def _difference(row: tuple[Any, ...], item: Item, names: QuestionNames, blind: bool) -> Difference:
    _pk, one, one_confidence, other, other_confidence = row
    values = [None if blind or text is None else json.loads(text) for text in (one, other)]
    shown = [None if value is None else answer(value, names, item.payload) for value in values]
    return Difference(
        item=item,
        text=text_of(item.payload),
        blind=blind,
        first=shown[0],
        second=shown[1],
        first_confidence=one_confidence,
        second_confidence=other_confidence,
        first_value=values[0],
        second_value=values[1],
    )


def _conditions(
    first: ResolutionRun, second: ResolutionRun, change: Change
) -> tuple[str, dict[str, Any]]:
    """404 for a choice that the question does not have."""
    conditions = [_DIFFER]
    parameters: dict[str, Any] = {"first": first.pk, "second": second.pk}
    for run, name, wanted in (("one", "before", change.before), ("other", "to", change.after)):
        if wanted == UNDECIDED:
            conditions.append(f"{run}.value IS NULL")
        elif wanted == DECIDED and first.question.kind != "choice":
            conditions.append(f"{run}.value IS NOT NULL")
        elif wanted:
            choice = first.question.choices.filter(key=wanted).values_list("pk", flat=True).first()
            if choice is None:
                raise Http404(_("The question has no such choice."))
            conditions.append(f"{run}.choice_id = %({name})s")
            parameters[name] = choice
    return " AND ".join(conditions), parameters
