"""Two finished runs of one question side by side: what would change, how often, and where.

Everything is read from what a job has stored (`quality.actions.resolution.compute_comparison`).
"""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.parts import text_of
from projects.models import Membership
from quality.models import ComparedItem, Resolution, ResolutionRun, RunComparison
from quality.models.comparison import DECIDED
from quality.queries.adjudication.disputes import blind_items
from quality.queries.answers import Answer, answer
from quality.queries.charts.intervals import heat, percent
from quality.queries.naming import ChoiceName, QuestionNames
from quality.queries.resolution.decisions import PAGE_SIZE, item_mark

UNDECIDED = "undecided"


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


def latest_comparison(first: ResolutionRun, second: ResolutionRun) -> RunComparison | None:
    """The newest comparison of these two, computed or not."""
    known = RunComparison.objects.filter(first=first, second=second).select_related("job")
    return known.order_by("-pk").first()


def comparison_of(made: RunComparison, first: ResolutionRun, second: ResolutionRun) -> Comparison:
    """The counts of a finished comparison."""
    n_common = sum(n for _before, _after, n, _differ in made.flows)
    flows = [Flow(before or None, after or None, n) for before, after, n, _differ in made.flows]
    return Comparison(
        n_common=n_common,
        n_different=sum(differ for _before, _after, _n, differ in made.flows),
        n_only_first=(first.n_items or 0) - n_common,
        n_only_second=(second.n_items or 0) - n_common,
        flows=sorted(flows, key=lambda flow: (-flow.n, str((flow.before, flow.after)))),
    )


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
    made: RunComparison,
    *,
    names: QuestionNames,
    viewer: Membership,
    after: str | None,
    change: Change = Change(),
    size: int = PAGE_SIZE,
) -> tuple[list[Difference], str | None]:
    """Items decided differently, in the order of their ids, and where the next page begins.

    404 for a choice that the question does not have.
    """
    rows = ComparedItem.objects.filter(comparison=made, item__gt=item_mark(after))
    for name, wanted in (("before", change.before), ("after", change.after)):
        if wanted:
            rows = rows.filter(**{name: _code(made.first, wanted)})
    found = list(rows.order_by("item").values_list("item_id", flat=True)[: size + 1])
    shown = found[:size]
    items = Item.objects.in_bulk(shown)
    blind = blind_items(viewer, items)
    decided = {
        (row.run_id, row.item_id): row
        for row in Resolution.objects.filter(
            run__in=[made.first_id, made.second_id], item__in=shown
        )
    }
    differing = [
        _difference(
            items[item],
            decided[made.first_id, item],
            decided[made.second_id, item],
            names,
            item in blind,
        )
        for item in shown
        if not (change.tells and item in blind)
    ]
    return differing, str(shown[-1]) if len(found) > size else None


def _difference(
    item: Item, one: Resolution, other: Resolution, names: QuestionNames, blind: bool
) -> Difference:
    values = [None if blind else row.value for row in (one, other)]
    shown = [None if value is None else answer(value, names, item.payload) for value in values]
    return Difference(
        item=item,
        text=text_of(item.payload),
        blind=blind,
        first=shown[0],
        second=shown[1],
        first_confidence=one.confidence,
        second_confidence=other.confidence,
        first_value=values[0],
        second_value=values[1],
    )


def _code(run: ResolutionRun, wanted: str) -> str:
    """What `ComparedItem` has for a decision that is asked for."""
    if wanted == UNDECIDED:
        return ""
    if run.question.kind != "choice" and wanted == DECIDED:
        return DECIDED
    if not run.question.choices.filter(key=wanted).exists():
        raise Http404(_("The question has no such choice."))
    return wanted
