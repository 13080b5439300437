"""Invitations by link: made, taken back, accepted once."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import create_user
from accounts.models import User
from core.audit import record
from core.errors import Conflict
from projects.actions.people import checked_roles
from projects.links import new_link_secret, secret_digest
from projects.models import Invitation, Membership, Project
from projects.permissions import check_invitation_meant_for, check_invitation_open

MAX_LIFE = timedelta(days=90)


@transaction.atomic
def create_invitation(
    *,
    project: Project,
    roles: list[str],
    expires_at: datetime,
    by: User,
    now: datetime,
    email: str = "",
) -> tuple[Invitation, str]:
    """The row, and the secret of the link, which is nowhere stored."""
    if not now < expires_at <= now + MAX_LIFE:
        message = _("An invitation lasts at most 90 days.")
        raise ValidationError({"expires_at": ValidationError(message, code="invalid")})
    secret = new_link_secret()
    invitation = Invitation(
        project=project,
        email=email.strip(),
        roles=checked_roles(roles),
        digest=secret_digest(secret),
        invited_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    invitation.clean_fields(exclude=["accepted_by", "accepted_at", "revoked_at"])
    invitation.save(force_insert=True)
    _record("invitation.created", invitation, by, now, roles=invitation.roles)
    return invitation, secret


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """The link stops working. Again is no error; one that was used is a Conflict."""
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
    if open_ones.filter(revoked_at=None).update(revoked_at=now):
        _record("invitation.revoked", invitation, by, now)
    elif not open_ones.exists():
        message = _("Somebody has accepted this invitation meanwhile.")
        raise Conflict(message, code="invitation_used")


@transaction.atomic
def accept_invitation(*, secret: str, by: User, now: datetime) -> Project:
    """A person with an account joins; a link works once, also when it is used twice at once."""
    invitation = _locked_open(secret, now)
    check_invitation_meant_for(invitation, by)
    _join(invitation, by, now)
    return invitation.project


@transaction.atomic
def accept_invitation_as_new_person(
    *, secret: str, email: str, name: str, password: str, now: datetime, language: str = ""
) -> tuple[Project, User]:
    """Make the account and join. An address given in the invitation wins over `email`."""
    invitation = _locked_open(secret, now)
    person = create_user(
        email=invitation.email or email,
        name=name,
        password=password,
        language=language,
        by=None,
        now=now,
    )
    _join(invitation, person, now)
    return invitation.project, person


def _locked_open(secret: str, now: datetime) -> Invitation:
    """The row lock makes the second of two people wait, and then find the link used."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("project")
        .filter(digest=secret_digest(secret))
        .first()
    )
    return check_invitation_open(invitation, now=now)


def _join(invitation: Invitation, person: User, now: datetime) -> None:
    membership, is_new = Membership.objects.get_or_create(
        project=invitation.project,
        user=person,
        defaults={"roles": invitation.roles, "joined_at": now},
    )
    if not is_new:
        if membership.left_at is None:
            message = _("You are in this project already; the invitation stays open.")
            raise Conflict(message, code="already_a_member")
        Membership.objects.filter(pk=membership.pk).update(left_at=None, roles=invitation.roles)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person, accepted_at=now)
    _record("invitation.accepted", invitation, person, now, roles=invitation.roles)


def _record(
    action: str, invitation: Invitation, by: User, now: datetime, **detail: list[str]
) -> None:
    subject = f"invitation:{invitation.pk}"
    record(action=action, by=by, now=now, scope=invitation.project.scope, subject=subject, **detail)
