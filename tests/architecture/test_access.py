"""The access matrix: every route x method x person, walked from the URLconf through HTTP.

A route that nobody listed is judged as well, since nothing here names one.
"""

import re
from dataclasses import dataclass

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Scope
from core.access import BY_METHOD, FOREIGN_RULES, routes, rule_of
from projects.models import Membership, ProjectState
from projects.roles import Permission, Role, permissions_of
from tests.factories.projects import ProjectFactory

PERSONAL_RULES = {"public", "signed in", "server owner"}
ABSENT = {"slug": "no-such-project", "project_id": 2_000_000_000}
SAMPLES = {
    "int": "2000000001",
    "str": "x",
    "slug": "x",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "x",
}

# Permissions that roles hold although no route asks for them: none.
UNASKED: dict[Permission, str] = {}

# GET may write here, each for a reason.
WRITES_ON_GET = {
    "api/v1/projects/<int:project_id>/export": "who took labels out is audited",
}


@dataclass(frozen=True)
class Cell:
    """One method of one route, with its rule."""

    route: str
    method: str
    rule: str
    scope: Scope | None = None

    @property
    def is_rest(self):
        return self.route.startswith("api/")

    @property
    def is_in_a_project(self):
        return self.rule in set(Permission)

    def path(self, **project):
        """The route with the project's identity, and made-up values for everything else."""

        def value(match):
            converter, name = match.groups()
            return str(project.get(name, SAMPLES[converter]))

        return "/" + re.sub(r"<(\w+):(\w+)>", value, self.route)

    def ask(self, client, **project):
        call = getattr(client, self.method.lower())
        kwargs = {"format": "json"} if self.is_rest and self.method != "GET" else {}
        return call(self.path(**project), **kwargs)

    def __str__(self):
        return f"{self.method} /{self.route}"


def cells():
    for route, view in routes():
        rule, rest_view = rule_of(view), getattr(view, "cls", None)
        if view.__module__ in FOREIGN_RULES:
            continue
        if rule == BY_METHOD:
            for method, declared in rest_view.rules.items():
                permission, scope = declared if isinstance(declared, tuple) else (None, declared)
                yield Cell(route, method, permission or "signed in", scope)
        else:
            yield Cell(route, "GET", rule)
            yield Cell(route, "POST", rule)


def project_cells():
    return [cell for cell in cells() if cell.is_in_a_project]


def identity(project):
    return {"slug": project.slug, "project_id": project.pk}


def without_secrets(response, cell, project):
    """The answer, less what names the address that was asked for and the CSRF token."""
    text = response.content.decode()
    text = re.sub(r'(csrf-token" content=|csrfmiddlewaretoken" value=)"\w+"', r"\1", text)
    return text.replace(cell.path(**project), "PATH")


@pytest.fixture
def clients(client_of, api_of):
    """`clients(user)(cell)`: the browser or the program of that person, made once."""

    def of(user):
        browser, program = client_of(user), api_of(user)
        browser.raise_request_exception = program.raise_request_exception = False
        return lambda cell: program if cell.is_rest else browser

    return of


def test_every_route_has_a_rule_that_means_something():
    known = PERSONAL_RULES | set(Permission) | {BY_METHOD} | set(FOREIGN_RULES.values())

    strange = {route: rule for route, view in routes() if (rule := rule_of(view)) not in known}

    assert strange == {}
    assert run_checks(tags=[Tags.urls]) == []


def test_every_route_of_a_project_asks_for_a_permission():
    open_doors = [
        str(cell)
        for cell in cells()
        if ("<slug:slug>" in cell.route or "<int:project_id>" in cell.route)
        and not cell.is_in_a_project
    ]

    assert open_doors == []
    assert len(project_cells()) > 20


def test_every_permission_is_held_by_a_role_and_asked_by_a_route():
    held = permissions_of([role.value for role in Role])

    assert held == set(Permission)
    assert {cell.rule for cell in project_cells()} == set(Permission) - set(UNASKED)


