"""Accounts: the first owner, new ones, their retirement."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import actions
from accounts.models import User
from core.errors import Conflict
from core.models import AuditEntry
from tests.factories.accounts import UserFactory

GOOD = {"email": "new@example.com", "name": "New", "password": "a fine long pass phrase"}


def test_fresh_server_has_no_account(db):
    assert not User.objects.exists()


def test_create_owner_has_no_password(db):
    owner = actions.create_owner(email="o@example.com", name="O", now=timezone.now())

    assert owner.is_owner
    assert not owner.has_usable_password()
    assert AuditEntry.objects.get(action="account.created").actor == "system"


def test_create_owner_again_returns_the_one_who_waits(db):
    first = actions.create_owner(email="o@example.com", name="O", now=timezone.now())

    assert actions.create_owner(email="p@example.com", name="P", now=timezone.now()) == first


def test_create_owner_once_one_has_a_password_is_a_conflict(owner):
    with pytest.raises(Conflict):
        actions.create_owner(email="p@example.com", name="P", now=timezone.now())

    assert User.objects.count() == 1


def test_create_user_address_in_other_case_is_taken(annotator):
    with pytest.raises(ValidationError) as caught:
        actions.create_user(**GOOD | {"email": "BOB@example.com"}, by=None, now=timezone.now())

    assert "email" in caught.value.error_dict


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("name", " "), ("name", "x" * 101), ("password", "short")],
)
def test_create_user_bad_value_names_its_field(db, field, value):
    with pytest.raises(ValidationError) as caught:
        actions.create_user(**GOOD | {field: value}, by=None, now=timezone.now())

    assert set(caught.value.error_dict) == {field}
    assert not User.objects.exists()


def test_create_user_password_like_the_address_is_refused(db):
    with pytest.raises(ValidationError) as caught:
        actions.create_user(
            email="josephine.miller@example.com",
            name="J",
            password="josephine.miller",
            by=None,
            now=timezone.now(),
        )

    assert "password" in caught.value.error_dict


def test_two_accounts_of_one_address_are_refused_by_the_database(annotator):
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="Bob@Example.com")


def test_deactivate_by_anybody_but_an_owner_is_refused(annotator, lead):
    with pytest.raises(PermissionDenied):
        actions.deactivate_user(user=annotator, by=lead, now=timezone.now())


def test_deactivate_oneself_is_a_conflict(owner):
    with pytest.raises(Conflict):
        actions.deactivate_user(user=owner, by=owner, now=timezone.now())


def test_deactivate_and_reactivate_are_audited_once_each(owner, annotator):
    for _ in range(2):
        actions.deactivate_user(user=annotator, by=owner, now=timezone.now())
    for _ in range(2):
        actions.reactivate_user(user=annotator, by=owner, now=timezone.now())

    done = AuditEntry.objects.values_list("action", flat=True).order_by("id")
    assert list(done) == ["account.deactivated", "account.reactivated"]
    annotator.refresh_from_db()
    assert annotator.is_active


def test_by_email_uses_the_index_on_the_lower_case_address(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "user_one_account_per_email" in User.objects.by_email("a@example.com").explain()
