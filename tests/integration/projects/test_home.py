"""The list of projects, and beginning one."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from projects import overview
from projects.actions.projects import create_project
from projects.models import Membership, Project, ProjectState
from projects.roles import Role
from tests.factories.projects import MembershipFactory, ProjectFactory

HOME = reverse("projects:home")
NEW = reverse("projects:new")
BODY = {"name": "Call notes", "description": "", "overlap": "3"}


@pytest.fixture
def registries(monkeypatch):
    """Empty ones, put back afterwards."""
    monkeypatch.setattr(overview, "_CARDS", [])
    monkeypatch.setattr(overview, "_PROGRESS", [])


def test_home_anonymous_is_sent_to_sign_in(client, db):
    assert client.get(HOME)["Location"] == f"{reverse('accounts:sign_in')}?next=%2F"


def test_home_of_an_owner_without_projects_offers_to_begin_one(client_of, owner):
    page = client_of(owner).get(HOME).text

    assert "No projects yet" in page
    assert NEW in page


def test_home_of_a_person_without_projects_says_what_to_do(client_of, outsider):
    page = client_of(outsider).get(HOME).text

    assert "You are in no project yet" in page
    assert NEW not in page


def test_home_lists_present_projects_only(client_of, annotator, former_member, project):
    retired = ProjectFactory(name="Gone for good", state=ProjectState.RETIRED)
    MembershipFactory(project=retired, user=annotator)
    ProjectFactory(name="Of other people")

    page = client_of(annotator).get(HOME).text

    assert "Support messages" in page
    assert "Gone for good" not in page
    assert "Of other people" not in page
    assert "Support messages" not in client_of(former_member).get(HOME).text


def test_home_costs_the_same_for_many_projects(client_of, annotator, django_assert_max_num_queries):
    client = client_of(annotator)
    for _ in range(20):
        MembershipFactory(user=annotator)

    with django_assert_max_num_queries(3):
        assert client.get(HOME).status_code == 200


def test_home_shows_own_progress_from_upper_apps(client_of, annotator, project, registries):
    overview.register_progress(lambda person, projects: {project.pk: f"{person.name}: 12 answers"})

    assert "Bob: 12 answers" in client_of(annotator).get(HOME).text


def test_home_name_with_html_is_escaped(client_of, annotator):
    MembershipFactory(user=annotator, project__name="<script>alert(1)</script>")

    page = client_of(annotator).get(HOME).text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_new_project_gives_its_creator_every_role(client_of, owner):
    response = client_of(owner).post(NEW, BODY)

    project = Project.objects.get()
    assert response["Location"] == reverse("projects:overview", args=["call-notes"])
    assert (project.name, project.overlap, project.is_open) == ("Call notes", 3, True)
    assert set(Membership.objects.get(project=project, user=owner).roles) == set(Role.values)
    assert AuditEntry.objects.get(action="project.created").scope == project.scope


def test_new_project_by_somebody_else_is_403(client_of, lead, project):
    client = client_of(lead)

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, BODY).status_code == 403
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": "x" * 121}, {"overlap": "0"}, {"overlap": "51"}, {"overlap": "two"}],
)
def test_new_project_bad_input_is_422_and_makes_none(client_of, owner, change):
    response = client_of(owner).post(NEW, BODY | change)

    assert response.status_code == 422
    assert not Project.objects.exists()


def test_create_project_names_alike_get_slugs_apart(owner):
    slugs = [
        create_project(name=name, by=owner, now=timezone.now()).slug
        for name in ("Call notes", "Call  notes!", "고객 문의", "고객", "x" * 120, "x" * 120)
    ]

    long = "x" * 55
    assert slugs == ["call-notes", "call-notes-2", "project", "project-2", long, f"{long}-2"]


def test_create_project_unknown_setting_is_a_programming_error(owner):
    with pytest.raises(TypeError, match="is_demonstration"):
        create_project(name="X", by=owner, now=timezone.now(), is_demonstration=True)


def test_overview_shows_cards_of_upper_apps(client_of, lead, project, registries):
    overview.register(lambda membership: {"title": "Items", "value": "60", "url": "/x/"})
    overview.register(lambda membership: None)

    page = client_of(lead).get(reverse("projects:overview", args=[project.slug])).text

    assert '<a class="stat" href="/x/">' in page
    assert page.count('class="stat"') == 1


def test_overview_names_colleagues_to_those_who_see_items(client_of, lead, annotator, project):
    url = reverse("projects:overview", args=[project.slug])

    assert "Carol" in client_of(lead).get(url).text
    assert "Carol" not in client_of(annotator).get(url).text


def test_overview_of_closed_project_says_so(client_of, annotator, project):
    Project.objects.filter(pk=project.pk).update(state=ProjectState.CLOSED)

    page = client_of(annotator).get(reverse("projects:overview", args=[project.slug])).text

    assert "This project is closed" in page
    assert "Label items" not in page


def test_overview_with_every_card_costs_few_statements(
    client_of,
    admin,
    project,
    django_assert_max_num_queries,
):
    client = client_of(admin)

    with django_assert_max_num_queries(4 + 2 * len(overview._CARDS)):
        client.get(reverse("projects:overview", args=[project.slug]))
