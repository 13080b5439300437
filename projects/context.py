"""Template context of every page: the project, the way around it, and what the person may do."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from projects.models import Membership
from projects.navigation import ENTRIES, links
from projects.roles import Permission


def navigation(request: HttpRequest) -> dict[str, Any]:
    """No statement: it uses what `project_view` found. Lazy, since fragments need none of it."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return {"project": None, "nav": [], "can": {}}
    return {
        "project": membership.project,
        "nav": SimpleLazyObject(lambda: links(ENTRIES, membership, path=request.path)),
        "can": SimpleLazyObject(lambda: may(membership)),
    }


def may(membership: Membership) -> dict[str, bool]:
    """Every permission by name."""
    permissions = membership.permissions
    return {permission.value: permission in permissions for permission in Permission}
