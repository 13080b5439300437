"""Roles, leaving, the last admin, and the people of the server."""

import threading
import time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict
from core.models import AuditEntry
from projects.actions.people import change_roles, remove_member
from projects.models import Membership
from projects.roles import Role
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.together import at_once


def page(name, project, *args):
    return reverse(f"projects:{name}", args=[project.slug, *args])


def roles_of(user, project):
    return Membership.objects.get(user=user, project=project).roles


@pytest.fixture
def only_admin(project, owner, admin):
    """Adam, once Olga is no admin any more."""
    Membership.objects.filter(project=project, user=owner).update(roles=["lead"])
    return admin


def test_people_page_lists_present_and_past_members(client_of, admin, project):
    text = client_of(admin).get(page("people", project)).text

    assert "Alice" in text
    assert "Frank" in text
    assert "Mallory" not in text


def test_people_page_costs_the_same_for_many(
    client_of,
    admin,
    project,
    django_assert_max_num_queries,
):
    for _ in range(20):
        MembershipFactory(project=project)
    client = client_of(admin)

    with django_assert_max_num_queries(5):
        client.get(page("people", project))


def test_change_roles_bites_at_the_next_request(client_of, admin, annotator, project):
    bob = client_of(annotator)
    assert bob.get(page("settings", project)).status_code == 403

    response = client_of(admin).post(
        page("member", project, annotator.pk),
        {"roles": ["lead", "annotator"]},
    )

    assert response.status_code == 302
    assert bob.get(page("settings", project)).status_code == 200
    assert roles_of(annotator, project) == ["annotator", "lead"]
    detail = AuditEntry.objects.get(action="member.roles_changed").detail
    assert detail == {"before": ["annotator"], "roles": ["annotator", "lead"]}


@pytest.mark.parametrize("roles", [[], ["king"], ["annotator", "king"]])
def test_change_roles_bad_input_is_422(client_of, admin, annotator, project, roles):
    response = client_of(admin).post(page("member", project, annotator.pk), {"roles": roles})

    assert response.status_code == 422
    assert roles_of(annotator, project) == ["annotator"]


def test_change_roles_of_a_person_of_another_project_is_404(client_of, admin, project):
    stranger = MembershipFactory()

    url = page("member", project, stranger.user_id)

    assert client_of(admin).post(url, {"roles": ["admin"]}).status_code == 404
    stranger.refresh_from_db()
    assert stranger.roles == ["annotator"]


def test_remove_member_shuts_out_and_keeps_the_row(client_of, admin, annotator, project):
    bob = client_of(annotator)

    client_of(admin).post(page("remove_member", project, annotator.pk))

    assert bob.get(page("overview", project)).status_code == 404
    assert Membership.objects.get(user=annotator, project=project).left_at is not None


def test_remove_member_twice_is_409(client_of, admin, annotator, project):
    client = client_of(admin)
    client.post(page("remove_member", project, annotator.pk))

    assert client.post(page("remove_member", project, annotator.pk)).status_code == 409


def test_former_member_is_added_again(client_of, admin, former_member, project):
    client_of(admin).post(page("member", project, former_member.pk), {"roles": ["reviewer"]})

    membership = Membership.objects.get(user=former_member, project=project)
    assert membership.left_at is None
    assert membership.roles == ["reviewer"]


def test_leave_is_open_to_every_member(client_of, annotator, project):
    client = client_of(annotator)

    assert client.get(page("leave", project)).status_code == 200
    assert client.post(page("leave", project))["Location"] == reverse("projects:home")

    assert client.get(page("overview", project)).status_code == 404
    assert AuditEntry.objects.get(action="member.left").actor == f"user:{annotator.pk}"


def test_last_admin_cannot_leave(client_of, only_admin, project):
    response = client_of(only_admin).post(page("leave", project))

    assert response.status_code == 409
    assert "last admin" in response.text
    assert client_of(only_admin).get(page("people", project)).status_code == 200


def test_last_admin_cannot_be_demoted(client_of, only_admin, project):
    url = page("member", project, only_admin.pk)

    assert client_of(only_admin).post(url, {"roles": ["lead"]}).status_code == 409
    assert roles_of(only_admin, project) == ["admin"]


