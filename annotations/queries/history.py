"""What an annotator has said so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Annotation, AnnotationKind, Label, RepeatAnswer
from annotations.parts import parts_of
from annotations.queries.check_repeats import repeat_heads, repeat_summary
from annotations.queries.raters import sources_of
from annotations.values import KINDS, About
from core.problems import Problem
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
    """The annotator's own, newest first, each item once: what was changed shows as it is now.

    Answers to silent repeats stand among them: what somebody has just said is there.
    """
    sources = list(sources_of(project, by).values_list("pk", flat=True))
    rows = (
        Annotation.objects.filter(source__in=sources)
        .current()
        .select_related("item")
        .prefetch_related("labels__question")
        .order_by("-created_at")[:count]
    )
    entries = [_strip_entry(row, summary(row, language)) for row in rows]
    if not project.repeat_rate:
        return entries
    repeats = repeat_heads(project, by).select_related("item").order_by("-created_at")[:count]
    again = [_strip_entry(row, repeat_summary(row, language)) for row in repeats]
    newest = {entry.item_id: entry for entry in sorted(entries + again, key=lambda one: one.at)}
    return sorted(newest.values(), key=lambda entry: entry.at, reverse=True)[:count]


def _strip_entry(row: Annotation | RepeatAnswer, words: str) -> StripEntry:
    return StripEntry(
        annotation=str(row.pk),
        item_id=row.item_id,
        external_id=row.item.external_id,
        summary=words,
        kind=row.kind,
        at=row.submitted_at,
    )


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


def summaries(
    version_id: int, values: Mapping[str, Any], payload: Mapping[str, Any], language: str
) -> dict[str, str]:
    """Raw answers by question key in a few words each; what cannot be read is left out."""
    schema, parts = served_schema(version_id).schema, parts_of(payload)
    found: dict[str, str] = {}
    read: dict[str, dict[str, Any]] = {}
    for key, raw in values.items():
        question = schema.question(key)
        if question is None:
            continue
        kind = KINDS[question.kind]
        try:
            read[key] = kind.parse(raw, question, About(parts, read)).value
        except Problem:
            continue
        found[key] = kind.summary(read[key], question, language)
    return found


def summary_of_stored(annotation_id: UUID, language: str) -> str:
    """The same for an answer that is stored; "" if there is none."""
    stored = Annotation.objects.prefetch_related("labels__question").filter(pk=annotation_id)
    found = stored.first()
    return summary(found, language) if found else ""


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
