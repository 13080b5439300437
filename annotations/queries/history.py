"""What an annotator has said so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Annotation, AnnotationKind, Label
from annotations.queries.raters import sources_of
from annotations.values import KINDS
from guidelines.queries import served_schema
from projects.models import Project

STRIP = 10


@dataclass(frozen=True)
class StripEntry:
    """One of the last answers, in a few words."""

    annotation: str
    item_id: int
    external_id: str
    summary: str
    kind: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "annotation": self.annotation,
            "item_id": self.item_id,
            "external_id": self.external_id,
            "summary": self.summary,
            "kind": self.kind,
            "at": self.at.isoformat(),
        }


def last_answers(project: Project, by: User, language: str, count: int = STRIP) -> list[StripEntry]:
    """The annotator's own, newest first, each item once: what was changed shows as it is now."""
    sources = list(sources_of(project, by).values_list("pk", flat=True))
    rows = (
        Annotation.objects.filter(source__in=sources)
        .current()
        .select_related("item")
        .prefetch_related("labels__question")
        .order_by("-created_at")[:count]
    )
    return [
        StripEntry(
            annotation=str(row.pk),
            item_id=row.item_id,
            external_id=row.item.external_id,
            summary=summary(row, language),
            kind=row.kind,
            at=row.submitted_at,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Previous:
    """What a person said about an item before a campaign asks them again."""

    summary: str
    version: int


def previous_answers(
    project: Project, by: User, items: Iterable[int], language: str
) -> dict[int, Previous]:
    """The person's own last answers to these items, by item; never anybody else's."""
    heads = (
        Annotation.objects.filter(item__in=list(items), source__in=sources_of(project, by))
        .current()
        .select_related("version")
        .prefetch_related("labels__question")
    )
    return {head.item_id: Previous(summary(head, language), head.version.number) for head in heads}


def summary(annotation: Annotation, language: str) -> str:
    """A few words, in the names of the version it was made under. Needs `labels__question`."""
    if annotation.kind == AnnotationKind.SKIP:
        return _("Skipped")
    if annotation.kind == AnnotationKind.RETRACTION:
        return _("Withdrawn")
    labels = sorted(annotation.labels.all(), key=lambda label: label.pk)
    return " · ".join(label_summary(label, annotation.version_id, language) for label in labels)


def label_summary(label: Label, version_id: int, language: str) -> str:
    """One label in a few words."""
    question = served_schema(version_id).schema.question(label.question.key)
    if question is None:
        return str(label.value.get("choice", ""))
    return KINDS[question.kind].summary(label.value, question, language)
