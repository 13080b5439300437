"""Who is in a project, in which roles."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import deactivate_user
from accounts.models import User
from core.audit import record
from core.errors import Conflict
from projects.models import Membership, Project
from projects.permissions import check_admin_remains
from projects.queries import projects_only_run_by
from projects.roles import Role


@transaction.atomic
def change_roles(*, membership: Membership, roles: list[str], by: User, now: datetime) -> None:
    """The person's roles are exactly these from the next request on."""
    wanted = checked_roles(roles)
    current = _locked(membership)
    if current.left_at is not None:
        raise Conflict(_("This person has left the project."), code="not_a_member")
    if Role.ADMIN.value not in wanted:
        check_admin_remains(current)
    if current.roles != wanted:
        Membership.objects.filter(pk=current.pk).update(roles=wanted)
        _record("member.roles_changed", current, by, now, before=current.roles, roles=wanted)


@transaction.atomic
def remove_member(*, membership: Membership, by: User, now: datetime) -> None:
    """The person leaves or is removed: no access from the next request on; the labels stay."""
    current = _locked(membership)
    if current.left_at is not None:
        raise Conflict(_("This person has left the project."), code="not_a_member")
    check_admin_remains(current)
    Membership.objects.filter(pk=current.pk).update(left_at=now)
    left_alone = current.user_id == by.pk
    _record("member.left" if left_alone else "member.removed", current, by, now)


@transaction.atomic
def readd_member(*, membership: Membership, roles: list[str], by: User, now: datetime) -> None:
    """A person who left works here again, in these roles."""
    wanted = checked_roles(roles)
    current = _locked(membership)
    if current.left_at is None:
        raise Conflict(_("This person is in the project."), code="already_a_member")
    Membership.objects.filter(pk=current.pk).update(left_at=None, roles=wanted)
    _record("member.added_again", current, by, now, roles=wanted)


@transaction.atomic
def retire_person(*, person: User, by: User, now: datetime) -> None:
    """Deactivate an account, unless a project would be left without an admin."""
    stuck = projects_only_run_by(person)
    if stuck:
        message = _("%(name)s is the last admin of these projects: %(projects)s.") % {
            "name": person.name,
            "projects": ", ".join(project.name for project in stuck),
        }
        raise Conflict(message, code="last_admin")
    deactivate_user(user=person, by=by, now=now)


def checked_roles(roles: list[str]) -> list[str]:
    """In the order of Role, each once; ValidationError when none or an unknown one is given."""
    if not roles or not set(roles) <= set(Role.values):
        message = _("Please choose at least one role.")
        raise ValidationError({"roles": ValidationError(message, code="invalid")})
    return [role.value for role in Role if role.value in roles]


def _locked(membership: Membership) -> Membership:
    """As it is now; the project's row is locked, so that two admins cannot both be the last."""
    project = Project.objects.select_for_update().get(pk=membership.project_id)
    current = Membership.objects.get(pk=membership.pk)
    current.project = project
    return current


def _record(
    action: str, membership: Membership, by: User, now: datetime, **detail: list[str]
) -> None:
    subject = f"user:{membership.user_id}"
    record(action=action, by=by, now=now, scope=membership.project.scope, subject=subject, **detail)
