"""Signing in and out."""

import statistics
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as CacheAway

from accounts.throttle import TRIES
from tests.factories.accounts import PASSWORD, UserFactory

SIGN_IN = reverse("accounts:sign_in")


def attempt(client, user, password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"email": user.email, "password": password}, **extra)


def test_sign_in_right_password_opens_a_session(client, db):
    user = UserFactory()

    response = attempt(client, user)

    assert response.status_code == 302
    assert response["Location"] == reverse("projects:home")
    assert client.get(reverse("projects:home")).status_code == 200


def test_sign_in_address_in_other_case_is_the_same_account(client, db):
    user = UserFactory()

    response = client.post(SIGN_IN, {"email": user.email.upper(), "password": PASSWORD})

    assert response.status_code == 302


def test_sign_in_wrong_password_keeps_what_was_typed(client, db):
    user = UserFactory()

    response = attempt(client, user, "wrong")

    assert response.status_code == 422
    assert user.email in response.text
    assert "The e-mail address or the password is wrong." in response.text
    assert "_auth_user_id" not in client.session


def test_sign_in_unknown_and_known_account_get_the_same_answer(client, db):
    user = UserFactory()

    known = attempt(client, user, "wrong").text
    unknown = attempt(client, UserFactory.build(), "wrong").text

    errors = [
        text.partition('role="alert"')[2].partition("</form>")[0] for text in (known, unknown)
    ]
    assert errors[0][:300] == errors[1][:300] != ""


@pytest.mark.slow
def test_sign_in_unknown_account_takes_as_long_as_a_known_one(client, db):
    def seconds(user):
        start = time.perf_counter()
        attempt(client, user, "wrong")
        return time.perf_counter() - start

    slow_hash = make_password(PASSWORD)
    known = [UserFactory(password=slow_hash) for _ in range(4)]
    retired = [UserFactory(password=slow_hash, is_active=False) for _ in range(4)]
    without_password = [UserFactory(password="!nothing") for _ in range(4)]
    unknown = [UserFactory.build() for _ in range(4)]
    expected = statistics.median(map(seconds, known))

    for group in (retired, without_password, unknown):
        assert statistics.median(map(seconds, group)) > expected / 2


def test_sign_in_deactivated_account_is_refused(client, db):
    assert attempt(client, UserFactory(is_active=False)).status_code == 422


def test_sign_in_account_without_password_is_refused(client, db):
    assert attempt(client, UserFactory(password="!unusable"), "!unusable").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "", "password": ""},
        {"email": "no-address", "password": "x"},
        {"email": "a@example.com\x00", "password": "x"},
        {"email": "a@example.com", "password": "\x00"},
    ],
)
def test_sign_in_malformed_body_is_422(client, db, body):
    assert client.post(SIGN_IN, body).status_code == 422


def test_sign_in_too_many_tries_are_refused_even_with_the_right_password(client, db):
    user = UserFactory()
    for _ in range(TRIES):
        assert attempt(client, user, "wrong").status_code == 422

    response = attempt(client, user)

    assert response.status_code == 429
    assert "wait 15 minutes" in response.text
    assert "_auth_user_id" not in client.session


def test_sign_in_stranger_who_fails_locks_out_only_the_own_address(client, db):
    user = UserFactory()
    for _ in range(TRIES + 1):
        attempt(client, user, "wrong", REMOTE_ADDR="203.0.113.9")

    assert attempt(client, user, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_sign_in_forged_forwarded_address_does_not_get_round_the_limit(client, db):
    user = UserFactory()

    statuses = [
        attempt(client, user, "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code
        for number in range(TRIES + 1)
    ]

    assert statuses[-1] == 429


def test_sign_in_success_starts_the_count_again(client, db):
    user = UserFactory()
    for _ in range(TRIES - 1):
        attempt(client, user, "wrong")
    attempt(client, user)

    assert attempt(Client(), user, "wrong").status_code == 422


def test_sign_in_cache_away_locks_nobody_out(client, db, monkeypatch):
    def away(*args, **kwargs):
        raise CacheAway("the cache is away")

    monkeypatch.setattr(type(cache._connections["default"]), "add", away)
    user = UserFactory()

    assert attempt(client, user).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        " https://evil.example",
        "https:///evil.example",
        "http://testserver@evil.example/",
        "/\t/evil.example",
        "data:text/html,x",
    ],
)
def test_sign_in_hostile_next_stays_on_this_server(client, db, target):
    user = UserFactory()

    response = client.post(SIGN_IN, {"email": user.email, "password": PASSWORD, "next": target})

    assert response["Location"] == reverse("projects:home")


def test_sign_in_own_next_is_followed(client, db):
    user = UserFactory()
    page = client.get(reverse("accounts:tokens"))
    assert page["Location"] == f"{SIGN_IN}?next=%2Faccounts%2Ftokens%2F"

    body = {"email": user.email, "password": PASSWORD, "next": "/accounts/tokens/"}

    assert client.post(SIGN_IN, body)["Location"] == "/accounts/tokens/"


def test_sign_in_form_carries_next_into_the_post(client, db):
    page = client.get(SIGN_IN, {"next": "/accounts/tokens/"})

    assert '<input type="hidden" name="next" value="/accounts/tokens/">' in page.text


def test_sign_in_signed_in_person_is_sent_on(client_of, annotator):
    assert client_of(annotator).get(SIGN_IN).status_code == 302


def test_sign_in_without_csrf_token_is_refused(db):
    user = UserFactory()

    response = attempt(Client(enforce_csrf_checks=True), user)

    assert response.status_code == 403
    assert "Please send the form again" in response.text


def test_sign_in_new_session_has_a_new_key(client, db):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    attempt(client, UserFactory())

    assert client.session.session_key != planted


def test_sign_in_applies_the_language_of_the_person(client, db):
    user = UserFactory(language="ko")

    assert attempt(client, user).cookies["django_language"].value == "ko"


def test_sign_out_ends_the_session(client_of, annotator):
    client = client_of(annotator)

    response = client.post(reverse("accounts:sign_out"))

    assert response["Location"] == SIGN_IN
    assert client.get(reverse("projects:home")).status_code == 302


def test_sign_out_by_get_is_refused(client_of, annotator):
    client = client_of(annotator)

    assert client.get(reverse("accounts:sign_out")).status_code == 405
    assert client.get(reverse("projects:home")).status_code == 200


def test_page_for_signed_out_script_is_401_with_a_code(client, db):
    response = client.get(reverse("projects:home"), headers={"Accept": "application/json"})

    assert response.status_code == 401
    assert response.json()["code"] == "signed_out"


def test_page_for_signed_out_htmx_leaves_for_the_sign_in_page(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/tokens/"}

    response = client.get(reverse("projects:home"), headers=headers)

    assert response.status_code == 401
    assert response["HX-Redirect"] == f"{SIGN_IN}?next=%2Faccounts%2Ftokens%2F"


def test_help_with_password_is_public(client, db):
    assert "password_link" in client.get(reverse("accounts:help_with_password")).text
