"""Answers to silent repeats, as their annotator sees them: like any other answer of theirs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import AnnotationKind, RepeatAnswer
from annotations.values import KINDS
from guidelines.queries import served_schema
from projects.models import Project


def repeat_heads(project: Project, by: User) -> QuerySet[RepeatAnswer]:
    """The person's own, those that nothing supersedes."""
    return RepeatAnswer.objects.filter(project=project, person=by, successor=None)


def own_repeat(project: Project, by: User, answer_id: Any) -> RepeatAnswer | None:
    """The end of the person's own line that `answer_id` is part of, if it is one of a repeat."""
    if not isinstance(answer_id, str | UUID):
        return None
    own = RepeatAnswer.objects.filter(project=project, person=by, item__withdrawn_at=None)
    slots = own.filter(pk=answer_id).values("assignment")
    heads = own.filter(assignment__in=slots, successor=None)
    return heads.select_related("item", "assignment").first()


def raw_repeat(repeat: RepeatAnswer) -> dict[str, Any]:
    """Values by question key, as controls take them."""
    return {key: KINDS[value["kind"]].raw(value) for key, value in repeat.values.items()}


def repeat_summary(repeat: RepeatAnswer, language: str) -> str:
    """The same words as for an answer in the ledger."""
    if repeat.kind == AnnotationKind.SKIP:
        return _("Skipped")
    if repeat.kind == AnnotationKind.RETRACTION:
        return _("Withdrawn")
    schema = served_schema(repeat.version_id).schema
    known = [(schema.question(key), value) for key, value in repeat.values.items()]
    return " · ".join(
        KINDS[question.kind].summary(value, question, language)
        for question, value in known
        if question is not None
    )
