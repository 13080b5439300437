"""Prepared statements, rows made from them, and the cache client."""

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.models import User
from core.models import Job
from core.prepared import Prepared
from core.rows import PreparedRow, columns_of
from projects.models import Membership, Project
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory

pytestmark = pytest.mark.django_db

ADD = Prepared("test_add", "SELECT %(left)s + %(right)s, '%%'", left="bigint", right="bigint")
BY_ID = PreparedRow(
    Membership,
    Prepared(
        "test_membership",
        f"SELECT {columns_of(Membership, 'm')}, {columns_of(Project, 'p')}"
        " FROM projects_membership m JOIN projects_project p ON p.id = m.project_id"
        " WHERE m.id = %(id)s",
        id="bigint",
    ),
    project=Project,
)


def added(left, right):
    with connection.cursor() as cursor:
        ADD.execute(cursor, {"left": left, "right": right, "unused": "ignored"})
        return cursor.fetchone()


def prepared_names():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_prepared_is_planned_once_and_gives_each_result():
    assert added(1, 2) == (3, "%")
    assert added(40, 2) == (42, "%")
    assert "labelhub_test_add" in prepared_names()


def test_prepared_behind_a_pooler_is_a_plain_statement(settings):
    settings.PREPARED_STATEMENTS = False
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    try:
        assert added(1, 2) == (3, "%")
        assert "labelhub_test_add" not in prepared_names()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_prepared_on_a_new_connection_is_prepared_again():
    added(1, 2)
    connection.close()

    assert added(3, 4) == (7, "%")


def test_prepared_row_equals_what_the_orm_reads(django_assert_num_queries):
    wanted = MembershipFactory(roles=["annotator", "lead"])

    found = BY_ID.get({"id": wanted.pk})

    assert found == wanted
    assert found.roles == ["annotator", "lead"]
    assert found.joined_at == Membership.objects.get(pk=wanted.pk).joined_at
    with django_assert_num_queries(0):
        assert found.project.name == wanted.project.name


def test_prepared_row_that_does_not_exist_is_none():
    assert BY_ID.get({"id": 0}) is None


def test_prepared_row_of_a_model_with_converters_is_refused():
    with pytest.raises(TypeError, match="arguments"):
        PreparedRow(Job, ADD)


def test_session_of_a_deactivated_account_ends_at_once(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get("/").status_code == 200

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert client.get("/").status_code == 302


def test_cache_keeps_its_client_between_calls():
    client = cache._cache

    assert client.get_client("a", write=True) is client.get_client("a", write=True)

    cache.set("number", 41)
    assert cache.incr("number") == 42
    assert cache.get("number") == 42
