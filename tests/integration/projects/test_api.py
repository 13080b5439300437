"""REST: me, projects, members, invitations."""

import pytest
from django.utils import timezone

from projects.models import Invitation, Membership, Project, ProjectState
from tests.factories.projects import InvitationFactory, MembershipFactory

PROJECTS = "/api/v1/projects/"


@pytest.fixture
def url(project):
    return f"{PROJECTS}{project.pk}/"


def test_me_tells_person_and_scopes_but_no_secret(api_of, annotator):
    answer = api_of(annotator, scopes=["label"]).get("/api/v1/me/").json()

    assert (answer["name"], answer["is_owner"]) == ("Bob", False)
    assert answer["token"]["scopes"] == ["label"]
    assert set(answer["token"]) == {"name", "prefix", "scopes", "expires_at"}
    assert set(answer) == {"id", "name", "email", "language", "is_owner", "token"}


def test_projects_list_has_own_roles(api_of, lead, project):
    Membership.objects.filter(user=lead).update(roles=["lead", "reviewer"])
    MembershipFactory()

    results = api_of(lead).get(PROJECTS).json()["results"]

    assert [(row["id"], row["slug"], row["roles"]) for row in results] == [
        (project.pk, "support", ["lead", "reviewer"]),
    ]


def test_projects_list_costs_two_statements(api_of, lead, django_assert_num_queries):
    client = api_of(lead)
    for _ in range(20):
        MembershipFactory(user=lead)

    with django_assert_num_queries(2):
        assert len(client.get(PROJECTS).json()["results"]) == 20


def test_projects_create_by_an_owner_is_201(api_of, owner):
    response = api_of(owner).post(PROJECTS, {"name": "Notes", "overlap": 3}, format="json")

    assert response.status_code == 201
    assert response.json()["slug"] == "notes"
    assert Project.objects.get().overlap == 3


def test_projects_create_by_somebody_else_is_403(api_of, lead):
    response = api_of(lead).post(PROJECTS, {"name": "Notes"}, format="json")

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x", "overlap": 51}, "overlap"),
        ({"name": "x", "overlap": "many"}, "overlap"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "x", "is_demo": True}, "is_demo"),
        ({"name": "x", "created_by": 1}, "created_by"),
        ([], "non_field_errors"),
    ],
)
def test_projects_create_bad_body_is_400_and_names_the_field(api_of, owner, body, field):
    response = api_of(owner).post(PROJECTS, body, format="json")

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {field}
    assert not Project.objects.exists()


