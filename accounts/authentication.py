"""Who is behind an e-mail address and a password."""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttle import forget_tries, take_a_try
from core.prepared import Prepared
from core.rows import PreparedRow, columns_of

_BY_ID = PreparedRow(
    User,
    Prepared(
        "user_by_id",
        f"SELECT {columns_of(User, 'u')} FROM accounts_user AS u WHERE u.id = %(id)s",
        id="bigint",
    ),
)


class SessionBackend(ModelBackend):
    """Django's own, with the look-up that each request of a signed-in person costs prepared."""

    def get_user(self, user_id: Any) -> User | None:
        """The active account of a session, or None."""
        user = _BY_ID.get({"id": user_id})
        return user if user and self.user_can_authenticate(user) else None


def authenticate_person(*, email: str, password: str, address: str) -> User:
    """The active account, or ValidationError: the same for whatever is wrong, in the same time.

    TooManyTries when this account was tried too often from this address; the try is counted
    before the password is checked.
    """
    take_a_try(account=email, address=address)
    user = authenticate(username=email, password=password)
    if user is None:
        message = _("The e-mail address or the password is wrong.")
        raise ValidationError(message, code="wrong_credentials")
    forget_tries(account=email, address=address)
    return user
