"""What a reader of the items browser may ask for beside the beginning of an id."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotations.models import (
    GUIDELINE_KINDS,
    Annotation,
    AnnotationKind,
    Assignment,
    AssignmentState,
    Flag,
    Purpose,
    Source,
    SourceKind,
)
from annotations.queries.blindness import blind_to
from annotations.queries.comments import is_open
from annotations.queries.names import NAMES_ARE_HIDDEN, sees_names
from annotations.values.classes import naming
from guidelines.label_schema import text_in
from guidelines.models import Question
from guidelines.queries import current_version, served_schema
from projects.models import Membership, Project


@dataclass(frozen=True)
class AnswerFilter:
    """Items with an answer like this; what is left out does not matter.

    `since` and `until` are days of the server's time zone, both included. With a `choice` only
    current answers count. `kind` "people" is every kind of source that is a person.
    """

    question: str = ""
    choice: str = ""
    version: int | None = None
    kind: str = ""
    source: int | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == AnswerFilter()


PEOPLE = "people"
_PEOPLE_KINDS = (SourceKind.HUMAN, SourceKind.IMPORT, SourceKind.DEMO)


def narrowed(viewer: Membership, state: str, answer: AnswerFilter) -> Q | None:
    """The condition on items; None when nothing was asked for.

    To be found by its class would give an answer away: such lists leave out what the viewer must
    not see yet. PermissionDenied for a list of what one person said, to whom names are hidden.
    """
    if answer.source is not None and not sees_names(viewer):
        raise PermissionDenied(NAMES_ARE_HIDDEN)
    condition = in_state(state) if state else None
    if not answer.is_empty:
        said = Q(Exists(_answers(viewer.project_id, answer)))
        if answer.choice:
            said &= Q(withdrawn_at=None)
            hidden = Assignment.objects.filter(blind_to(viewer), item=OuterRef("pk"))
            said &= ~Q(Exists(hidden))
        condition = said if condition is None else condition & said
    return condition


def in_state(state: str) -> Q:
    """Items in one of the states of the items browser."""
    slots = Assignment.objects.filter(item=OuterRef("pk"), purpose=Purpose.LABEL)
    unfinished = Exists(slots.filter(state__in=[AssignmentState.OPEN, AssignmentState.LEASED]))
    begun = Exists(slots.filter(state=AssignmentState.DONE))
    said = Annotation.objects.filter(item=OuterRef("pk"))
    flags = Flag.objects.filter(item=OuterRef("pk"))
    return {
        "open": Q(unfinished, withdrawn_at=None),
        "begun": Q(unfinished, begun, withdrawn_at=None),
        "done": ~Q(unfinished) & Q(Exists(said), withdrawn_at=None),
        "skipped": Q(
            Exists(said.filter(kind=AnnotationKind.SKIP, successor=None)), withdrawn_at=None
        ),
        "flagged": Q(Exists(flags)),
        "asked": Q(Exists(flags.filter(is_open(), kind__in=GUIDELINE_KINDS))),
        "withdrawn": Q(withdrawn_at__isnull=False),
    }[state]


def _answers(project_id: int, wanted: AnswerFilter) -> QuerySet[Annotation]:
    """The answers to the item at hand that are as wanted: of one label when several fit."""
    questions = Question.objects.filter(guideline__project=project_id, key=wanted.question)
    kind = questions.values_list("kind", flat=True).first() if wanted.choice else None
    inside = naming(kind or "", wanted.choice)
    conditions: dict[str, Any] = {
        "labels__question__key": wanted.question or None,
        "labels__choice__key": (wanted.choice or None) if inside is None else None,
        "labels__value__contains": inside,
        "version__number": wanted.version,
        "source": wanted.source,
    }
    if wanted.kind:
        kinds = _PEOPLE_KINDS if wanted.kind == PEOPLE else (wanted.kind,)
        conditions["source__kind__in"] = kinds
    if wanted.since:
        conditions["submitted_at__gte"] = _start(wanted.since)
    if wanted.until:
        conditions["submitted_at__lt"] = _start(wanted.until + timedelta(days=1))
    rows = Annotation.objects.filter(item=OuterRef("pk"), kind=AnnotationKind.ANSWER)
    rows = rows.filter(**{name: value for name, value in conditions.items() if value is not None})
    return rows.current() if wanted.choice else rows


def wanted_words(project: Project, wanted: AnswerFilter, language: str) -> list[str]:
    """The filter as a reader may check it: one part a word or two."""
    words = []
    if wanted.choice:
        words.append(_choice_name(project, wanted, language))
    if wanted.question:
        words.append(_("question “%(key)s”") % {"key": wanted.question})
    if wanted.version:
        words.append(f"v{wanted.version}")
    if wanted.kind in SourceKind.values:
        words.append(str(SourceKind(wanted.kind).label))
    if wanted.source:
        source = Source.objects.filter(project=project, pk=wanted.source).select_related("person")
        found = source.first()
        words.append(str(found.person or found.name) if found else "?")
    if wanted.since or wanted.until:
        days = [
            date_format(day, "SHORT_DATE_FORMAT") if day else ""
            for day in (wanted.since, wanted.until)
        ]
        words.append(" – ".join(dict.fromkeys(days)).strip())
    return words


def _choice_name(project: Project, wanted: AnswerFilter, language: str) -> str:
    """What the current guideline calls the choice; its key when it has it no more."""
    version = current_version(project)
    schema = served_schema(version.pk).schema if version else None
    question = schema.question(wanted.question) if schema else None
    for choice in question.choices if question else ():
        if choice.key == wanted.choice:
            return text_in(choice.names, language) or choice.key
    return wanted.choice


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