def test_projects_create_broken_json_is_400(api_of, owner):
    response = api_of(owner).post(PROJECTS, "{", content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


def test_project_get_shows_settings_and_own_roles(api_of, annotator, url):
    answer = api_of(annotator).get(url).json()

    assert (answer["state"], answer["overlap"], answer["roles"]) == ("open", 2, ["annotator"])
    assert set(answer) == {
        "id",
        "slug",
        "name",
        "description",
        "state",
        "overlap",
        "lease_minutes",
        "no_device_storage",
        "layout",
        "is_demo",
        "created_at",
        "roles",
    }


def test_project_costs_two_statements(api_of, annotator, url, django_assert_num_queries):
    client = api_of(annotator)

    with django_assert_num_queries(2):
        client.get(url)


def test_project_patch_changes_only_what_is_given(api_of, lead, project, url):
    response = api_of(lead).patch(url, {"overlap": 5}, format="json")

    assert response.json()["overlap"] == 5
    project.refresh_from_db()
    assert (project.overlap, project.name) == (5, "Support messages")


@pytest.mark.parametrize("field", ["state", "slug", "id", "created_at", "is_demo", "roles", "x"])
def test_project_patch_of_a_protected_field_is_400(api_of, lead, project, url, field):
    response = api_of(lead).patch(url, {"name": "Changed", field: "x"}, format="json")

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {field}
    project.refresh_from_db()
    assert project.name == "Support messages"


def test_project_head_and_options_answer_and_put_is_405(api_of, annotator, url):
    client = api_of(annotator)

    assert client.head(url).status_code == 200
    assert client.options(url).status_code == 200
    assert client.put(url, {}, format="json").status_code == 405


def test_project_foreign_and_absent_are_the_same_404(api_of, outsider, former_member, url):
    absent = api_of(outsider).get(f"{PROJECTS}{'9' * 30}/")

    for person in (outsider, former_member):
        foreign = api_of(person).get(url)
        assert (foreign.status_code, foreign.content) == (404, absent.content)


@pytest.mark.parametrize(
    ("method", "scopes", "status"),
    [
        ("get", ["label", "write", "export"], 403),
        ("patch", ["read", "label", "export"], 403),
        ("get", ["read"], 200),
        ("patch", ["write"], 200),
    ],
)
def test_project_token_needs_the_scope(api_of, lead, url, method, scopes, status):
    response = getattr(api_of(lead, scopes=scopes), method)(url)

    assert response.status_code == status


def test_closed_project_is_still_read(api_of, annotator, project, url):
    Project.objects.filter(pk=project.pk).update(state=ProjectState.CLOSED)

    assert api_of(annotator).get(url).json()["state"] == "closed"


def test_members_are_for_those_who_manage_people(api_of, admin, lead, url):
    rows = api_of(admin).get(f"{url}members/").json()["results"]

    assert {row["name"] for row in rows} == {
        "Olga",
        "Adam",
        "Alice",
        "Rita",
        "Bob",
        "Carol",
        "Frank",
    }
    assert [row["name"] for row in rows if row["left_at"]] == ["Frank"]
    assert api_of(lead).get(f"{url}members/").status_code == 403


def test_member_put_sets_roles_and_brings_back(api_of, admin, annotator, former_member, url):
    client = api_of(admin)

    for person in (annotator, former_member):
        response = client.put(f"{url}members/{person.pk}/", {"roles": ["lead"]}, format="json")
        assert response.json()["roles"] == ["lead"]
        assert response.json()["left_at"] is None


@pytest.mark.parametrize("body", [{}, {"roles": []}, {"roles": ["king"]}, {"roles": "lead"}])
def test_member_put_bad_roles_is_400(api_of, admin, annotator, url, body):
    response = api_of(admin).put(f"{url}members/{annotator.pk}/", body, format="json")

    assert response.status_code == 400
    assert Membership.objects.get(user=annotator).roles == ["annotator"]


def test_member_of_another_project_is_404(api_of, admin, url):
    stranger = MembershipFactory()
    path = f"{url}members/{stranger.user_id}/"

    assert api_of(admin).put(path, {"roles": ["lead"]}, format="json").status_code == 404
    assert api_of(admin).delete(path).status_code == 404


def test_member_delete_removes_and_the_last_admin_stays(api_of, admin, owner, annotator, url):
    client = api_of(admin)

    assert client.delete(f"{url}members/{annotator.pk}/").status_code == 204
    assert client.delete(f"{url}members/{annotator.pk}/").status_code == 409
    assert client.delete(f"{url}members/{owner.pk}/").status_code == 204
    response = client.delete(f"{url}members/{admin.pk}/")
    assert (response.status_code, response.json()["code"]) == (409, "last_admin")


def test_invitation_link_is_answered_once(api_of, admin, client, url):
    response = api_of(admin).post(f"{url}invitations/", {"roles": ["annotator"]}, format="json")

    link = response.json()["link"]
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    assert client.get(link.removeprefix("http://testserver")).status_code == 200
    listed = api_of(admin).get(f"{url}invitations/").json()["results"]
    assert [row["id"] for row in listed] == [response.json()["id"]]
    assert "link" not in listed[0]


@pytest.mark.parametrize(
    "change",
    [{"days": 91}, {"email": "x"}, {"roles": []}, {"expires_at": "2030-01-01"}],
)
def test_invitation_bad_body_is_400(api_of, admin, url, change):
    body = {"roles": ["annotator"]} | change

    response = api_of(admin).post(f"{url}invitations/", body, format="json")

    assert response.status_code == 400
    assert set(response.json()["errors"]) == set(change)
    assert not Invitation.objects.exists()


def test_invitation_delete_takes_it_back(api_of, admin, project, url):
    own = InvitationFactory(project=project)
    foreign = InvitationFactory()

    assert api_of(admin).delete(f"{url}invitations/{own.pk}/").status_code == 204
    assert api_of(admin).delete(f"{url}invitations/{foreign.pk}/").status_code == 404
    own.refresh_from_db()
    assert own.revoked_at <= timezone.now()


def test_audit_names_the_token_holder(api_of, admin, annotator, project, url, client_of):
    api_of(admin).delete(f"{url}members/{annotator.pk}/")

    page = client_of(admin).get(f"/p/{project.slug}/audit/").text

    assert "member.removed" in page
    assert f"user:{admin.pk}" in page