def test_last_admin_beside_a_deactivated_one_cannot_leave(only_admin, project):
    MembershipFactory(project=project, user__is_active=False, roles=["admin"])
    membership = Membership.objects.get(project=project, user=only_admin)

    with pytest.raises(Conflict):
        remove_member(membership=membership, by=only_admin, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_at_once_leave_one():
    project = ProjectFactory()
    first, second = (MembershipFactory(project=project, roles=["admin"]) for _ in range(2))
    first_has_begun = threading.Event()

    def demote_second():
        with transaction.atomic():
            change_roles(membership=second, roles=["lead"], by=first.user, now=timezone.now())
            first_has_begun.set()
            time.sleep(0.3)  # the other one comes while this is not committed

    def demote_first():
        assert first_has_begun.wait(timeout=30)
        change_roles(membership=first, roles=["lead"], by=second.user, now=timezone.now())

    outcomes = at_once(demote_second, demote_first)

    assert [getattr(each, "code", each) for each in outcomes] == [None, "last_admin"]
    assert roles_of(first.user, project) == ["admin"]


def test_membership_is_one_per_person_and_has_a_role(annotator, project):
    with pytest.raises(IntegrityError, match="membership_one_per_person"), transaction.atomic():
        MembershipFactory(project=project, user=annotator)
    with pytest.raises(IntegrityError, match="membership_has_a_role"), transaction.atomic():
        MembershipFactory(project=project, roles=[])


def test_server_people_are_listed_to_owners_only(client_of, owner, admin, outsider, project):
    url = reverse("projects:server_people")

    assert "Mallory" in client_of(owner).get(url).text
    assert client_of(admin).get(url).status_code == 403
    assert Client().get(url).status_code == 302


def test_password_link_works_once_and_is_audited(client, client_of, owner, annotator):
    response = client_of(owner).post(reverse("projects:password_link", args=[annotator.pk]))

    link = response.context["link"]
    assert response.status_code == 201
    assert link.startswith("http://testserver/accounts/set-password/")
    assert client.get(link.removeprefix("http://testserver")).status_code == 200
    entry = AuditEntry.objects.get(action="account.password_link_made")
    assert link.rstrip("/").rpartition("/")[2] not in str(entry.detail)


def test_password_link_by_a_project_admin_is_403(client_of, admin, owner, project):
    response = client_of(admin).post(reverse("projects:password_link", args=[owner.pk]))

    assert response.status_code == 403


def test_password_link_for_a_deactivated_account_is_409(client_of, owner):
    person = UserFactory(is_active=False)

    response = client_of(owner).post(reverse("projects:password_link", args=[person.pk]))

    assert response.status_code == 409


def test_deactivate_asks_then_signs_the_person_out(client_of, owner, annotator, project, api_of):
    url = reverse("projects:deactivate", args=[annotator.pk])
    bob, program, olga = client_of(annotator), api_of(annotator), client_of(owner)

    assert olga.get(url).status_code == 200
    assert bob.get(reverse("projects:home")).status_code == 200
    assert olga.post(url).status_code == 302

    assert bob.get(reverse("projects:home")).status_code == 302
    assert program.get("/api/v1/me/").status_code == 401
    olga.post(reverse("projects:reactivate", args=[annotator.pk]))
    assert program.get("/api/v1/me/").status_code == 200


def test_deactivate_the_last_admin_of_a_project_is_409(client_of, owner, only_admin, project):
    response = client_of(owner).post(reverse("projects:deactivate", args=[only_admin.pk]))

    assert response.status_code == 409
    assert project.name in response.text
    only_admin.refresh_from_db()
    assert only_admin.is_active


@pytest.mark.parametrize("after", ["abc", "9" * 40, "-1", "1 OR 1=1"])
def test_page_mark_that_is_no_mark_is_not_an_error_of_the_server(client_of, owner, after):
    response = client_of(owner).get(reverse("projects:server_people"), {"after": after})

    assert response.status_code in (200, 404)


def test_audit_page_is_for_admins_and_pages_by_key(client_of, admin, lead, project):
    client = client_of(admin)
    bob = Membership.objects.get(project=project, user__name="Bob")
    for number in range(60):
        roles = [Role.ANNOTATOR.value, Role.LEAD.value][: 1 + number % 2]
        change_roles(membership=bob, roles=roles, by=admin, now=timezone.now())

    first = client.get(page("audit", project))
    rest = client.get(page("audit", project), {"after": first.context["page"].next_after})

    assert len(first.context["page"].rows) == 50
    assert len(rest.context["page"].rows) == 9
    assert client_of(lead).get(page("audit", project)).status_code == 403
    assert client.get(page("audit", project), {"after": "x"}).status_code == 404


def test_audit_page_says_what_changed_in_words(client_of, admin, annotator, project):
    client = client_of(admin)
    client.post(page("member", project, annotator.pk), {"roles": ["annotator", "lead"]})
    settings = {
        "name": "S",
        "description": "",
        "overlap": "3",
        "lease_minutes": "30",
        "layout": "stacked",
    }
    client.post(page("settings", project), settings)

    text = client.get(page("audit", project)).text

    assert "Annotator, Lead" in text
    assert "2 → 3" in text
    assert "Support messages → S" in text


def test_audit_page_shows_only_this_project(client_of, admin, project):
    other = MembershipFactory()
    change_roles(membership=other, roles=["lead"], by=admin, now=timezone.now())

    assert client_of(admin).get(page("audit", project)).context["page"].rows == []
