"""People and their tokens."""

from datetime import timedelta
from functools import cache

import factory
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone

from accounts.models import ApiToken, Scope, User
from accounts.tokens import TokenText, new_token_text

PASSWORD = "a-long-test-pass-phrase"


class QuickHasher(PBKDF2PasswordHasher):
    """Real hashing is slow on purpose; tests that sign in often may put this one in place."""

    iterations = 1


@cache
def password_hash():
    """Of PASSWORD; the next sign-in under the real settings replaces it by a slow one."""
    return QuickHasher().encode(PASSWORD, "salt")


class UserFactory(factory.django.DjangoModelFactory):
    """Signs in with PASSWORD."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(password_hash)


class ApiTokenFactory(factory.django.DjangoModelFactory):
    """Give `text=new_token_text()` to know the secret; `issue_token` does."""

    class Meta:
        model = ApiToken

    class Params:
        text = factory.LazyFunction(new_token_text)

    user = factory.SubFactory(UserFactory)
    name = "test token"
    prefix = factory.SelfAttribute("text.prefix")
    digest = factory.SelfAttribute("text.digest")
    scopes = factory.LazyFunction(lambda: [scope.value for scope in Scope])
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


def issue_token(user, *, scopes=None, **fields) -> tuple[ApiToken, str]:
    """The row and the text for the Authorization header; all scopes unless some are named."""
    text: TokenText = new_token_text()
    if scopes is not None:
        fields["scopes"] = [Scope(scope).value for scope in scopes]
    return ApiTokenFactory(user=user, text=text, **fields), str(text)
