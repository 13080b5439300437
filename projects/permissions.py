"""What may happen now, beyond the permissions of a role."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_owner
from core.errors import Conflict, Gone
from projects.models import Invitation, Membership, ProjectState
from projects.queries import active_admins
from projects.roles import Role


def can_create_project(user: User) -> bool:
    """Owners of the server begin projects."""
    return user.is_owner and user.is_active


def check_can_create_project(user: User) -> None:
    """PermissionDenied unless `can_create_project`."""
    check_owner(user)


def check_admin_remains(membership: Membership) -> None:
    """Conflict when nobody could manage people without this membership's admin role."""
    if Role.ADMIN.value not in membership.roles:
        return
    if not active_admins(membership.project).exclude(pk=membership.pk).exists():
        message = _("This is the last admin of the project. Please make somebody else admin first.")
        raise Conflict(message, code="last_admin")


def check_invitation_open(invitation: Invitation | None, *, now: datetime) -> Invitation:
    """Gone, with the reason, unless somebody may still accept it."""
    if invitation is None or invitation.project.state == ProjectState.RETIRED:
        raise Gone(_("There is no such invitation."), code="invitation_unknown")
    if invitation.accepted_at is not None:
        raise Gone(_("This invitation was used. Each link works once."), code="invitation_used")
    if invitation.revoked_at is not None:
        raise Gone(_("This invitation was taken back."), code="invitation_revoked")
    if not invitation.is_open(now):
        raise Gone(_("This invitation has expired."), code="invitation_expired")
    return invitation


def check_invitation_meant_for(invitation: Invitation, person: User) -> None:
    """PermissionDenied when the invitation names another address."""
    if invitation.email and invitation.email.lower() != person.email.lower():
        raise PermissionDenied(
            _("This invitation is for %(invited)s, but you are signed in as %(present)s.")
            % {"invited": invitation.email, "present": person.email}
        )
