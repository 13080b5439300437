"""What each role may do, in full, so that a change is seen in review."""

import pytest

from projects.models import Membership
from projects.roles import ROLE_PERMISSIONS, Permission, Role, permissions_of

MATRIX = {
    # permission          annotator reviewer lead admin
    "view_project": "a r l d",
    "view_guideline": "a r l d",
    "label": "a",
    "view_items": "r l d",
    "view_quality": "r l d",
    "view_names": "l d",
    "adjudicate": "r",
    "edit_guideline": "l",
    "publish_guideline": "l",
    "import": "l",
    "resolve": "l",
    "edit_project": "l d",
    "retire_project": "d",
    "export": "d",
    "manage_people": "d",
    "view_audit": "d",
}
LETTERS = {Role.ANNOTATOR: "a", Role.REVIEWER: "r", Role.LEAD: "l", Role.ADMIN: "d"}


def test_role_permissions_are_the_written_matrix():
    written = {
        role: {Permission(name) for name, who in MATRIX.items() if letter in who.split()}
        for role, letter in LETTERS.items()
    }

    assert written == ROLE_PERMISSIONS
    assert set(MATRIX) == {permission.value for permission in Permission}


def test_annotator_alone_cannot_see_the_answers_of_others():
    hidden = {Permission.VIEW_ITEMS, Permission.VIEW_QUALITY, Permission.EXPORT}

    assert not hidden & permissions_of([Role.ANNOTATOR.value])


def test_roles_add_up():
    both = permissions_of(["annotator", "admin"])

    assert both == ROLE_PERMISSIONS[Role.ANNOTATOR] | ROLE_PERMISSIONS[Role.ADMIN]


def test_no_role_means_no_permission():
    assert permissions_of([]) == frozenset()


def test_role_that_does_not_exist_is_loud():
    with pytest.raises(ValueError, match="king"):
        permissions_of(["king"])


def test_membership_that_ended_carries_no_permission():
    assert Membership(roles=["admin"], left_at="2026-01-01").permissions == frozenset()
