"""Review one answer: accept it, correct it, or send it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.actions.comment import comment_on
from annotations.actions.comment_send_back import send_back
from annotations.models import Annotation, AnnotationKind, CommentKind, Flag, Label
from annotations.queries.blindness import is_blind_on
from annotations.queries.comments import is_open
from core import audit
from core.errors import Conflict
from guidelines.models import GuidelineVersion, Question
from guidelines.queries import current_version
from projects.models import Membership
from quality.actions.adjudication.adjudicate import (
    LONGEST_COMMENT,
    Decision,
    adjudicate,
    read_value,
)
from quality.actions.adjudication.undo import row_after
from quality.models import Adjudication, Reason, Review, ReviewCase, ReviewVerdict, Verdict


@dataclass(frozen=True)
class Opinion:
    """What a reviewer sends. `values`: raw answers by question key, when the answer is corrected.

    `supersedes`: the review that is on the screen, if the answer was reviewed before; `decisions`:
    the decision on the screen by question key, where one stands.
    """

    verdict: ReviewVerdict
    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    reason: Reason = Reason.SLIP
    rule_number: int | None = None
    supersedes: int | None = None
    decisions: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def review_answer(
    *, membership: Membership, annotation: Annotation, opinion: Opinion, now: datetime
) -> Review:
    """The review, kept for ever; a correction decides its questions as well.

    PermissionDenied for one's own answer, and while one may still be asked about the item;
    ValidationError by field; Conflict when the answer was changed or reviewed in the meantime.
    """
    _check_may_review(membership, annotation)
    version = current_version(membership.project)
    if version is None:
        raise Conflict(_("This project has no published guideline yet."), code="no_guideline")
    if len(opinion.comment) > LONGEST_COMMENT:
        raise ValidationError({"comment": _("The comment is too long.")})
    changed = _changed(annotation, version, opinion)
    head = _checked_head(annotation, opinion.supersedes)
    _let_go(membership, head, opinion, now)
    thread = None
    if opinion.verdict == ReviewVerdict.SENT_BACK:
        thread = _send_back(membership, annotation, version, head, opinion, now)
    made = _store(membership, annotation, version, opinion, head, thread, changed, now)
    _take_back(membership, head, version, changed, now)
    for each in changed:
        _decide(membership, made, each, opinion, now)
    ReviewCase.objects.filter(annotation=annotation, done_at=None).update(
        done_at=now, reviewer=None, lease_until=None
    )
    audit.record(
        action="review.done",
        by=membership.user,
        now=now,
        scope=membership.project.scope,
        subject=f"annotation:{annotation.pk}",
        verdict=str(made.verdict),
    )
    return made


def _check_may_review(membership: Membership, annotation: Annotation) -> None:
    if annotation.source.person_id == membership.user_id:
        raise PermissionDenied(_("Nobody reviews an answer of their own."))
    if is_blind_on(membership, annotation.item_id):
        raise PermissionDenied(_("You may still be asked about this item yourself."))
    if annotation.kind != AnnotationKind.ANSWER or annotation.source.person_id is None:
        raise ValidationError({"annotation": _("Only answers that people gave are reviewed.")})
    if Annotation.objects.filter(supersedes=annotation).exists():
        raise Conflict(_("This answer has been changed in the meantime."), code="superseded")


def _checked_head(annotation: Annotation, supersedes: int | None) -> Review | None:
    """The review that stands must be the one that was on the screen."""
    head = Review.objects.filter(annotation=annotation, successor=None).first()
    if (head.pk if head else None) != supersedes:
        raise _overtaken()
    return head


def _overtaken() -> Conflict:
    message = _("Somebody has reviewed this answer in the meantime. Here is their review.")
    return Conflict(message, code="already_reviewed")


def _let_go(membership: Membership, head: Review | None, opinion: Opinion, now: datetime) -> None:
    """The annotator does not have to answer again when the reviewer thinks better of it."""
    if head is None or head.thread is None or opinion.verdict == ReviewVerdict.SENT_BACK:
        return
    if Flag.objects.filter(is_open(), pk=head.thread.pk).exists():
        comment_on(
            membership=membership,
            thread=head.thread,
            kind=CommentKind.RESOLVE,
            text=opinion.comment,
            now=now,
        )


def _send_back(
    membership: Membership,
    annotation: Annotation,
    version: GuidelineVersion,
    head: Review | None,
    opinion: Opinion,
    now: datetime,
) -> Flag:
    if Flag.objects.filter(annotation=annotation).exists():
        message = _("This answer was sent back before. Reply in its thread instead.")
        raise Conflict(message, code="already_sent_back")
    return send_back(
        annotation=annotation,
        version=version,
        by=membership.user,
        comment=opinion.comment,
        now=now,
    )


@dataclass(frozen=True)
class Changed:
    """One question that a correction answers otherwise."""

    question: Question
    raw: Any
    value: dict[str, Any]


def _changed(annotation: Annotation, version: GuidelineVersion, opinion: Opinion) -> list[Changed]:
    """What a correction answers otherwise, read under the version of now."""
    if opinion.verdict != ReviewVerdict.FIXED:
        return []
    labels = Label.objects.filter(annotation=annotation).select_related("question")
    said = {label.question.key: label.value for label in labels}
    questions = Question.objects.filter(guideline__project=annotation.project_id)
    found = {question.key: question for question in questions}
    changed = []
    for key, raw in opinion.values.items():
        if key not in found:
            raise ValidationError({key: _("The project has no such question.")})
        if raw in (None, "") and key not in said:
            continue
        value = read_value(annotation.item, found[key], version, raw)
        if value != said.get(key):
            changed.append(Changed(found[key], raw, value))
    if not changed:
        message = _("Nothing was changed. Accept the answer, or change it first.")
        raise ValidationError({"values": message})
    return changed


def _take_back(
    membership: Membership,
    head: Review | None,
    version: GuidelineVersion,
    changed: list[Changed],
    now: datetime,
) -> None:
    """What an earlier correction of this answer decided holds only as far as this one repeats it:
    else what held before the answer was reviewed holds again."""
    if head is None or head.verdict != ReviewVerdict.FIXED:
        return
    questions = [each.question.pk for each in changed]
    rows = Adjudication.objects.standing().filter(review__annotation=head.annotation_id)
    for row in rows.exclude(question__in=questions).select_related("supersedes__review"):
        before = row.supersedes
        while before and before.review and before.review.annotation_id == head.annotation_id:
            before = before.supersedes
        undone = row_after(row, before)
        undone.version, undone.by, undone.created_at = version, membership.user, now
        undone.save(force_insert=True)


def _store(
    membership: Membership,
    annotation: Annotation,
    version: GuidelineVersion,
    opinion: Opinion,
    head: Review | None,
    thread: Flag | None,
    changed: list[Changed],
    now: datetime,
) -> Review:
    try:
        with transaction.atomic():
            return Review.objects.create(
                project=membership.project,
                item_id=annotation.item_id,
                annotation=annotation,
                version=version,
                verdict=opinion.verdict,
                values={each.question.key: each.value for each in changed} or None,
                comment=opinion.comment.strip(),
                thread=thread,
                by=membership.user,
                created_at=now,
                supersedes=head,
            )
    except IntegrityError as error:
        raise _overtaken() from error


def _decide(
    membership: Membership,
    made: Review,
    changed: Changed,
    opinion: Opinion,
    now: datetime,
) -> None:
    adjudicate(
        membership=membership,
        item=made.item,
        question=changed.question,
        decision=Decision(
            verdict=Verdict.DECIDED,
            reason=opinion.reason,
            value=changed.raw,
            rule_number=opinion.rule_number,
            comment=opinion.comment,
            supersedes=opinion.decisions.get(changed.question.key),
        ),
        now=now,
        review=made,
    )
