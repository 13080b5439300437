"""Who is behind an e-mail address and a password."""

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.throttle import forget_tries, take_a_try


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
