"""What only an owner of the server may do."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict


def check_owner(by: User) -> None:
    """PermissionDenied unless the person owns the server."""
    if not (by.is_active and by.is_owner):
        raise PermissionDenied(_("Only an owner of this server may do this."))


def check_can_deactivate(*, by: User, user: User) -> None:
    """An owner may deactivate others; so one active owner always remains."""
    check_owner(by)
    if user.pk == by.pk:
        message = _("You cannot deactivate your own account.")
        raise Conflict(message, code="own_account")
