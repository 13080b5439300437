"""Ask who said what: on purpose, and on the record."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.queries.blindness import is_blind_on
from core import audit
from guidelines.models import Question
from projects.models import Membership
from quality.models import NamesShown


@transaction.atomic
def show_names(
    *, membership: Membership, item: Item, question: Question, now: datetime
) -> NamesShown:
    """From now on this person sees names beside the answers; a decision of theirs says so.

    Harmless to repeat. PermissionDenied while they may still be asked about the item.
    """
    if is_blind_on(membership, item.pk):
        raise PermissionDenied(_("You may still be asked about this item yourself."))
    shown, is_new = NamesShown.objects.get_or_create(
        item=item,
        question=question,
        by=membership.user,
        defaults={"project": membership.project, "created_at": now},
    )
    if is_new:
        audit.record(
            action="item.names_shown",
            by=membership.user,
            now=now,
            scope=membership.project.scope,
            subject=f"item:{item.pk}",
            question=question.key,
        )
    return shown
