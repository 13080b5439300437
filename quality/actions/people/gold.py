"""Gold items out of decisions: what a reviewer has decided checks other people from now on."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.training import mark_gold
from annotations.models import GoldItem
from annotations.values import KINDS
from core.errors import Conflict
from quality.models import Adjudication, Verdict


@transaction.atomic
def promote_to_gold(
    *,
    decision: Adjudication,
    explanation: str | None = None,
    rule_number: int | None = None,
    by: User,
    now: datetime,
) -> GoldItem:
    """The decided item as a gold item, with all that was decided about it.

    Without `explanation` or `rule_number` those of the decision are taken. Conflict when another
    decision stands by now, or the item is gold already; ValidationError when nothing was decided,
    or the version of now does not take the answer any more.
    """
    if Adjudication.objects.filter(supersedes=decision).exists():
        message = _("Somebody has changed this decision in the meantime. Please look again.")
        raise Conflict(message, code="decision_superseded")
    if decision.verdict != Verdict.DECIDED:
        message = _("Only an item with a decided answer can become a gold item.")
        raise ValidationError({"decision": ValidationError(message, code="not_decided")})
    return mark_gold(
        project=decision.project,
        item=decision.item,
        values=_decided(decision),
        explanation=decision.comment if explanation is None else explanation,
        rule_number=decision.rule_number if rule_number is None else rule_number,
        is_partial=True,
        by=by,
        now=now,
    )


def _decided(decision: Adjudication) -> dict[str, Any]:
    """Every standing decision about the item, as controls take them."""
    standing = Adjudication.objects.filter(
        item=decision.item_id, verdict=Verdict.DECIDED, successor=None
    ).select_related("question")
    return {row.question.key: KINDS[row.question.kind].raw(row.value or {}) for row in standing}
