"""REST: who am I, projects, members, invitations."""

from datetime import timedelta
from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, Scope
from projects import queries
from projects.actions.invitations import create_invitation, revoke_invitation
from projects.actions.people import change_roles, readd_member, remove_member
from projects.actions.projects import change_project, create_project
from projects.api import serializers as shapes
from projects.api.base import PersonAPIView, ProjectAPIView
from projects.models import Membership
from projects.roles import Permission


class MeView(PersonAPIView):
    """Who asks."""

    rules: ClassVar = {"GET": None}

    @extend_schema(responses=shapes.MeOutput, operation_id="me", tags=["account"])
    def get(self, request: Request) -> Response:
        """The person behind the token or session, and what the token may be used for."""
        person = self.person
        token = request.auth if isinstance(request.auth, ApiToken) else None
        fields = ("id", "name", "email", "language", "is_owner")
        answer = {name: getattr(person, name) for name in fields} | {"token": token}
        return Response(shapes.MeOutput(answer).data)


class ProjectsView(PersonAPIView):
    """The person's projects."""

    rules: ClassVar = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(responses=shapes.ProjectsOutput, operation_id="projects_list", tags=["projects"])
    def get(self, request: Request) -> Response:
        """Projects you are in, open ones first."""
        rows = queries.memberships_of(self.person)
        return Response(shapes.ProjectsOutput({"results": rows}).data)

    @extend_schema(
        request=shapes.NewProjectInput,
        responses={201: shapes.ProjectOutput},
        operation_id="projects_create",
        tags=["projects"],
    )
    def post(self, request: Request) -> Response:
        """Begin a project; only owners of the server may."""
        settings = shapes.NewProjectInput.validated(request.data)
        project = create_project(by=self.person, now=timezone.now(), **settings)
        membership = Membership.objects.get(project=project, user=self.person)
        return Response(shapes.ProjectOutput(membership).data, status=201)


class ProjectView(ProjectAPIView):
    """One project."""

    rules: ClassVar = {
        "GET": (Permission.VIEW_PROJECT, Scope.READ),
        "PATCH": (Permission.EDIT_PROJECT, Scope.WRITE),
    }

    @extend_schema(responses=shapes.ProjectOutput, operation_id="project", tags=["projects"])
    def get(self, request: Request, project_id: int) -> Response:
        """Settings, state and your roles."""
        return Response(shapes.ProjectOutput(self.membership).data)

    @extend_schema(
        request=shapes.ProjectSettingsInput,
        responses=shapes.ProjectOutput,
        operation_id="project_change",
        tags=["projects"],
    )
    def patch(self, request: Request, project_id: int) -> Response:
        """Change some settings. A new overlap holds for items that come from then on."""
        settings = shapes.ProjectSettingsInput.validated(request.data)
        self.membership.project = change_project(
            project=self.project, by=self.person, now=timezone.now(), **settings
        )
        return Response(shapes.ProjectOutput(self.membership).data)


class MembersView(ProjectAPIView):
    """Who works in the project."""

    rules: ClassVar = {"GET": (Permission.MANAGE_PEOPLE, Scope.READ)}

    @extend_schema(responses=shapes.MembersOutput, operation_id="members_list", tags=["people"])
    def get(self, request: Request, project_id: int) -> Response:
        """Everybody who is or was in the project."""
        rows = queries.members(self.project)
        return Response(shapes.MembersOutput({"results": rows}).data)


class MemberView(ProjectAPIView):
    """One person in the project."""

    rules: ClassVar = {
        "PUT": (Permission.MANAGE_PEOPLE, Scope.WRITE),
        "DELETE": (Permission.MANAGE_PEOPLE, Scope.WRITE),
    }

    @extend_schema(
        request=shapes.RolesInput,
        responses=shapes.MemberOutput,
        operation_id="member_roles",
        tags=["people"],
    )
    def put(self, request: Request, project_id: int, user_id: int) -> Response:
        """Set the roles; somebody who has left is in the project again."""
        roles = shapes.RolesInput.validated(request.data)["roles"]
        membership = get_object_or_404(queries.members(self.project), user_id=user_id)
        action = readd_member if membership.left_at else change_roles
        action(membership=membership, roles=roles, by=self.person, now=timezone.now())
        membership = queries.members(self.project).get(user_id=user_id)
        return Response(shapes.MemberOutput(membership).data)

    @extend_schema(responses={204: None}, operation_id="member_remove", tags=["people"])
    def delete(self, request: Request, project_id: int, user_id: int) -> Response:
        """The person has no access from the next request on; the labels stay."""
        membership = get_object_or_404(queries.members(self.project), user_id=user_id)
        remove_member(membership=membership, by=self.person, now=timezone.now())
        return Response(status=204)


class InvitationsView(ProjectAPIView):
    """Invitations by link."""

    rules: ClassVar = {
        "GET": (Permission.MANAGE_PEOPLE, Scope.READ),
        "POST": (Permission.MANAGE_PEOPLE, Scope.WRITE),
    }

    @extend_schema(
        responses=shapes.InvitationsOutput, operation_id="invitations_list", tags=["people"]
    )
    def get(self, request: Request, project_id: int) -> Response:
        """Those that somebody may still accept."""
        rows = queries.open_invitations(self.project, now=timezone.now())
        return Response(shapes.InvitationsOutput({"results": rows}).data)

    @extend_schema(
        request=shapes.InvitationInput,
        responses={201: shapes.NewInvitationOutput},
        operation_id="invitations_create",
        tags=["people"],
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Make a link; it is in this answer only."""
        wanted, now = shapes.InvitationInput.validated(request.data), timezone.now()
        invitation, secret = create_invitation(
            project=self.project,
            by=self.person,
            now=now,
            expires_at=now + timedelta(days=wanted.pop("days")),
            **wanted,
        )
        path = reverse("projects:join", args=[secret])
        invitation.link = request.build_absolute_uri(path)  # type: ignore[attr-defined]
        answer = Response(shapes.NewInvitationOutput(invitation).data, status=201)
        answer["Cache-Control"] = "no-store"
        return answer


class InvitationView(ProjectAPIView):
    """One invitation."""

    rules: ClassVar = {"DELETE": (Permission.MANAGE_PEOPLE, Scope.WRITE)}

    @extend_schema(responses={204: None}, operation_id="invitation_revoke", tags=["people"])
    def delete(self, request: Request, project_id: int, invitation_id: int) -> Response:
        """Take it back; the row stays."""
        invitation = get_object_or_404(self.project.invitations, pk=invitation_id)
        revoke_invitation(invitation=invitation, by=self.person, now=timezone.now())
        return Response(status=204)
