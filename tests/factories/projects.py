"""Projects, memberships, invitations."""

from datetime import timedelta

import factory
from django.utils import timezone

from projects.links import new_link_secret, secret_digest
from projects.models import Invitation, Membership, Project
from projects.roles import Role
from tests.factories.accounts import UserFactory


class ProjectFactory(factory.django.DjangoModelFactory):
    """An open project in which nobody works yet."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda n: f"project-{n}")
    name = factory.Sequence(lambda n: f"Project {n}")
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(timezone.now)


class MembershipFactory(factory.django.DjangoModelFactory):
    """An annotator, unless `roles` says more."""

    class Meta:
        model = Membership

    project = factory.SubFactory(ProjectFactory)
    user = factory.SubFactory(UserFactory)
    roles = factory.LazyFunction(lambda: [Role.ANNOTATOR.value])
    joined_at = factory.LazyFunction(timezone.now)


class InvitationFactory(factory.django.DjangoModelFactory):
    """Open for a week; give `secret="…"` to know the link."""

    class Meta:
        model = Invitation

    class Params:
        secret = factory.LazyFunction(new_link_secret)

    project = factory.SubFactory(ProjectFactory)
    roles = factory.LazyFunction(lambda: [Role.ANNOTATOR.value])
    digest = factory.LazyAttribute(lambda invitation: secret_digest(invitation.secret))
    invited_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
