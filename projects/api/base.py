"""Base classes of REST views: token scope, membership, permission, in this order."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import ApiToken, Scope, User
from core.access import BY_METHOD
from projects.access import check_permission, membership_for
from projects.models import Membership, Project
from projects.roles import Permission


def check_scope(request: Request, scope: Scope) -> None:
    """A session may do all that the person may; a token only what its scopes say."""
    if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
        raise PermissionDenied(
            _("This token lacks the scope “%(scope)s”.") % {"scope": scope.value}
        )


class StrictSerializer(serializers.Serializer[Any]):
    """Base of inputs: refuses fields it does not know, so that a typing error is not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """DRF calls it for nested serializers as well, so that these are strict, too."""
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in set(data) - set(self.fields))
            if unknown:
                message = _("There is no such field.")
                raise serializers.ValidationError(
                    {name: [serializers.ErrorDetail(message, "unknown_field")] for name in unknown}
                )
        return super().to_internal_value(data)

    @classmethod
    def validated(cls, data: Any, **kwargs: Any) -> dict[str, Any]:
        """The typed arguments in a request body; 400 when it has another shape."""
        serializer = cls(data=data, **kwargs)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def rule_for(view: APIView, request: Request) -> Any:
    """The view's rule for this method (HEAD is GET); 405 when it answers no such method."""
    method = "GET" if request.method == "HEAD" else str(request.method)
    rules: dict[str, Any] = view.rules  # type: ignore[attr-defined]
    if method not in rules:
        view.http_method_not_allowed(request)
    return rules[method]


class PersonAPIView(APIView):
    """What concerns the person who asks; `rules` maps each HTTP method to a token scope."""

    rules: ClassVar[dict[str, Scope | None]]
    access_rule = BY_METHOD
    person: User

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        scope = rule_for(self, request)
        if scope is not None:
            check_scope(request, scope)
        self.person = cast(User, request.user)


class ProjectAPIView(APIView):
    """`rules` maps each HTTP method to (permission, token scope); the route has `project_id`."""

    rules: ClassVar[dict[str, tuple[Permission, Scope]]]
    access_rule = BY_METHOD
    person: User
    project: Project
    membership: Membership

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        permission, scope = rule_for(self, request)
        check_scope(request, scope)
        self.person = cast(User, request.user)
        self.membership = membership_for(self.person, pk=kwargs["project_id"])
        self.project = self.membership.project
        check_permission(self.membership, permission)
