"""The annotators of the demo project: accounts without a password, which the owner may give one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.actions import create_person_without_password
from accounts.models import User
from projects.actions.invitations import accept_invitation, create_invitation
from projects.models import Project
from projects.roles import Role

# Nobody can have an address in this domain (RFC 2606).
DOMAIN = "demo.invalid"
INVITED_FOR = timedelta(days=7)


def bring_people(
    *, project: Project, names: Sequence[str], by: User, now: datetime
) -> dict[str, User]:
    """Annotators of the project by their name; of an earlier demo they are the same people."""
    return {name: _joined(project, name, by, now) for name in names}


def _joined(project: Project, name: str, by: User, now: datetime) -> User:
    email = f"{name.lower()}@{DOMAIN}"
    person = User.objects.filter(email=email).first()
    if person is None:
        person = create_person_without_password(email=email, name=name, by=by, now=now)
    _invitation, secret = create_invitation(
        project=project,
        roles=[Role.ANNOTATOR.value],
        email=email,
        expires_at=now + INVITED_FOR,
        by=by,
        now=now,
    )
    accept_invitation(secret=secret, by=person, now=now)
    return person
