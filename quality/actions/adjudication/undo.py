"""Undo a decision: one more row, after which the earlier decision holds, or none."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.queries.blindness import is_blind_on
from core import audit
from core.errors import Conflict
from guidelines.models import Question
from guidelines.queries import current_version
from projects.models import Membership
from quality.actions.adjudication.adjudicate import overtaken
from quality.actions.adjudication.next import hold
from quality.models import Adjudication, Verdict


@transaction.atomic
def undo_decision(
    *, membership: Membership, item: Item, question: Question, undone: int, now: datetime
) -> Adjudication:
    """A row that supersedes decision `undone`: what held before it, or "open again".

    The item is on the person's screen again. Conflict when another decision holds by now, or when
    it came from a review; PermissionDenied while they may still be asked about the item.
    """
    if is_blind_on(membership, item.pk):
        raise PermissionDenied(_("You may still be asked about this item yourself."))
    rows = Adjudication.objects.standing().filter(item=item, question=question, pk=undone)
    head = rows.select_related("supersedes").first()
    if head is None:
        raise overtaken()
    if head.review_id is not None:
        message = _("This decision came from a review. Review the answer again to change it.")
        raise Conflict(message, code="from_review")
    version = current_version(membership.project)
    made = row_after(head, head.supersedes)
    made.version_id = version.pk if version else head.version_id
    made.by, made.created_at = membership.user, now
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise overtaken() from error
    hold(membership=membership, question=question, item_id=item.pk)
    audit.record(
        action="item.decision_undone",
        by=membership.user,
        now=now,
        scope=membership.project.scope,
        subject=f"item:{item.pk}",
        question=question.key,
        verdict=str(made.verdict),
    )
    return made


def row_after(head: Adjudication, before: Adjudication | None) -> Adjudication:
    """What held `before`, as a new row that supersedes `head`; "open again" when nothing did.

    Who undid it, when and under which version is left to the caller.
    """
    made = Adjudication(
        project_id=head.project_id,
        item_id=head.item_id,
        question_id=head.question_id,
        supersedes=head,
        verdict=Verdict.REOPENED,
        reason=head.reason,
    )
    if before is not None and before.verdict != Verdict.REOPENED:
        for name in ("verdict", "value", "choice_id", "adopted_id", "reason", "rule_number"):
            setattr(made, name, getattr(before, name))
        made.comment = before.comment
    return made
