"""Setting a password by a one-time link, and changing it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import set_password_link
from accounts.models import User
from core.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory
from tests.together import at_once

NEW = "quite another pass phrase"
CHANGE = reverse("accounts:change_password")


def choose(client, link, password=NEW, again=None):
    return client.post(link, {"password": password, "again": again or password})


def test_link_sets_the_password_and_signs_in(client, db):
    user = UserFactory(password="!unset")

    response = choose(client, set_password_link(user))

    assert response["Location"] == reverse("projects:home")
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(reverse("projects:home")).status_code == 200
    assert AuditEntry.objects.filter(action="account.password_set").count() == 1


def test_link_used_twice_is_gone(client, db):
    user = UserFactory()
    link = set_password_link(user)
    choose(client, link)

    second = Client()
    assert second.get(link).status_code == 410
    assert choose(second, link, "a third pass phrase").status_code == 410
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.django_db(transaction=True)
def test_link_used_twice_at_once_sets_one_password():
    user = UserFactory()
    link = set_password_link(user)

    def use(password):
        return choose(Client(), link, password).status_code

    statuses = at_once(*[lambda n=n: use(f"pass phrase number {n}") for n in range(2)])

    assert sorted(statuses) == [302, 410]


def test_link_of_deactivated_account_is_gone(client, db):
    user = UserFactory()
    link = set_password_link(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get(link).status_code == 410


def test_link_expired_is_gone(client, db, settings):
    link = set_password_link(UserFactory())
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("uidb64", ["MQ", "x", "!!!", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"])
def test_link_made_up_is_gone(client, db, uidb64):
    link = reverse("accounts:set_password", kwargs={"uidb64": uidb64, "token": "abc-def"})

    assert client.get(link).status_code == 410
    assert choose(client, link).status_code == 410


def test_link_with_somebody_elses_token_is_gone(client, db):
    victim, attacker = UserFactory(), UserFactory()
    token = set_password_link(attacker).rstrip("/").rpartition("/")[2]
    link = set_password_link(victim).rstrip("/").rpartition("/")[0] + f"/{token}/"

    assert choose(client, link).status_code == 410
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "again", "message"),
    [
        ("short", "short", "at least 10 characters"),
        ("password1234", "password1234", "too common"),
        (NEW, NEW + "x", "not the same"),
        ("", "", "required"),
    ],
)
def test_link_with_bad_password_stays_usable(client, db, password, again, message):
    user = UserFactory()
    link = set_password_link(user)

    response = client.post(link, {"password": password, "again": again})

    assert response.status_code == 422
    assert message in response.text
    assert choose(client, link).status_code == 302


def test_link_page_is_never_stored(client, db):
    response = client.get(set_password_link(UserFactory()))

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_link_refused_is_not_in_the_log(client, db, caplog):
    link = set_password_link(UserFactory())

    assert client.post(link, {"password": "short", "again": "short"}).status_code == 422
    client.get("/no/such/page/")

    assert "/no/such/page/" in caplog.text
    assert link not in caplog.text


def test_change_password_keeps_this_session_and_ends_the_others(client_of, annotator):
    here, elsewhere = client_of(annotator), client_of(annotator)

    response = here.post(CHANGE, {"old": PASSWORD, "new": NEW})

    assert response.status_code == 302
    assert here.get(reverse("projects:home")).status_code == 200
    assert elsewhere.get(reverse("projects:home")).status_code == 302


def test_change_password_wrong_old_one_changes_nothing(client_of, annotator):
    response = client_of(annotator).post(CHANGE, {"old": "guess", "new": NEW})

    assert response.status_code == 422
    assert "This is not your password." in response.text
    annotator.refresh_from_db()
    assert annotator.check_password(PASSWORD)


def test_change_password_weak_new_one_is_422(client_of, annotator):
    response = client_of(annotator).post(CHANGE, {"old": PASSWORD, "new": "short"})

    assert response.status_code == 422
    assert "at least 10 characters" in response.text


def test_change_password_guessing_with_a_stolen_session_is_throttled(client_of, db):
    client = client_of(UserFactory())

    answers = [client.post(CHANGE, {"old": f"guess {n}", "new": NEW}).text for n in range(11)]

    assert "Too many tries" not in answers[9]
    assert "Too many tries" in answers[10]


def test_deactivation_ends_the_session_at_the_next_request(client_of, annotator):
    client = client_of(annotator)
    User.objects.filter(pk=annotator.pk).update(is_active=False)

    assert client.get(reverse("projects:home")).status_code == 302


def test_password_link_command_prints_a_link_that_works(client, db, settings):
    user = UserFactory()
    out = StringIO()

    call_command("password_link", user.email.upper(), stdout=out)

    link = out.getvalue().strip()
    assert link.startswith(settings.PUBLIC_URL)
    assert client.get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200


def test_password_link_command_unknown_address_says_so(db):
    with pytest.raises(CommandError, match="no active account"):
        call_command("password_link", "nobody@example.com")


def test_profile_saves_name_and_language(client_of, annotator):
    response = client_of(annotator).post(
        reverse("accounts:profile"),
        {"name": " 밥 ", "language": "ko"},
    )

    assert response.cookies["django_language"].value == "ko"
    annotator.refresh_from_db()
    assert (annotator.name, annotator.language) == ("밥", "ko")


@pytest.mark.parametrize(
    "body",
    [{"name": ""}, {"name": "x" * 101}, {"name": "B", "language": "xx"}, {"name": "a\x00b"}],
)
def test_profile_bad_input_is_422_and_changes_nothing(client_of, annotator, body):
    response = client_of(annotator).post(reverse("accounts:profile"), body)

    assert response.status_code == 422
    annotator.refresh_from_db()
    assert annotator.name == "Bob"


def test_profile_ignores_fields_that_are_not_on_the_form(client_of, annotator):
    client_of(annotator).post(
        reverse("accounts:profile"),
        {"name": "Bob", "is_owner": "on", "email": "x@example.com", "created_at": timezone.now()},
    )

    annotator.refresh_from_db()
    assert not annotator.is_owner
    assert annotator.email == "bob@example.com"


def test_last_sign_in_ends_a_link_made_before(client, db):
    user = UserFactory()
    link = set_password_link(user)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() + timedelta(seconds=1))

    assert client.get(link).status_code == 410
