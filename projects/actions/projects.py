"""A project from its beginning to its retirement."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict
from projects.models import Membership, Project, ProjectState
from projects.permissions import check_can_create_project
from projects.roles import Role

SETTINGS = ("name", "description", "overlap", "lease_minutes", "no_device_storage", "layout")
TRAINING = ("training_items", "training_pass_mark")
CHECKS = (
    "gold_rate",
    "repeat_rate",
    "repeat_after_items",
    "repeat_after_days",
    "pause_mark",
    "pause_after",
    "coaching_after",
    "group_size",
)
REVIEW = ("review", "review_share", "review_newcomers")
_SLUG_MAX = 60
_SLUG_TRIES = 1000


@transaction.atomic
def create_project(
    *, name: str, by: User, now: datetime, is_demo: bool = False, **settings: Any
) -> Project:
    """A new open project; who begins it holds every role, so that one person can try all of it.

    `settings` are those of `change_project`.
    """
    check_can_create_project(by)
    project = Project(name=name.strip(), created_by=by, created_at=now, is_demo=is_demo)
    _assign(project, settings)
    project.clean_fields(exclude=["slug"])
    _insert_with_free_slug(project)
    roles = [role.value for role in Role]
    Membership.objects.create(project=project, user=by, roles=roles, joined_at=now)
    record(action="project.created", by=by, now=now, scope=project.scope, subject=project.slug)
    return project


@transaction.atomic
def change_project(*, project: Project, by: User, now: datetime, **settings: Any) -> Project:
    """Change some of SETTINGS. `overlap` holds for items that come later."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    before = {name: getattr(locked, name) for name in settings}
    _assign(locked, settings)
    locked.clean_fields()
    changed = {
        name: {"from": old, "to": getattr(locked, name)}
        for name, old in before.items()
        if old != getattr(locked, name)
    }
    if changed:
        locked.save(update_fields=list(changed))
        record(action="project.changed", by=by, now=now, scope=project.scope, changed=changed)
    return locked


@transaction.atomic
def close_project(*, project: Project, by: User, now: datetime) -> None:
    """No more labels are taken; reading and exporting go on."""
    _move(project, {ProjectState.OPEN}, ProjectState.CLOSED)
    record(action="project.closed", by=by, now=now, scope=project.scope)


@transaction.atomic
def reopen_project(*, project: Project, by: User, now: datetime) -> None:
    """Labels are taken again."""
    _move(project, {ProjectState.CLOSED}, ProjectState.OPEN)
    record(action="project.reopened", by=by, now=now, scope=project.scope)


@transaction.atomic
def retire_project(*, project: Project, by: User, now: datetime) -> None:
    """Hide the project from everybody, for good; its rows stay in the database."""
    _move(project, {ProjectState.OPEN, ProjectState.CLOSED}, ProjectState.RETIRED)
    record(action="project.retired", by=by, now=now, scope=project.scope)


def _assign(project: Project, settings: dict[str, Any]) -> None:
    unknown = set(settings) - {*SETTINGS, *TRAINING, *CHECKS, *REVIEW}
    if unknown:
        raise TypeError(f"not settings of a project: {sorted(unknown)}")
    for name, value in settings.items():
        setattr(project, name, value.strip() if isinstance(value, str) else value)


def _move(project: Project, states: set[ProjectState], state: ProjectState) -> None:
    """One statement decides, so that two people who press at once do not both succeed."""
    if not Project.objects.filter(pk=project.pk, state__in=states).update(state=state):
        message = _("Somebody has changed the state of this project meanwhile. Please look again.")
        raise Conflict(message, code="project_state")


def _insert_with_free_slug(project: Project) -> None:
    """`support`, then `support-2`, …; names without a Latin letter become `project`."""
    stem = slugify(project.name)[: _SLUG_MAX - 5].strip("-") or "project"
    for number in range(1, _SLUG_TRIES):
        project.slug = stem if number == 1 else f"{stem}-{number}"
        if Project.objects.filter(slug=project.slug).exists():
            continue
        try:
            with transaction.atomic():
                project.save(force_insert=True)
        except IntegrityError:  # somebody took it between the two statements
            continue
        return
    raise Conflict(_("There are too many projects of this name."), code="slug_taken")
