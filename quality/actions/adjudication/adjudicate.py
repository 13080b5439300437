"""Decide a disputed item: a new row, whatever the runs say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.models import AnnotationKind, Item, Label, NamesShown
from annotations.parts import parts_of
from annotations.queries.blindness import is_blind_on
from annotations.values import KINDS, About
from core import audit
from core.errors import Conflict, validation_error
from core.problems import Problem
from guidelines.models import GuidelineVersion, Question
from guidelines.queries import current_version, served_schema
from projects.models import Membership
from quality.models import (
    Adjudication,
    AdjudicationLease,
    Reason,
    Review,
    Verdict,
)

LONGEST_COMMENT = 5000


@dataclass(frozen=True)
class Decision:
    """What a reviewer sends. `value` is a raw answer as a screen sends it; `adopt` the id of an
    annotation whose answer is taken as it is; `supersedes` the decision that is on screen.
    """

    verdict: Verdict
    reason: Reason
    value: Any = None
    adopt: str | None = None
    rule_number: int | None = None
    comment: str = ""
    supersedes: int | None = None


@transaction.atomic
def adjudicate(
    *,
    membership: Membership,
    item: Item,
    question: Question,
    decision: Decision,
    now: datetime,
    review: Review | None = None,
) -> Adjudication:
    """The decision, kept for ever; the item is on nobody's screen any more.

    `review`: the correction of an answer that it is made by.
    PermissionDenied while the person may still be asked about the item; ValidationError by field;
    Conflict when somebody else has decided in the meantime.
    """
    if is_blind_on(membership, item.pk):
        raise PermissionDenied(_("You may still be asked about this item yourself."))
    version = current_version(membership.project)
    if version is None:
        raise Conflict(_("This project has no published guideline yet."), code="no_guideline")
    _check_words(decision, version)
    if decision.verdict == Verdict.REOPENED:
        raise ValidationError({"verdict": _("Undo the decision instead.")})
    made = _row(membership, item, question, version, decision)
    made.review, made.created_at = review, now
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise overtaken() from error
    AdjudicationLease.objects.filter(item=item, question=question).delete()
    _record(made, question)
    return made


def _row(
    membership: Membership,
    item: Item,
    question: Question,
    version: GuidelineVersion,
    decision: Decision,
) -> Adjudication:
    """The decision as it will be stored."""
    label, canonical = _decided(item, question, version, decision)
    names = NamesShown.objects.filter(item=item, by=membership.user)
    return Adjudication(
        project=membership.project,
        item=item,
        question=question,
        version=version,
        verdict=decision.verdict,
        value=canonical,
        choice_id=_choice_id(question, version, label, canonical),
        adopted_id=label.annotation_id if label else None,
        reason=decision.reason,
        rule_number=decision.rule_number,
        comment=decision.comment.strip(),
        names_shown=names.exists(),
        by=membership.user,
        supersedes_id=_checked_head(item, question, decision.supersedes),
    )


def _check_words(decision: Decision, version: GuidelineVersion) -> None:
    if len(decision.comment) > LONGEST_COMMENT:
        raise ValidationError({"comment": _("The comment is too long.")})
    number = decision.rule_number
    if number is not None and served_schema(version.pk).schema.rule(number) is None:
        message = _("Version %(version)s has no rule R%(number)s.")
        raise ValidationError(
            {"rule_number": message % {"version": version.number, "number": number}}
        )


def _decided(
    item: Item, question: Question, version: GuidelineVersion, decision: Decision
) -> tuple[Label | None, dict[str, Any] | None]:
    """The label that is adopted, if one is, and the canonical value; nothing for other verdicts."""
    if decision.verdict != Verdict.DECIDED:
        return None, None
    if decision.adopt:
        label = _adopted(item, question, decision.adopt)
        return label, label.value
    return None, read_value(item, question, version, decision.value)


def _checked_head(item: Item, question: Question, supersedes: int | None) -> int | None:
    """The decision that stands now must be the one that was on screen."""
    decisions = Adjudication.objects.filter(item=item, question=question, successor=None)
    head = decisions.values_list("pk", flat=True).first()
    if head != supersedes:
        raise overtaken()
    return head


def overtaken() -> Conflict:
    """The decision on the screen is not the one that stands."""
    message = _("Somebody has decided this item in the meantime. Here is their decision.")
    return Conflict(message, code="already_adjudicated")


def _adopted(item: Item, question: Question, annotation: str) -> Label:
    """The label of a current annotation on this item."""
    labels = Label.objects.filter(
        item=item,
        question=question,
        annotation__kind=AnnotationKind.ANSWER,
        annotation__successor=None,
    )
    try:
        label = labels.filter(annotation=UUID(annotation)).first()
    except ValueError:
        label = None
    if label is None:
        raise ValidationError({"adopt": _("This answer does not stand any more.")})
    return label


def read_value(
    item: Item, question: Question, version: GuidelineVersion, raw: Any
) -> dict[str, Any]:
    """The canonical value of a raw answer under the version of now."""
    spec = served_schema(version.pk).schema.question(question.key)
    if spec is None:
        message = _("Version %(number)s has no such question.") % {"number": version.number}
        raise ValidationError({question.key: message})
    if raw in (None, ""):
        raise ValidationError({question.key: _("This question needs an answer.")})
    about = About(parts_of(item.payload), _spans_marked(item))
    try:
        return KINDS[question.kind].parse(raw, spec, about).value
    except Problem as problem:
        raise validation_error(problem) from problem


def _spans_marked(item: Item) -> dict[str, dict[str, Any]]:
    """What relations may join: decided spans, else every span that anybody marked."""
    marked: dict[str, Any] = {}
    labels = Label.objects.filter(item=item, question__kind="spans", annotation__successor=None)
    for key, value in labels.values_list("question__key", "value"):
        marked.setdefault(key, {"spans": []})["spans"].extend(value["spans"])
    decisions = Adjudication.objects.filter(item=item, question__kind="spans", successor=None)
    return marked | dict(decisions.exclude(value=None).values_list("question__key", "value"))


def _choice_id(
    question: Question,
    version: GuidelineVersion,
    label: Label | None,
    canonical: dict[str, Any] | None,
) -> int | None:
    if label is not None:
        return label.choice_id
    key = (canonical or {}).get("choice")
    return served_schema(version.pk).choices.get((question.key, key)) if key else None


def _record(made: Adjudication, question: Question) -> None:
    audit.record(
        action="item.adjudicated",
        by=made.by,
        now=made.created_at,
        scope=made.project.scope,
        subject=f"item:{made.item_id}",
        question=question.key,
        verdict=str(made.verdict),
        reason=str(made.reason),
    )
