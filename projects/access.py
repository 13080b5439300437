"""The one question every view of a project asks: may this person do this here?

`membership_for` costs one statement and brings the project along; an outsider gets the same
404 as for a project that does not exist, a member without the permission gets 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import User
from core.access import declare, require_sign_in
from core.prepared import Prepared
from core.rows import PreparedRow, columns_of
from projects.models import Membership, Project, ProjectState
from projects.roles import Permission

HtmlView = Callable[..., HttpResponseBase]


class ProjectRequest(HttpRequest):
    """A request after `project_view`: signed in, a member, permitted."""

    user: User
    project: Project
    membership: Membership


LARGEST_ID = 2**63 - 1

_SQL = f"""
SELECT {columns_of(Membership, "m")}, {columns_of(Project, "p")}
FROM projects_membership AS m JOIN projects_project AS p ON p.id = m.project_id
WHERE m.user_id = %(user)s AND m.left_at IS NULL AND p.state <> '{ProjectState.RETIRED}'
  AND p.{{key}} = %(key)s
"""
_BY_KEY = {
    key: PreparedRow(
        Membership,
        Prepared(f"membership_by_{key}", _SQL.format(key=key), user="bigint", key=kind),
        project=Project,
    )
    for key, kind in (("id", "bigint"), ("slug", "varchar"))
}


def membership_for(user: User, *, slug: str = "", pk: int = 0) -> Membership:
    """The person's membership of the project found by `slug` or `pk`; 404 for outsiders."""
    key, value = ("slug", slug) if slug else ("id", pk)
    possible = slug or pk <= LARGEST_ID
    membership = _BY_KEY[key].get({"user": user.pk, "key": value}) if possible else None
    if membership is None:
        raise Http404(_("There is no such project, or you are not in it."))
    return membership


def has_permission(membership: Membership, permission: Permission) -> bool:
    """Whether the membership's roles carry the permission."""
    return permission in membership.permissions


def check_permission(membership: Membership, permission: Permission) -> None:
    """PermissionDenied unless `has_permission`."""
    if not has_permission(membership, permission):
        raise PermissionDenied(_("Your role in this project does not allow this."))


def project_view(permission: Permission) -> Callable[[HtmlView], HtmlView]:
    """For HTML views with a `slug` in their route: sets `request.project`, `request.membership`."""

    def decorate(view: HtmlView) -> HtmlView:
        @wraps(view)
        def guarded(
            request: ProjectRequest, slug: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            request.membership = membership_for(request.user, slug=slug)
            request.project = request.membership.project
            check_permission(request.membership, permission)
            return view(request, *args, **kwargs)

        return declare(require_sign_in(guarded), permission.value)

    return decorate
