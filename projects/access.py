"""The one question every view of a project asks: may this person do this here?

`membership_for` costs one statement and brings the project along; an outsider gets the same
404 as for a project that does not exist, a member without the permission gets 403.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.models import User
from core.access import declare, require_sign_in
from projects.models import Membership, Project, ProjectState
from projects.roles import Permission

HtmlView = Callable[..., HttpResponse]


class ProjectRequest(HttpRequest):
    """A request after `project_view`: signed in, a member, permitted."""

    user: User
    project: Project
    membership: Membership


def membership_for(user: User, **project: Any) -> Membership:
    """The person's membership of the project found by `slug=` or `pk=`; 404 for outsiders."""
    lookup = {f"project__{name}": value for name, value in project.items()}
    try:
        return (
            Membership.objects.select_related("project")
            .exclude(project__state=ProjectState.RETIRED)
            .get(user=user, left_at=None, **lookup)
        )
    except Membership.DoesNotExist as error:
        raise Http404(_("There is no such project, or you are not in it.")) from error


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
        def guarded(request: ProjectRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            request.membership = membership_for(request.user, slug=slug)
            request.project = request.membership.project
            check_permission(request.membership, permission)
            return view(request, *args, **kwargs)

        return declare(require_sign_in(guarded), permission.value)

    return decorate
