"""Who must not see whose answers yet: an annotator answers before reading the others."""

from django.db.models import Exists, OuterRef, Q

from annotations.models import Annotation, Assignment, AssignmentState, Purpose
from projects.access import has_permission
from projects.models import Membership
from projects.roles import Permission


def blind_to(membership: Membership) -> Q:
    """Rows with an `item` on which this person may still be asked, so must not see answers yet.

    That is: they hold a slot they have not answered, or they label here, have said nothing about
    the item, and a slot of it is open or reserved for them. Nobody else is blind.
    """
    slots = Assignment.objects.filter(item=OuterRef("item"))
    mine = Q(Exists(slots.filter(annotator=membership.user_id, state=AssignmentState.LEASED)))
    if not has_permission(membership, Permission.LABEL):
        return mine
    said = Annotation.objects.filter(
        item=OuterRef("item"),
        source__project=membership.project_id,
        source__person=membership.user_id,
    )
    # What the first labeling keeps for somebody else may become anybody's; a campaign's never does.
    kept = Q(state=AssignmentState.RESERVED, round=0, purpose=Purpose.LABEL)
    own = Q(state=AssignmentState.RESERVED, reserved_for=membership.user_id)
    waiting = slots.filter(Q(state=AssignmentState.OPEN) | kept | own)
    return mine | (Q(Exists(waiting)) & ~Q(Exists(said)))


def is_blind_on(membership: Membership, item_id: int) -> bool:
    """Whether what others said about this item must stay hidden from this person."""
    return Assignment.objects.filter(blind_to(membership), item=item_id).exists()
