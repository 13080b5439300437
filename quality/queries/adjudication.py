"""What a reviewer decides next, who said what about it, and what was decided so far."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from annotations.models import AnnotationKind, Item, Label
from annotations.queries.blindness import blind_to
from core.pages import Page, keyset_page
from projects.models import Membership, Project
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from quality.models import Adjudication, AgreementRun, DisputedItem
from quality.queries.answers import Answer, answer
from quality.queries.naming import QuestionNames, person_or_name

PAGE_SIZE = 50
MOST_COLUMNS = 12


@dataclass(frozen=True)
class Voice:
    """One annotator's answer: under which version, when, and what they said about it."""

    name: str
    version: int
    at: datetime
    comment: str


@dataclass(frozen=True)
class Column:
    """One distinct answer, and who gave it. `annotation` is whose answer is adopted."""

    number: int
    annotation: str
    raw: Any
    answer: Answer
    voices: list[Voice] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """An item to be decided. `merged`: what the default method makes of the answers, raw."""

    item: Item
    columns: list[Column]
    merged: Any
    head: Adjudication | None
    left: int


def latest_run(project: Project, question_id: int) -> AgreementRun | None:
    """The newest computed run of the question, whose disputed items make the queue."""
    runs = AgreementRun.objects.filter(project=project, question=question_id).computed()
    return runs.order_by("-pk").first()


def queue(viewer: Membership, run: AgreementRun) -> QuerySet[DisputedItem]:
    """Disputed items that nobody has decided and that the viewer may see, worst first."""
    decided = Adjudication.objects.filter(item=OuterRef("item"), question=run.question_id)
    rows = DisputedItem.objects.filter(run=run, item__withdrawn_at=None)
    return rows.filter(~Exists(decided), ~blind_to(viewer)).order_by("pk")


def next_item(viewer: Membership, run: AgreementRun, after: int | None = None) -> int | None:
    """The item to decide next; `after` was put aside."""
    rows = queue(viewer, run)
    aside = rows.filter(item=after).values_list("pk", flat=True).first() if after else None
    if aside is not None:
        rows = rows.filter(pk__gt=aside)
    return rows.values_list("item", flat=True).first()


def case(viewer: Membership, item: Item, names: QuestionNames, *, with_names: bool) -> Case:
    """The item with its answers side by side, equal ones together, the most frequent first."""
    labels = (
        Label.objects.filter(
            item=item,
            question=names.id,
            annotation__kind=AnnotationKind.ANSWER,
            annotation__successor=None,
        )
        .select_related("annotation__version")
        .annotate(said_by=person_or_name("annotation__source__"))
        .order_by("annotation__submitted_at", "pk")
    )
    found: dict[str, Column] = {}
    values = []
    for place, label in enumerate(labels):
        values.append((item.pk, place, label.value))
        key = json.dumps(_without_side(label.value), sort_keys=True)
        if key not in found:
            raw = names.raw(label.value)
            shown = answer(label.value, names, item.payload)
            found[key] = Column(0, str(label.annotation_id), raw, shown)
        name = label.said_by if with_names else _letter(place)
        made = label.annotation
        voice = Voice(name, made.version.number, made.submitted_at, made.comment)
        found[key].voices.append(voice)
    columns = sorted(found.values(), key=lambda column: -len(column.voices))[:MOST_COLUMNS]
    run = latest_run(viewer.project, names.id)
    return Case(
        item=item,
        columns=[
            Column(number, each.annotation, each.raw, each.answer, each.voices)
            for number, each in enumerate(columns, start=1)
        ],
        merged=_merged(names, values),
        head=decision_on(item, names.id),
        left=queue(viewer, run).count() if run else 0,
    )


def decision_on(item: Item, question_id: int) -> Adjudication | None:
    """The decision that stands."""
    decisions = Adjudication.objects.filter(item=item, question=question_id, successor=None)
    return decisions.select_related("by", "version", "choice").first()


def standing_decisions(project: Project) -> QuerySet[Adjudication]:
    """Those that no second thought has superseded."""
    rows = Adjudication.objects.filter(project=project, successor=None)
    return rows.select_related("item", "by", "version", "question")


def decisions_page(project: Project, question_id: int, after: str | None) -> Page[Adjudication]:
    """Standing decisions about a question, newest first."""
    rows = standing_decisions(project).filter(question=question_id)
    return keyset_page(rows, after=after, size=PAGE_SIZE, newest_first=True)


def _without_side(value: dict[str, Any]) -> dict[str, Any]:
    """Which side stood on the left does not make another answer."""
    return {name: each for name, each in value.items() if name != "left"}


def _letter(place: int) -> str:
    """A, B, ... Z, AA: who said it stays open while one decides."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _merged(names: QuestionNames, values: list[tuple[int, int, dict[str, Any]]]) -> Any:
    """Marks of all annotators joined by the default method of the kind; None for other kinds."""
    if not names.marks_places or len(values) < 2:
        return None
    known = KIND_QUALITY[names.kind]
    method = next(each for each in known.methods if each not in known.needs_item)
    decided = known.methods[method]().fit(ValueTable.from_rows(values)).labels_[0]
    return None if decided is None else names.raw(decided)
