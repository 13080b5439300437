"""Reads about projects and who works in them."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from core.models import AuditEntry
from core.pages import Page, keyset_page
from projects.links import secret_digest
from projects.models import Invitation, Membership, Project, ProjectState
from projects.roles import Role

AUDIT_ROWS = 50


def memberships_of(user: User) -> QuerySet[Membership]:
    """The person's projects, open ones first; retired ones are hidden."""
    return (
        Membership.objects.select_related("project")
        .filter(user=user, left_at=None)
        .exclude(project__state=ProjectState.RETIRED)
        .order_by("-project__state", "project__name", "project_id")
    )


def members(project: Project) -> QuerySet[Membership]:
    """Everybody who is or was in the project, present ones first."""
    return (
        Membership.objects.select_related("user")
        .filter(project=project)
        .order_by("-left_at", "user__name", "user_id")
    )


def present_members(project: Project) -> QuerySet[Membership]:
    """Who may work in the project now."""
    return members(project).filter(left_at=None, user__is_active=True)


def open_invitations(project: Project, *, now: datetime) -> QuerySet[Invitation]:
    """Links that somebody may still accept, newest first."""
    return (
        Invitation.objects.select_related("invited_by")
        .filter(project=project, accepted_at=None, revoked_at=None, expires_at__gt=now)
        .order_by("-id")
    )


def invitation_of_link(secret: str) -> Invitation | None:
    """The invitation behind a link, whatever its state; None for a made-up link."""
    return (
        Invitation.objects.select_related("project", "invited_by")
        .exclude(project__state=ProjectState.RETIRED)
        .filter(digest=secret_digest(secret))
        .first()
    )


def active_admins(project: Project) -> QuerySet[Membership]:
    """Who keeps the project governable."""
    return Membership.objects.filter(
        project=project, left_at=None, user__is_active=True, roles__contains=[Role.ADMIN.value]
    )


def projects_only_run_by(person: User) -> list[Project]:
    """Projects whose single active admin is this person; they would be stuck without."""
    mine = memberships_of(person).filter(roles__contains=[Role.ADMIN.value])
    projects = [membership.project for membership in mine]
    admins = Membership.objects.filter(
        project__in=projects,
        left_at=None,
        user__is_active=True,
        roles__contains=[Role.ADMIN.value],
    )
    shared = set(admins.exclude(user=person).values_list("project_id", flat=True))
    return [project for project in projects if project.pk not in shared]


def audit_page(project: Project, *, after: str | None) -> Page[AuditEntry]:
    """What was done in the project, newest first."""
    entries = AuditEntry.objects.filter(scope=project.scope)
    return keyset_page(entries, after=after, size=AUDIT_ROWS, newest_first=True)
