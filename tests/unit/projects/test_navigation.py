"""The way around a project."""

import pytest
from django.test import RequestFactory

from projects.context import navigation
from projects.models import Membership, Project, ProjectState
from projects.navigation import ENTRIES, links, next_steps

THREADS = "message-circle-question-mark"


def membership(*roles, state=ProjectState.OPEN):
    return Membership(roles=list(roles), project=Project(slug="support", name="S", state=state))


def icons(found):
    return [link["icon"] for link in found]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("annotator", ["layout-dashboard", "tag", "trending-up", "book-open", THREADS]),
        ("reviewer", ["layout-dashboard", "list", "book-open", THREADS, "chart-column", "repeat"]),
    ],
)
def test_links_are_those_the_role_may_open(role, expected):
    assert icons(links(ENTRIES, membership(role))) == expected


def test_links_mark_the_page_that_holds_the_path():
    found = links(ENTRIES, membership("admin"), path="/p/support/people/7/")

    assert [link["icon"] for link in found if link["current"]] == ["users"]


def test_links_outside_the_project_mark_nothing():
    assert not any(link["current"] for link in links(ENTRIES, membership("admin"), path="/"))


def test_next_steps_of_a_closed_project_are_reading_only():
    assert next_steps(membership("annotator", state=ProjectState.CLOSED)) == []
    assert icons(next_steps(membership("admin", state=ProjectState.CLOSED))) == ["download"]


def test_navigation_outside_a_project_is_empty():
    assert navigation(RequestFactory().get("/")) == {"project": None, "nav": [], "can": {}}


def test_navigation_in_a_project_says_what_the_person_may():
    request = RequestFactory().get("/p/support/")
    request.membership = membership("annotator")

    context = navigation(request)

    assert context["project"].slug == "support"
    assert context["nav"][0]["current"]
    assert (context["can"]["label"], context["can"]["export"]) == (True, False)
