"""Pytest plugin: the same people in every test, and clients that act for them.

Alice leads, Bob and Carol annotate, Rita reviews, Adam administers, Olga owns the server and
holds every role, Frank has left, Mallory was never in.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from projects.roles import Role
from tests.factories.accounts import UserFactory, issue_token
from tests.factories.projects import MembershipFactory, ProjectFactory

EVERY_ROLE = [role.value for role in Role]


@pytest.fixture
def owner(db):
    return UserFactory(email="olga@example.com", name="Olga", is_owner=True)


@pytest.fixture
def admin(db):
    return UserFactory(email="adam@example.com", name="Adam")


@pytest.fixture
def lead(db):
    return UserFactory(email="alice@example.com", name="Alice")


@pytest.fixture
def reviewer(db):
    return UserFactory(email="rita@example.com", name="Rita")


@pytest.fixture
def annotator(db):
    return UserFactory(email="bob@example.com", name="Bob")


@pytest.fixture
def second_annotator(db):
    return UserFactory(email="carol@example.com", name="Carol")


@pytest.fixture
def former_member(db):
    return UserFactory(email="frank@example.com", name="Frank")


@pytest.fixture
def outsider(db):
    return UserFactory(email="mallory@example.com", name="Mallory")


@pytest.fixture
def project(owner, admin, lead, reviewer, annotator, second_annotator, former_member):
    """An open project with somebody in every role, and one who has left."""
    project = ProjectFactory(slug="support", name="Support messages", created_by=owner)
    for user, roles in (
        (owner, EVERY_ROLE),
        (admin, [Role.ADMIN]),
        (lead, [Role.LEAD]),
        (reviewer, [Role.REVIEWER]),
        (annotator, [Role.ANNOTATOR]),
        (second_annotator, [Role.ANNOTATOR]),
    ):
        MembershipFactory(project=project, user=user, roles=[str(role) for role in roles])
    left_at = timezone.now() - timedelta(days=1)
    MembershipFactory(project=project, user=former_member, roles=EVERY_ROLE, left_at=left_at)
    return project


@pytest.fixture
def client_of():
    """`client_of(user)`: a browser that is signed in."""

    def signed_in(user):
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def api_of():
    """`api_of(user, scopes=["read"])`: a REST client with a token; all scopes by default."""

    def with_token(user, scopes=None):
        client = APIClient()
        _token, text = issue_token(user, scopes=scopes)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return with_token
