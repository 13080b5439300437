"""Invitations: made, shown once, accepted once, refused when they should be."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import AuditEntry
from projects.actions.invitations import create_invitation
from projects.models import Invitation, Membership, ProjectState
from tests.factories.accounts import UserFactory
from tests.factories.projects import InvitationFactory, ProjectFactory
from tests.together import at_once

SECRET = "a-secret-for-tests"
LINK = reverse("projects:join", args=[SECRET])
NEWCOMER = {"name": "Nora", "email": "nora@example.com", "password": "a fine long pass phrase"}


@pytest.fixture
def invitation(project, admin):
    return InvitationFactory(project=project, invited_by=admin, secret=SECRET, roles=["reviewer"])


def test_invite_shows_the_link_once_and_stores_its_digest(client, client_of, admin, project):
    url = reverse("projects:people", args=[project.slug])
    adam = client_of(admin)

    response = adam.post(url, {"roles": ["annotator"], "email": "", "days": "7"})

    link = response.context["link"]
    assert response.status_code == 201
    assert link in response.text
    assert link not in adam.get(url).text
    assert link.rstrip("/").rpartition("/")[2] not in str(Invitation.objects.get().__dict__)
    assert "Join “Support messages”" in client.get(link.removeprefix("http://testserver")).text


@pytest.mark.parametrize(
    "change",
    [{"roles": []}, {"roles": ["king"]}, {"email": "nobody"}, {"days": "365"}],
)
def test_invite_bad_input_is_422_and_makes_none(client_of, admin, project, change):
    body = {"roles": ["annotator"], "email": "", "days": "7"} | change

    response = client_of(admin).post(reverse("projects:people", args=[project.slug]), body)

    assert response.status_code == 422
    assert not Invitation.objects.exists()


def test_create_invitation_beyond_its_longest_life_is_refused(admin, project):
    now = timezone.now()

    with pytest.raises(ValidationError):
        create_invitation(
            project=project,
            roles=["annotator"],
            expires_at=now + timedelta(days=91),
            by=admin,
            now=now,
        )


def test_join_as_a_new_person_makes_an_account_and_signs_in(client, invitation):
    response = client.post(LINK, NEWCOMER)

    nora = User.objects.get(email="nora@example.com")
    assert response["Location"] == reverse("projects:overview", args=["support"])
    assert client.get(response["Location"]).status_code == 200
    assert Membership.objects.get(user=nora).roles == ["reviewer"]
    assert not nora.is_owner
    invitation.refresh_from_db()
    assert invitation.accepted_by == nora


def test_join_as_oneself_takes_one_button(client_of, outsider, invitation):
    mallory = client_of(outsider)

    assert "Join as Mallory" in mallory.get(LINK).text
    assert not Membership.objects.filter(user=outsider).exists()
    assert mallory.post(LINK).status_code == 302

    assert Membership.objects.get(user=outsider).roles == ["reviewer"]
    assert AuditEntry.objects.get(action="invitation.accepted").actor == f"user:{outsider.pk}"


def test_join_twice_is_gone(client, client_of, outsider, invitation):
    client_of(outsider).post(LINK)

    assert client.get(LINK).status_code == 410
    response = client.post(LINK, NEWCOMER)
    assert response.status_code == 410
    assert "works once" in response.text
    assert not User.objects.filter(email="nora@example.com").exists()


@pytest.mark.django_db(transaction=True)
def test_join_twice_at_once_lets_one_in():
    project = ProjectFactory()
    InvitationFactory(project=project, secret=SECRET)
    people = [UserFactory() for _ in range(4)]

    def join(user):
        client = Client()
        client.force_login(user)
        return client.post(LINK).status_code

    statuses = at_once(*[lambda user=user: join(user) for user in people])

    assert sorted(statuses) == [302, 410, 410, 410]
    assert project.memberships.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"revoked_at": timezone.now()}, "taken back"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "has expired"),
    ],
)
def test_join_by_a_link_that_ended_says_why(client, project, fields, message):
    InvitationFactory(project=project, secret=SECRET, **fields)

    for response in (client.get(LINK), client.post(LINK, NEWCOMER)):
        assert response.status_code == 410
        assert message in response.text
    assert not User.objects.filter(email="nora@example.com").exists()


@pytest.mark.parametrize("token", ["a" * 43, "x", "é", "x" * 3000])
def test_join_by_a_made_up_link_is_gone(client, db, token):
    response = client.get(reverse("projects:join", args=[token]))

    assert response.status_code == 410
    assert "no such invitation" in response.text


def test_join_a_retired_project_is_gone_and_does_not_name_it(client, invitation, project):
    project.state = ProjectState.RETIRED
    project.save()

    response = client.get(LINK)

    assert response.status_code == 410
    assert project.name not in response.text


def test_join_for_another_address_is_403(client_of, outsider, project):
    InvitationFactory(project=project, secret=SECRET, email="nora@example.com")

    response = client_of(outsider).post(LINK)

    assert response.status_code == 403
    assert "mallory@example.com" in response.text
    assert not Membership.objects.filter(user=outsider).exists()


def test_join_with_an_address_in_the_invitation_cannot_choose_another(client, project):
    InvitationFactory(project=project, secret=SECRET, email="nora@example.com")

    client.post(LINK, NEWCOMER | {"email": "mallory2@example.com"})

    assert User.objects.filter(email="nora@example.com").exists()
    assert not User.objects.filter(email="mallory2@example.com").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email": "BOB@example.com"}, "already an account"),
        ({"password": "short"}, "at least 10 characters"),
        ({"name": ""}, "required"),
    ],
)
def test_join_bad_input_is_422_and_keeps_the_link(client, invitation, change, message):
    response = client.post(LINK, NEWCOMER | change)

    assert response.status_code == 422
    assert message in response.text
    assert client.post(LINK, NEWCOMER).status_code == 302


def test_join_again_while_in_the_project_keeps_the_link(client_of, annotator, invitation):
    assert client_of(annotator).post(LINK).status_code == 409

    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_join_after_leaving_brings_the_person_back(client_of, former_member, invitation):
    client_of(former_member).post(LINK)

    membership = Membership.objects.get(user=former_member)
    assert (membership.left_at, membership.roles) == (None, ["reviewer"])


def test_join_page_is_never_stored(client, invitation):
    assert "no-store" in client.get(LINK)["Cache-Control"]


def test_join_refused_leaves_no_link_in_the_log(
    client,
    client_of,
    annotator,
    outsider,
    invitation,
    caplog,
):
    client.post(LINK, NEWCOMER | {"password": "short"})
    client_of(annotator).post(LINK)
    client.get(reverse("projects:join", args=["another-secret"]))
    Invitation.objects.filter(pk=invitation.pk).update(email="nora@example.com")
    client_of(outsider).post(LINK)
    client.get("/no/such/page/")

    assert "/no/such/page/" in caplog.text
    assert SECRET not in caplog.text
    assert "another-secret" not in caplog.text


def test_take_back_ends_the_link(client, client_of, admin, invitation, project):
    url = reverse("projects:revoke_invitation", args=[project.slug, invitation.pk])
    adam = client_of(admin)

    assert adam.get(url).status_code == 200
    assert client.get(LINK).status_code == 200
    for _ in range(2):
        assert adam.post(url).status_code == 302

    assert client.get(LINK).status_code == 410
    assert AuditEntry.objects.filter(action="invitation.revoked").count() == 1


def test_take_back_a_used_invitation_is_409(client_of, admin, outsider, invitation, project):
    client_of(outsider).post(LINK)
    url = reverse("projects:revoke_invitation", args=[project.slug, invitation.pk])

    assert client_of(admin).post(url).status_code == 409


def test_take_back_an_invitation_of_another_project_is_404(client_of, admin, project):
    foreign = InvitationFactory()
    url = reverse("projects:revoke_invitation", args=[project.slug, foreign.pk])

    assert client_of(admin).post(url).status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


def test_invitation_states_that_make_no_sense_are_refused_by_the_database(project, annotator):
    now = timezone.now()
    for name, fields in (
        ("invitation_accepted_has_who_and_when", {"accepted_at": now}),
        (
            "invitation_not_both_accepted_and_revoked",
            {"accepted_at": now, "accepted_by": annotator, "revoked_at": now},
        ),
        ("invitation_has_a_role", {"roles": []}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            InvitationFactory(project=project, **fields)
