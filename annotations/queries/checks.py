"""What is known about checks: who is paused, which gold items were used, what was right.

Whether an answer to a gold item is right is never stored: it follows from the gold item and the
ledger, so a gold item that is corrected corrects every figure. Counted is the first answer of a
person to an item while it was gold and without their having met it in training; what they said
before, or knew already, would say nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from annotations.models import (
    Annotation,
    AnnotationKind,
    Assignment,
    AssignmentState,
    GoldItem,
    Pause,
    PauseState,
    Purpose,
    TrainingAnswer,
)
from annotations.queries.serving import raw_values
from projects.models import Project

ROWS_AT_ONCE = 2000


def latest_pauses(project: Project) -> QuerySet[Pause]:
    """The decision that holds for each person about whom there ever was one."""
    newest = Pause.objects.filter(project=project).order_by("person", "-pk").distinct("person")
    return Pause.objects.filter(pk__in=newest.values("pk"))


def paused_people(project: Project) -> list[Pause]:
    """Who gets no new items now, the latest decision first."""
    rows = latest_pauses(project).filter(state=PauseState.PAUSED)
    return list(rows.select_related("person", "by").order_by("-pk"))


def pause_of(project: Project, person: User) -> Pause | None:
    """The decision that keeps new items back from this person; None when there is none."""
    rows = Pause.objects.filter(project=project, person=person).select_related("by")
    latest = rows.order_by("-pk").first()
    return latest if latest is not None and latest.state == PauseState.PAUSED else None


@dataclass(frozen=True)
class GoldAnswer:
    """One blind answer to a gold item; `right` by question key of the gold answer."""

    person: int
    source: int
    gold: int
    item: int
    annotation: UUID
    at: datetime
    given: Mapping[str, Any]
    wanted: Mapping[str, Any]

    @property
    def is_right(self) -> bool:
        """Every question that the gold item speaks of is answered like it."""
        return all(same_answer(self.given.get(key), wanted) for key, wanted in self.wanted.items())


def same_answer(given: Any, wanted: Any) -> bool:
    """Whether two answers, as controls take them, are the same: which side stood on the left in a
    comparison is no part of it."""
    if isinstance(given, dict) and isinstance(wanted, dict):
        return {**given, "left": ""} == {**wanted, "left": ""}
    return bool(given == wanted)


def gold_answers(
    project: Project, *, person: User | None = None, since: datetime | None = None
) -> Iterator[GoldAnswer]:
    """Blind answers to active gold items, oldest first; of all people, or of one.

    The work grows with the number of such answers: for one person at most the number of gold items.
    """
    active = GoldItem.objects.filter(project=project, retired_at=None)
    golds = {gold.item_id: gold for gold in active}
    rows = _first_answers(list(golds)) if golds else Annotation.objects.none()
    if person is not None:
        rows = rows.filter(source__person=person)
    if since is not None:
        rows = rows.filter(created_at__gt=since)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        gold = golds[row.item_id]
        if row.created_at < gold.created_at:
            continue
        yield GoldAnswer(
            person=row.source.person_id or 0,
            source=row.source_id,
            gold=gold.pk,
            item=row.item_id,
            annotation=row.pk,
            at=row.created_at,
            given=raw_values(row),
            wanted=gold.values,
        )


def _first_answers(items: Sequence[int]) -> QuerySet[Annotation]:
    """First answers of people to these items, without those of whom the answer had been told."""
    told = TrainingAnswer.objects.filter(
        gold__item=OuterRef("item"), person=OuterRef("source__person")
    )
    rows = Annotation.objects.filter(
        item__in=items,
        kind=AnnotationKind.ANSWER,
        supersedes=None,
        source__person__isnull=False,
    )
    return (
        rows.filter(~Exists(told))
        .select_related("source")
        .prefetch_related("labels__question")
        .order_by("created_at", "pk")
    )


@dataclass(frozen=True)
class GoldUse:
    """How often a gold item was put into the stream, and how often into training."""

    waiting: int
    served: int
    answered: int
    in_training: int


def gold_uses(golds: Sequence[GoldItem]) -> dict[int, GoldUse]:
    """By id of the gold item: two statements for all of them."""
    items = [gold.item_id for gold in golds]
    checks = Assignment.objects.filter(item__in=items, purpose=Purpose.GOLD)
    counted = checks.values("item").annotate(
        waiting=Count("pk", filter=Q(state=AssignmentState.RESERVED)),
        served=Count("pk", filter=Q(state__in=[AssignmentState.LEASED, AssignmentState.DONE])),
        answered=Count("pk", filter=Q(state=AssignmentState.DONE)),
    )
    in_stream = {row["item"]: (row["waiting"], row["served"], row["answered"]) for row in counted}
    trained = dict(
        TrainingAnswer.objects.filter(gold__in=[gold.pk for gold in golds])
        .values(key=F("gold"))
        .annotate(n=Count("pk"))
        .values_list("key", "n")
    )
    return {
        gold.pk: GoldUse(
            *in_stream.get(gold.item_id, (0, 0, 0)), in_training=trained.get(gold.pk, 0)
        )
        for gold in golds
    }
