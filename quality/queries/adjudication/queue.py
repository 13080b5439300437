"""What a reviewer decides next: items in the order that matters to them, each to one person.

Every order is an index: the disputed items of the latest agreement run, the rows of the latest
resolution run, or the open threads. A reviewer goes on after the item they have just decided, so a
step costs the same at the end of a queue as at its beginning.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from annotations.models import Flag, FlagKind, Label
from annotations.queries.blindness import blind_to
from projects.models import Membership, Project
from quality.models import (
    Adjudication,
    AdjudicationLease,
    AgreementRun,
    DisputedItem,
    Order,
    Resolution,
    ResolutionRun,
)

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Ordering:
    """What to decide first; `pair` are two choice keys for the order of that name."""

    order: Order = Order.DISPUTED
    pair: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """Items of one order: `rows` have an `item_id`, and stand in the order of `fields`.

    `everything` are the same rows with those that are decided or hidden.
    """

    rows: QuerySet[Any]
    everything: QuerySet[Any]
    fields: tuple[str, ...]

    def after(self, item_id: int) -> QuerySet[Any]:
        """What follows this item; all when it is not of this order."""
        at = self.everything.filter(item=item_id).order_by(*self.fields).first()
        rows = self.rows.exclude(item=item_id)
        return rows if at is None else rows.filter(_beyond(at, self.fields))


def latest_run(project: Project, question_id: int) -> AgreementRun | None:
    """The newest computed agreement run of the question, which knows the disputed items."""
    runs = AgreementRun.objects.filter(project=project, question=question_id).computed()
    return runs.order_by("-pk").first()


def latest_resolution(project: Project, question_id: int) -> ResolutionRun | None:
    """The newest computed resolution run of the question."""
    runs = ResolutionRun.objects.filter(project=project, question=question_id).computed()
    return runs.order_by("-pk").first()


def line(viewer: Membership, question_id: int, ordering: Ordering) -> Line | None:
    """Items that nobody has decided and that the viewer may see; None without a run to go by."""
    found = _everything(viewer.project, question_id, ordering)
    if found is None:
        return None
    everything, fields = found
    decided = Adjudication.objects.standing().filter(item=OuterRef("item"), question=question_id)
    rows = everything.filter(~Exists(decided), ~blind_to(viewer), item__withdrawn_at=None)
    return Line(rows.order_by(*fields), everything, fields)


def _everything(
    project: Project, question_id: int, ordering: Ordering
) -> tuple[QuerySet[Any], tuple[str, ...]] | None:
    if ordering.order == Order.FLAGGED:
        labeled = Label.objects.filter(item=OuterRef("item"), question=question_id)
        flags = Flag.objects.filter(Exists(labeled), open__project=project)
        return flags.exclude(kind=FlagKind.BACK), ("pk",)
    if ordering.order in (Order.DISPUTED, Order.PAIR):
        run = latest_run(project, question_id)
        if run is None:
            return None
        disputed = DisputedItem.objects.filter(run=run)
        if ordering.order == Order.PAIR and ordering.pair:
            disputed = disputed.filter(counts__has_keys=list(ordering.pair))
        return disputed, ("pk",)
    resolution = latest_resolution(project, question_id)
    if resolution is None:
        return None
    rows = Resolution.objects.filter(run=resolution)
    if ordering.order == Order.UNDECIDED:
        return rows.filter(value__isnull=True), ("undecided", "item_id")
    if ordering.order == Order.COST:
        return rows.filter(expected_cost__isnull=False), ("-expected_cost", "item_id")
    return rows, ("confidence", "item_id")


def _beyond(at: Model, fields: tuple[str, ...]) -> Q:
    """Rows behind this one: a comparison of tuples, of which each field may go up or down."""
    beyond, same = Q(), Q()
    for field in fields:
        name = field.removeprefix("-")
        value = getattr(at, name)
        further = Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        beyond |= same & further
        same &= Q(**{name: value})
    first = fields[0].removeprefix("-")
    bound = "lte" if fields[0].startswith("-") else "gte"
    return beyond & Q(**{f"{first}__{bound}": getattr(at, first)})


def next_items(
    viewer: Membership, found: Line, *, after: int | None, count: int, question_id: int
) -> list[int]:
    """The next items that nobody else has on the screen; from the start again at the end."""
    held = AdjudicationLease.objects.filter(
        item=OuterRef("item"), question=question_id, until__gt=Now()
    ).exclude(person=viewer.user_id)
    free = ~Exists(held)
    items: list[int] = []
    if after is not None:
        items = list(found.after(after).filter(free).values_list("item_id", flat=True)[:count])
    if not items:
        rows = found.rows.filter(free)
        if after is not None:
            rows = rows.exclude(item=after)
        items = list(rows.values_list("item_id", flat=True)[:count])
    return list(dict.fromkeys(items))


@dataclass(frozen=True)
class Choosable:
    """One order on the page, and how many items wait in it: None without a run to go by."""

    order: Order
    waiting: int | None

    @property
    def is_many(self) -> bool:
        return self.waiting is not None and self.waiting > MOST_COUNTED


def choosable(viewer: Membership, question_id: int) -> list[Choosable]:
    """Every order with what waits in it; costs only where the last run knew any."""
    found = []
    for order in Order:
        if order == Order.PAIR:
            continue
        rows = line(viewer, question_id, Ordering(order))
        waiting = count_waiting(rows)
        if order != Order.COST or waiting:
            found.append(Choosable(order, waiting))
    return found


def count_waiting(found: Line | None) -> int | None:
    """How many items wait; more than 1,000 are not counted."""
    if found is None:
        return None
    return found.rows.order_by()[: MOST_COUNTED + 1].count()
