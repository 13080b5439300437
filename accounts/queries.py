"""Reads about people and their tokens."""

from django.db.models import QuerySet

from accounts.links import link_is_good, user_id_in
from accounts.models import ApiToken, User
from core.pages import Page, keyset_page

TOKENS_SHOWN = 100
PEOPLE_ROWS = 100


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Newest first; those that no longer work stay visible."""
    return ApiToken.objects.filter(user=user).order_by("-id")[:TOKENS_SHOWN]


def person_of_link(*, uidb64: str, token: str) -> User | None:
    """Who may set a password with this link; None when it is used, expired or made up."""
    user = User.objects.filter(pk=user_id_in(uidb64)).first()
    return user if link_is_good(user, token) else None


def people_page(*, after: str | None) -> Page[User]:
    """Every account of the server, oldest first."""
    return keyset_page(User.objects.all(), after=after, size=PEOPLE_ROWS)
