"""Ask who said what: on purpose, and on the record."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import Item, NamesShown
from annotations.queries.blindness import is_blind_on
from core import audit
from projects.access import check_permission
from projects.models import Membership
from projects.roles import Permission


@transaction.atomic
def show_names(*, membership: Membership, item: Item, now: datetime) -> NamesShown:
    """From now on this person sees names beside the answers to this item, on every page.

    Harmless to repeat. PermissionDenied for who may not see items, and while the person may still
    be asked about the item.
    """
    check_permission(membership, Permission.VIEW_ITEMS)
    if is_blind_on(membership, item.pk):
        raise PermissionDenied(_("You may still be asked about this item yourself."))
    shown, is_new = NamesShown.objects.get_or_create(
        item=item,
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
        )
    return shown
