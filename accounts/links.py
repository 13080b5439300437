"""One-time links with which a person sets a password."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import User


def set_password_link(user: User) -> str:
    """The path of the link. It ends with the first use, a sign-in, or PASSWORD_RESET_TIMEOUT."""
    return reverse(
        "accounts:set_password",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )


def user_id_in(uidb64: str) -> int:
    """The account a link names; 0, which nobody has, when that part of the link is garbled."""
    try:
        text = urlsafe_base64_decode(uidb64).decode("ascii")
    except ValueError:
        return 0
    return int(text) if text.isdigit() and len(text) < 19 else 0


def link_is_good(user: User | None, token: str) -> bool:
    """Whether the link was made for this account and is neither used nor expired."""
    return user is not None and user.is_active and default_token_generator.check_token(user, token)
