"""Pages for what went wrong."""

import pytest
from django.test import Client
from django.urls import reverse

from projects import queries


@pytest.fixture
def broken_home(monkeypatch):
    def fail(user):
        raise RuntimeError("secret of the program")

    monkeypatch.setattr(queries, "memberships_of", fail)


def test_absent_page_says_where_to_go(client, db):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert reverse("projects:home") in response.text


def test_icon_that_browsers_look_for_is_there_and_sets_no_token(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert response["Location"].endswith("favicon.svg")
    assert not response.cookies


def test_forbidden_page_says_why(client_of, annotator, project):
    response = client_of(annotator).get(reverse("projects:people", args=[project.slug]))

    assert response.status_code == 403
    assert "Your role in this project does not allow this." in response.text


def test_error_of_the_server_shows_a_plain_page_with_all_headers(owner, broken_home):
    client = Client(raise_request_exception=False)
    client.force_login(owner)

    response = client.get(reverse("projects:home"))

    assert response.status_code == 500
    assert "Something went wrong" in response.text
    assert "secret of the program" not in response.text
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_error_pages_are_in_the_language_of_the_reader(client, db):
    response = client.get("/no/such/page/", headers={"Accept-Language": "ko"})

    assert '<html lang="ko"' in response.text
