"""Shapes of REST bodies: XInput comes in (only "missing" and "wrong type"), XOutput goes out."""

from rest_framework import serializers

from accounts.models import Scope
from projects.api.base import StrictSerializer
from projects.models import Layout, ProjectState
from projects.roles import Role


class ProjectSettingsInput(StrictSerializer):
    """Any of the settings."""

    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    overlap = serializers.IntegerField(min_value=1, max_value=50, required=False)
    lease_minutes = serializers.IntegerField(min_value=1, max_value=1440, required=False)
    no_device_storage = serializers.BooleanField(required=False)
    layout = serializers.ChoiceField(choices=Layout.choices, required=False)


class NewProjectInput(ProjectSettingsInput):
    """A name is the least."""

    name = serializers.CharField(max_length=120)


class ProjectOutput(serializers.Serializer):
    """A project as its members see it; `roles` are those of the person who asks."""

    id = serializers.IntegerField(source="project.pk")
    slug = serializers.CharField(source="project.slug")
    name = serializers.CharField(source="project.name")
    description = serializers.CharField(source="project.description")
    state = serializers.ChoiceField(source="project.state", choices=ProjectState.choices)
    overlap = serializers.IntegerField(source="project.overlap")
    lease_minutes = serializers.IntegerField(source="project.lease_minutes")
    no_device_storage = serializers.BooleanField(source="project.no_device_storage")
    layout = serializers.CharField(source="project.layout")
    is_demo = serializers.BooleanField(source="project.is_demo")
    created_at = serializers.DateTimeField(source="project.created_at")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class ProjectsOutput(serializers.Serializer):
    """All projects of the person who asks."""

    results = ProjectOutput(many=True)


class RolesInput(StrictSerializer):
    """The roles a person is to have, all of them."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), allow_empty=False
    )


class MemberOutput(serializers.Serializer):
    """A person who is or was in the project."""

    user = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    is_active = serializers.BooleanField(source="user.is_active")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    joined_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField(allow_null=True)


class MembersOutput(serializers.Serializer):
    """Everybody who is or was in the project."""

    results = MemberOutput(many=True)


class InvitationInput(RolesInput):
    """`email` limits who may accept; the link works for `days`."""

    email = serializers.EmailField(max_length=254, required=False, default="", allow_blank=True)
    days = serializers.IntegerField(min_value=1, max_value=90, default=7)


class InvitationOutput(serializers.Serializer):
    """An invitation that somebody may still accept; its link is not stored."""

    id = serializers.IntegerField(source="pk")
    email = serializers.EmailField(allow_blank=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
    invited_by = serializers.CharField(source="invited_by.name")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class NewInvitationOutput(InvitationOutput):
    """The only answer that carries the link."""

    link = serializers.URLField()


class InvitationsOutput(serializers.Serializer):
    """Invitations that somebody may still accept."""

    results = InvitationOutput(many=True)


class TokenOutput(serializers.Serializer):
    """The token that asked; never its secret."""

    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expires_at = serializers.DateTimeField()


class MeOutput(serializers.Serializer):
    """Who asks. `token` is null in a browser session, which may do all that the person may."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField(allow_blank=True)
    is_owner = serializers.BooleanField()
    token = TokenOutput(allow_null=True)
