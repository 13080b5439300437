"""Permissions and roles as code: what each role may do."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing a person may do in a project."""

    VIEW_PROJECT = "view_project"
    VIEW_GUIDELINE = "view_guideline"
    LABEL = "label"
    VIEW_ITEMS = "view_items"
    VIEW_QUALITY = "view_quality"
    VIEW_NAMES = "view_names"
    ADJUDICATE = "adjudicate"
    EDIT_GUIDELINE = "edit_guideline"
    PUBLISH_GUIDELINE = "publish_guideline"
    IMPORT = "import"
    RESOLVE = "resolve"
    EDIT_PROJECT = "edit_project"
    RETIRE_PROJECT = "retire_project"
    EXPORT = "export"
    MANAGE_PEOPLE = "manage_people"
    VIEW_AUDIT = "view_audit"


class Role(models.TextChoices):
    """Roles in a project; a person may hold several."""

    ANNOTATOR = "annotator", _("Annotator")
    REVIEWER = "reviewer", _("Reviewer")
    LEAD = "lead", _("Lead")
    ADMIN = "admin", _("Admin")


_EVERYBODY = frozenset({Permission.VIEW_PROJECT, Permission.VIEW_GUIDELINE})
_WATCHES = _EVERYBODY | {Permission.VIEW_ITEMS, Permission.VIEW_QUALITY}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ANNOTATOR: _EVERYBODY | {Permission.LABEL},
    Role.REVIEWER: _WATCHES | {Permission.ADJUDICATE},
    # Who leads answers for people, so their names stand beside answers; who reviews judges answers,
    # and asks for names on the record (ADR 0038).
    Role.LEAD: _WATCHES
    | {
        Permission.VIEW_NAMES,
        Permission.EDIT_GUIDELINE,
        Permission.PUBLISH_GUIDELINE,
        Permission.IMPORT,
        Permission.RESOLVE,
        Permission.EDIT_PROJECT,
    },
    Role.ADMIN: _WATCHES
    | {
        Permission.VIEW_NAMES,
        Permission.EXPORT,
        Permission.MANAGE_PEOPLE,
        Permission.VIEW_AUDIT,
        Permission.EDIT_PROJECT,
        Permission.RETIRE_PROJECT,
    },
}


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """All that a person with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[Role(role)] for role in roles))
