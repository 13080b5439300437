"""Point the lead at an item."""

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import Annotation, Assignment, Flag, FlagKind, Item
from core.errors import Conflict
from guidelines.queries import current_version
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission


def flag_item(
    *,
    membership: Membership,
    by: User,
    comment: str,
    now: datetime,
    assignment: int | None = None,
    item: int | None = None,
    kind: FlagKind = FlagKind.ASK,
    asked: User | None = None,
) -> Flag:
    """Store the comment with the version it was made under: the served one, else the current.

    Annotators flag what was served to them; who may browse the items, any. 404 for all others.
    `asked`: whom it is meant for, beside those who read all.
    """
    project = membership.project
    slot = None
    slots = Assignment.objects.filter(project=project, annotator=by)
    if assignment is not None:
        slot = slots.filter(pk=assignment).first()
    elif item is not None:
        slot = slots.filter(item_id=item).first()
    if slot is None:
        item_id = _item_without_slot(membership, by, assignment, item)
        current = current_version(project)
        version_id = current.pk if current else None
    else:
        item_id, version_id = slot.item_id, slot.version_id
    if version_id is None:
        raise Conflict(_("This project has no published guideline yet."), code="no_guideline")
    return Flag.objects.create(
        project=project,
        item_id=item_id,
        version_id=version_id,
        by=by,
        kind=kind,
        comment=comment,
        asked=asked,
        created_at=now,
    )


def _item_without_slot(
    membership: Membership, by: User, assignment: int | None, item: int | None
) -> int:
    project = membership.project
    items = Item.objects.filter(project=project)
    if assignment is not None:
        lost = Assignment.objects.filter(pk=assignment, project=project)
        if not has_permission(membership, Permission.VIEW_ITEMS):
            lost = lost.filter(previous_annotator=by)
        item = lost.values_list("item_id", flat=True).first()
    elif item is not None and not has_permission(membership, Permission.VIEW_ITEMS):
        said = Annotation.objects.filter(project=project, source__person=by, item_id=item)
        item = said.values_list("item_id", flat=True).first()
    if item is None or not items.filter(pk=item).exists():
        raise Http404(_("There is no such item in this project."))
    return item
