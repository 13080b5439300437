"""Items for people who watch: the browser, and one item with all that was said about it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from annotations.models import Annotation, Assignment, AssignmentState, Batch, Flag, Item, Purpose
from annotations.parts import Part, parts_of
from annotations.queries.blindness import is_blind_on
from annotations.queries.history import label_summary, summary
from annotations.queries.names import Names, names_for
from core.pages import Page
from projects.models import Membership, Project

PAGE = 50
# Items that are looked at for one page of a state: a rare state must not cost a walk over all.
EXAMINED = 20_000
LAST_CHARACTER = chr(0x10FFFF)
MOST_BATCHES = 100


@dataclass(frozen=True)
class ItemRow:
    """One line of the browser: slots that are asked for and done, and flags."""

    item: Item
    slots: int
    done: int
    flags: int


@dataclass(frozen=True)
class ItemPage:
    """`examined` is set when the page ended before it was full: go on from there."""

    rows: list[ItemRow]
    next_after: str | None
    examined: int | None = None


def items_page(
    project: Project,
    *,
    prefix: str = "",
    batch: int | None = None,
    narrowed: Q | None = None,
    after: str = "",
    size: int = PAGE,
) -> ItemPage:
    """In the order of arrival, or of the external ids when they are searched by their beginning.

    `narrowed`: what else holds for the items (`annotations.queries.item_filters`).
    """
    items = Item.objects.filter(project=project).select_related("batch")
    if batch is not None:
        items = items.filter(batch=batch)
    if prefix:
        items = items.filter(external_id__gte=prefix, external_id__lt=prefix + LAST_CHARACTER)
    key = "external_id" if prefix else "pk"
    items = items.order_by(key)
    if after and (prefix or after.isdecimal()):
        items = items.filter(**{f"{key}__gt": after})
    bound = None
    if narrowed is not None:
        bound = _bound(items, key)
        if bound is not None:
            items = items.filter(**{f"{key}__lte": bound})
        items = items.filter(narrowed)
    found = list(items[: size + 1])
    if len(found) > size:
        return ItemPage(_rows(found[:size]), str(getattr(found[size - 1], key)))
    return ItemPage(
        _rows(found), None if bound is None else str(bound), None if bound is None else EXAMINED
    )


def plain_page(project: Project, *, after: int | None, size: int) -> Page[Item]:
    """Items in the order of their ids, for programs."""
    items = Item.objects.filter(project=project).order_by("pk")
    if after is not None:
        items = items.filter(pk__gt=after)
    rows = list(items[: size + 1])
    return Page(rows[:size], str(rows[size - 1].pk) if len(rows) > size else None)


def batches(project: Project) -> QuerySet[Batch]:
    """The latest arrivals, to choose from."""
    return Batch.objects.filter(project=project).order_by("-pk")[:MOST_BATCHES]


def item_of(project: Project, pk: int) -> Item:
    """One item; 404 if it is not of this project."""
    item = Item.objects.filter(project=project, pk=pk).select_related("batch").first()
    if item is None:
        raise Http404(_("There is no such item in this project."))
    return item


def payload_of_item(project_id: int, external_id: str) -> dict[str, Any]:
    """The payload of a stored item; empty when the project has none of this id."""
    items = Item.objects.filter(project=project_id, external_id=external_id)
    return items.values_list("payload", flat=True).first() or {}


def parts_of_item(pk: int) -> tuple[Part, ...]:
    """What an item consists of; nothing for an unknown one."""
    payload = Item.objects.filter(pk=pk).values_list("payload", flat=True).first()
    return parts_of(payload or {})


def some_item(project: Project, after: int | None = None) -> Item | None:
    """An item to look at: the first one, or the next after this id."""
    items = Item.objects.filter(project=project, withdrawn_at=None).order_by("pk")
    following = items.filter(pk__gt=after).first() if after else None
    return following or items.first()


@dataclass(frozen=True)
class Entry:
    """One row of the ledger, ready for a screen."""

    annotation: Annotation
    summary: str
    values: list[tuple[str, str]]
    is_current: bool


@dataclass(frozen=True)
class Line:
    """All that one source said about the item: the latest first."""

    name: str
    kind: str
    entries: list[Entry]


@dataclass(frozen=True)
class SlotLine:
    """A slot, and whose it is."""

    slot: Assignment
    who: str


@dataclass(frozen=True)
class ItemDetail:
    """`lines` is None while the viewer must stay blind; `names_shown`: as names, not letters."""

    item: Item
    lines: list[Line] | None
    slots: list[SlotLine]
    names_shown: bool


def item_detail(membership: Membership, pk: int, language: str) -> ItemDetail:
    """The item with its slots, and every row of every line of answers."""
    item = item_of(membership.project, pk)
    names = names_for(membership, [pk])
    lines = None if is_blind_on(membership, pk) else _lines(item, language, names)
    slots = Assignment.objects.filter(item=item).exclude(state=AssignmentState.CLOSED)
    return ItemDetail(
        item=item,
        lines=lines,
        slots=[
            SlotLine(slot, _who(slot, names))
            for slot in slots.select_related("annotator", "version", "replaces").order_by("slot")
        ],
        names_shown=names.are_shown(pk),
    )


def _who(slot: Assignment, names: Names) -> str:
    person = slot.annotator
    return names.person(slot.item_id, person.pk, person.name) if person else ""


def ledger_rows() -> QuerySet[Annotation]:
    """Annotations with all that a reader of the ledger is told about them."""
    return Annotation.objects.select_related(
        "source__person", "version", "assignment"
    ).prefetch_related("labels__question", "successor")


def _lines(item: Item, language: str, names: Names) -> list[Line]:
    rows = list(ledger_rows().filter(item=item).order_by("created_at", "pk"))
    followed_by = {row.supersedes_id: row for row in rows if row.supersedes_id}
    lines = []
    for first in rows:
        if first.supersedes_id is not None:
            continue
        source = first.source
        name = names.rater(
            item.pk,
            source.on_behalf_of_id or source.pk,
            source.person_id,
            source.person.name if source.person else source.name,
        )
        entries: list[Entry] = []
        row: Annotation | None = first
        while row is not None:
            entries.insert(0, _entry(row, language))
            row = followed_by.get(row.pk)
        lines.append(Line(name, str(first.source.get_kind_display()), entries))
    return lines


def _entry(row: Annotation, language: str) -> Entry:
    return Entry(
        annotation=row,
        summary=summary(row, language),
        values=[
            (label.question.key, label_summary(label, row.version_id, language))
            for label in row.labels.all()
        ],
        is_current=not hasattr(row, "successor"),
    )


def _bound(items: QuerySet[Item], key: str) -> Any:
    return items.values_list(key, flat=True)[EXAMINED - 1 : EXAMINED].first()


def _rows(items: list[Item]) -> list[ItemRow]:
    ids = [item.pk for item in items]
    slots = {
        row["item_id"]: row
        for row in Assignment.objects.filter(item__in=ids, purpose=Purpose.LABEL)
        .exclude(state=AssignmentState.CLOSED)
        .values("item_id")
        .annotate(slots=Count("pk"), done=Count("pk", filter=Q(state=AssignmentState.DONE)))
    }
    flags = dict(
        Flag.objects.filter(item__in=ids)
        .values(key=F("item_id"))
        .annotate(count=Count("pk"))
        .values_list("key", "count")
    )
    nothing = {"slots": 0, "done": 0}
    return [
        ItemRow(
            item,
            slots.get(item.pk, nothing)["slots"],
            slots.get(item.pk, nothing)["done"],
            flags.get(item.pk, 0),
        )
        for item in items
    ]
