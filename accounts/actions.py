"""Every change to people and their tokens."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.links import link_is_good, user_id_in
from accounts.models import ApiToken, Scope, User
from accounts.permissions import check_can_deactivate, check_owner
from accounts.throttle import forget_tries, take_a_try
from accounts.tokens import TokenText, new_token_text
from core.audit import record
from core.errors import Conflict, Gone

TOKEN_MAX_LIFE = timedelta(days=366)
TOKENS_MAX = 50


@transaction.atomic
def create_owner(*, email: str, name: str, now: datetime) -> User:
    """The first account: owns the server and has no password until it is set by a link.

    Calling it again returns the owner who still waits for a password; once an owner has one,
    the server is taken: Conflict.
    """
    owners = User.objects.select_for_update().filter(is_owner=True)
    if owners.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
        raise Conflict(_("This server already has an owner."), code="owner_exists")
    waiting = owners.order_by("pk").first()
    if waiting is not None:
        return waiting
    owner = _insert_user(User(email=email, name=name, is_owner=True, created_at=now))
    record(action="account.created", by=None, now=now, subject=f"user:{owner.pk}", owner=True)
    return owner


@transaction.atomic
def create_user(
    *, email: str, name: str, password: str, by: User | None, now: datetime, language: str = ""
) -> User:
    """An account with a password; `by=None` is the person who accepted an invitation."""
    user = User(email=email, name=name.strip(), language=language, created_at=now)
    _check_password(password, user)
    user.set_password(password)
    _insert_user(user)
    record(action="account.created", by=by or user, now=now, subject=f"user:{user.pk}")
    return user


@transaction.atomic
def create_person_without_password(*, email: str, name: str, by: User, now: datetime) -> User:
    """An account that nobody can sign in to until an owner makes a link for its password."""
    person = _insert_user(User(email=email, name=name.strip(), created_at=now))
    record(action="account.created", by=by, now=now, subject=f"user:{person.pk}")
    return person


@transaction.atomic
def update_profile(*, by: User, name: str, language: str, now: datetime) -> None:
    """One's own name and language."""
    if language and language not in dict(settings.LANGUAGES):
        message = _("This language is not on offer.")
        raise ValidationError({"language": ValidationError(message, "invalid")})
    by.name, by.language = name.strip(), language
    by.clean_fields(exclude=["password"])
    by.save(update_fields=["name", "language"])
    record(action="account.profile_changed", by=by, now=now, subject=f"user:{by.pk}")


@transaction.atomic
def change_password(*, by: User, old: str, new: str, address: str, now: datetime) -> None:
    """One's own password. Every session ends, since sessions carry a hash of the password."""
    take_a_try(account=f"password of {by.pk}", address=address)
    if not by.check_password(old):
        raise ValidationError({"old": ValidationError(_("This is not your password."), "wrong")})
    forget_tries(account=f"password of {by.pk}", address=address)
    _store_password(by, new, field="new")
    record(action="account.password_changed", by=by, now=now, subject=f"user:{by.pk}")


@transaction.atomic
def set_password_by_link(*, uidb64: str, token: str, password: str, now: datetime) -> User:
    """The first use of a link wins, also when it is used twice at once; later ones are Gone."""
    user = User.objects.select_for_update().filter(pk=user_id_in(uidb64)).first()
    if user is None or not link_is_good(user, token):
        raise Gone(_("This link was used or has expired."), code="link_used")
    _store_password(user, password, field="password")
    record(action="account.password_set", by=user, now=now, subject=f"user:{user.pk}")
    return user


@transaction.atomic
def offer_password_link(*, user: User, by: User, now: datetime) -> None:
    """Permits and records that an owner hands out a link; `accounts.links` writes its text."""
    check_owner(by)
    if not user.is_active:
        raise Conflict(_("This account is deactivated."), code="account_inactive")
    record(action="account.password_link_made", by=by, now=now, subject=f"user:{user.pk}")


@transaction.atomic
def deactivate_user(*, user: User, by: User, now: datetime) -> None:
    """Retire a person: sessions and tokens stop at the next request, the rows stay."""
    check_can_deactivate(by=by, user=user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record(action="account.deactivated", by=by, now=now, subject=f"user:{user.pk}")


@transaction.atomic
def reactivate_user(*, user: User, by: User, now: datetime) -> None:
    """The person may sign in again, with the old password and roles."""
    check_owner(by)
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(action="account.reactivated", by=by, now=now, subject=f"user:{user.pk}")


@transaction.atomic
def create_token(
    *, by: User, name: str, scopes: list[str], expires_at: datetime, now: datetime
) -> tuple[ApiToken, TokenText]:
    """A personal token and its text, which is nowhere stored. Only a session leads here."""
    _check_token(scopes=scopes, expires_at=expires_at, now=now)
    User.objects.select_for_update().get(pk=by.pk)  # so that the limit holds for parallel calls
    usable = ApiToken.objects.filter(user=by, revoked_at=None, expires_at__gt=now)
    if usable.count() >= TOKENS_MAX:
        message = _("You have %(count)d tokens. Please revoke one first.") % {"count": TOKENS_MAX}
        raise Conflict(message, code="too_many_tokens")
    text = new_token_text()
    token = ApiToken.objects.create(
        user=by,
        name=name.strip(),
        prefix=text.prefix,
        digest=text.digest,
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    record(action="token.created", by=by, now=now, subject=f"token:{token.pk}", scopes=token.scopes)
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: datetime) -> None:
    """One's own token stops working at the next request. Again is no error."""
    if ApiToken.objects.filter(pk=token.pk, user=by, revoked_at=None).update(revoked_at=now):
        record(action="token.revoked", by=by, now=now, subject=f"token:{token.pk}")


def _insert_user(user: User) -> User:
    user.email = user.email.strip()
    if not user.password:
        user.set_unusable_password()
    user.clean_fields(exclude=["password"])
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        message = _("There is already an account with this address. Please sign in.")
        raise ValidationError({"email": ValidationError(message, "taken")}) from error
    return user


def _store_password(user: User, password: str, *, field: str) -> None:
    _check_password(password, user, field=field)
    user.set_password(password)
    user.save(update_fields=["password"])


def _check_password(password: str, user: User, *, field: str = "password") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from error


def _check_token(*, scopes: list[str], expires_at: datetime, now: datetime) -> None:
    errors = {}
    if not scopes or not set(scopes) <= set(Scope.values):
        errors["scopes"] = ValidationError(_("Please choose what the token may do."), "invalid")
    if not now < expires_at <= now + TOKEN_MAX_LIFE:
        message = _("A token expires within a year, and not in the past.")
        errors["expires_at"] = ValidationError(message, "invalid")
    if errors:
        raise ValidationError(errors)
