"""Tokens: made on a page, shown once, used over REST, refused when they should be."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import TOKENS_MAX, create_token
from accounts.models import ApiToken, Scope, User
from accounts.tokens import new_token_text
from core.errors import Conflict
from core.models import AuditEntry
from tests.factories.accounts import ApiTokenFactory, UserFactory, issue_token

TOKENS = reverse("accounts:tokens")
ME = "/api/v1/me/"
BODY = {"name": "nightly export", "scopes": ["read", "export"], "days": "30"}


def bearer(text):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_new_token_is_shown_once_and_stored_as_a_digest(client_of, annotator):
    client = client_of(annotator)

    response = client.post(TOKENS, BODY)

    token = ApiToken.objects.get(user=annotator)
    text = response.context["new_text"]
    assert response.status_code == 201
    assert text in response.text
    assert "no-store" in response["Cache-Control"]
    assert text not in client.get(TOKENS).text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(t)::text FROM accounts_apitoken t WHERE id = %s",
            [token.pk],
        )
        assert text.rpartition("_")[2] not in cursor.fetchone()[0]
    assert bearer(text).get(ME).json()["token"]["scopes"] == ["export", "read"]


def test_new_token_is_audited_without_its_secret(client_of, annotator):
    text = client_of(annotator).post(TOKENS, BODY).context["new_text"]

    entry = AuditEntry.objects.get(action="token.created")

    assert entry.actor == f"user:{annotator.pk}"
    assert text.rpartition("_")[2] not in str(entry.__dict__)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["root"]},
        {"days": "4000"},
        {"days": "soon"},
    ],
)
def test_new_token_bad_input_is_422_and_makes_none(client_of, annotator, change):
    response = client_of(annotator).post(TOKENS, BODY | change)

    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_new_token_by_a_token_is_impossible(annotator, api_of):
    response = api_of(annotator).post(TOKENS, BODY)

    assert response.status_code in (302, 401)
    assert ApiToken.objects.count() == 1


def test_create_token_refuses_lives_and_scopes_outside_the_limits(annotator):
    now = timezone.now()

    with pytest.raises(ValidationError) as caught:
        create_token(by=annotator, name="x", scopes=["x"], expires_at=now, now=now)

    assert set(caught.value.error_dict) == {"scopes", "expires_at"}


def test_create_token_beyond_the_limit_is_a_conflict(annotator):
    now = timezone.now()
    for _ in range(TOKENS_MAX):
        ApiTokenFactory(user=annotator)
    arguments = {"by": annotator, "name": "x", "scopes": ["read"], "now": now}

    with pytest.raises(Conflict):
        create_token(expires_at=now + timedelta(days=1), **arguments)

    ApiToken.objects.filter(user=annotator).update(revoked_at=now)
    create_token(expires_at=now + timedelta(days=1), **arguments)


def test_revoke_stops_the_token_at_the_next_request(client_of, annotator):
    token, text = issue_token(annotator)
    client = client_of(annotator)
    page = reverse("accounts:revoke_token", args=[token.pk])
    assert bearer(text).get(ME).status_code == 200

    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert client.post(page).status_code == 302

    assert bearer(text).get(ME).status_code == 401
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_revoke_somebody_elses_token_is_404(client_of, annotator, outsider):
    token, text = issue_token(annotator)

    response = client_of(outsider).post(reverse("accounts:revoke_token", args=[token.pk]))

    assert response.status_code == 404
    assert bearer(text).get(ME).status_code == 200


def test_tokens_page_lists_only_the_persons_own(client_of, annotator, outsider):
    ApiTokenFactory(user=annotator, name="of Bob")
    ApiTokenFactory(user=outsider, name="of Mallory")

    page = client_of(annotator).get(TOKENS).text

    assert "of Bob" in page
    assert "of Mallory" not in page


def test_token_authentication_costs_one_statement(api_of, annotator, django_assert_num_queries):
    client = api_of(annotator)

    with django_assert_num_queries(1):
        response = client.get(ME)

    assert response.json()["email"] == "bob@example.com"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"revoked_at": timezone.now()}, "token_revoked"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "token_expired"),
    ],
)
def test_token_that_ended_is_401_and_says_why(annotator, fields, code):
    _token, text = issue_token(annotator, **fields)

    response = bearer(text).get(ME)

    assert response.status_code == 401
    assert response.json()["code"] == code
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_token_of_deactivated_account_is_401(annotator):
    _token, text = issue_token(annotator)
    User.objects.filter(pk=annotator.pk).update(is_active=False)

    response = bearer(text).get(ME)

    assert (response.status_code, response.json()["code"]) == (401, "account_inactive")


def test_token_with_wrong_secret_is_unknown(annotator):
    token, _text = issue_token(annotator)
    other = new_token_text().secret

    response = bearer(f"lh_{token.prefix}_{other}").get(ME)

    assert (response.status_code, response.json()["code"]) == (401, "token_unknown")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer lh_a_b",
        "bearer lh_\x00",
        "Bearer lh_é",
        "Bearer a b c",
    ],
)
def test_token_malformed_is_401(db, header):
    response = Client().get(ME, headers={"Authorization": header})

    assert (response.status_code, response.json()["code"]) == (401, "token_malformed")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic YTpi"}])
def test_rest_without_credentials_is_401(db, headers):
    response = Client().get(ME, headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_rest_with_a_session_needs_csrf_for_writes(owner):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner)

    assert client.get(ME).json()["token"] is None
    assert client.post("/api/v1/projects/", {"name": "X"}, format="json").status_code == 403


def test_token_without_scope_or_life_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError, match="token_has_a_scope"), transaction.atomic():
        ApiTokenFactory(scopes=[])
    with pytest.raises(IntegrityError, match="token_expires_after"), transaction.atomic():
        ApiTokenFactory(expires_at=timezone.now() - timedelta(days=3))


def test_scopes_of_the_factory_are_all(db):
    token, _text = issue_token(UserFactory())

    assert set(token.scopes) == set(Scope.values)