def test_anonymous_is_asked_to_sign_in_everywhere_but_on_public_pages(project):
    failures = []
    for cell in cells():
        response = cell.ask(Client(), **identity(project))
        if cell.rule == "public":
            expected = response.status_code < 500
        elif cell.is_rest:
            expected = response.status_code == 401 and "WWW-Authenticate" in response
        else:
            to_sign_in = response.get("Location", "").startswith(reverse("accounts:sign_in"))
            expected = to_sign_in or response.status_code == 405
        if not expected:
            failures.append((str(cell), response.status_code))

    assert failures == []


@pytest.mark.slow
def test_stranger_cannot_tell_a_foreign_project_from_an_absent_one(
    project,
    outsider,
    former_member,
    clients,
):
    failures = []
    for person in (outsider, former_member):
        client = clients(person)
        for cell in project_cells():
            foreign = cell.ask(client(cell), **identity(project))
            absent = cell.ask(client(cell), **ABSENT)
            same = without_secrets(foreign, cell, identity(project)) == without_secrets(
                absent,
                cell,
                ABSENT,
            )
            if foreign.status_code not in (404, 405) or not same:
                failures.append((person.name, str(cell), foreign.status_code))

    assert failures == []


@pytest.mark.slow
def test_role_without_the_permission_is_403_and_with_it_is_not(project, annotator, clients):
    failures = []
    client = clients(annotator)
    for role in Role:
        Membership.objects.filter(project=project, user=annotator).update(roles=[role.value])
        allowed = permissions_of([role.value])
        for cell in project_cells():
            if cell.rule in allowed and cell.method != "GET":
                continue  # would act; what it does is tested beside each app
            status = cell.ask(client(cell), **identity(project)).status_code
            good = status not in (403, 500) if cell.rule in allowed else status in (403, 405)
            if not good:
                failures.append((role.value, str(cell), status))

    assert failures == []


@pytest.mark.slow
def test_get_writes_nothing(project, owner, clients):
    failures = []
    client = clients(owner)
    for cell in cells():
        if cell.method != "GET" or cell.route in WRITES_ON_GET:
            continue
        with CaptureQueriesContext(connection) as statements:
            cell.ask(client(cell), **identity(project))
        writes = [
            query["sql"][:80]
            for query in statements
            if re.match(r"\s*(INSERT|UPDATE|DELETE|WITH.*(INSERT|UPDATE|DELETE))", query["sql"])
            and "django_session" not in query["sql"]
        ]
        if writes:
            failures.append((str(cell), writes))

    assert failures == []


def test_get_that_may_write_is_still_a_route():
    assert set(WRITES_ON_GET) <= {cell.route for cell in cells()}


@pytest.mark.slow
def test_token_without_the_scope_is_403(project, owner, api_of):
    failures = []
    programs = {
        scope: api_of(owner, scopes=[other for other in Scope if other != scope]) for scope in Scope
    }
    for cell in cells():
        if cell.scope is not None:
            status = cell.ask(programs[cell.scope], **identity(project)).status_code
            if status != 403:
                failures.append((str(cell), cell.scope.value, status))

    assert failures == []


def test_token_is_no_key_to_pages(project, owner, api_of):
    program = api_of(owner)

    for cell in cells():
        if not cell.is_rest and cell.rule != "public":
            assert cell.ask(program, **identity(project)).status_code in (302, 405), str(cell)


def test_member_of_another_project_is_a_stranger_here(project, outsider, clients):
    other = ProjectFactory()
    roles = [role.value for role in Role]
    Membership.objects.create(project=other, user=outsider, roles=roles, joined_at=other.created_at)
    client = clients(outsider)

    for cell in project_cells():
        status = cell.ask(client(cell), **identity(project)).status_code
        assert status in (404, 405), (str(cell), status)


def test_retired_project_is_absent_for_its_own_people(project, owner, clients):
    project.state = ProjectState.RETIRED
    project.save()
    client = clients(owner)

    for cell in project_cells():
        status = cell.ask(client(cell), **identity(project)).status_code
        assert status in (404, 405), (str(cell), status)
