"""The ground under the other tests: emptying refused tables, the broker."""

import os

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from tests import emptying

TABLE = "CREATE TABLE IF NOT EXISTS stone (n int)"
REFUSE = """
CREATE OR REPLACE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'carved in stone'; END $$;
CREATE OR REPLACE TRIGGER stay BEFORE DELETE OR TRUNCATE ON stone EXECUTE FUNCTION stay();
"""


@pytest.fixture
def stone(transactional_db):
    """A table that refuses TRUNCATE, as the append-only ones do."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(REFUSE)
        yield cursor
        cursor.execute("DROP TABLE stone")


def test_truncate_of_a_refusing_table_fails_in_a_test(stone):
    with pytest.raises(DatabaseError, match="carved in stone"):
        stone.execute("TRUNCATE stone")


@pytest.mark.parametrize("many_bytes", [emptying.MANY_BYTES, 0])
def test_emptying_of_a_refusing_table_empties_it_and_ends_the_exception(
    stone, many_bytes, monkeypatch
):
    """By DELETE, and by TRUNCATE when there is much."""
    monkeypatch.setattr(emptying, "MANY_BYTES", many_bytes)
    stone.execute("INSERT INTO stone VALUES (1)")
    with transaction.atomic():
        stone.execute(emptying.emptying(("stone",)))
        stone.execute("SHOW session_replication_role")
        assert stone.fetchone() == ("origin",)
    stone.execute("SELECT count(*), pg_relation_size('stone') FROM stone")
    assert stone.fetchone() == (0, 8192 if many_bytes else 0)
    with pytest.raises(DatabaseError, match="carved in stone"):
        stone.execute("DELETE FROM stone")
    with pytest.raises(DatabaseError, match="carved in stone"):
        stone.execute("TRUNCATE stone")


@pytest.mark.django_db(transaction=True)  # as after a test that committed
def test_emptying_leaves_what_migrating_wrote_and_nothing_else(project):
    """The rows of `project` are in twenty tables that refer to each other."""
    emptying.empty_tables()
    filled = [name for name in connection.introspection.table_names() if count(name)]
    assert sorted(filled) == ["auth_permission", "django_content_type", "django_migrations"]


def count(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        return cursor.fetchone()[0]


def test_services_of_a_run_are_its_own(services):
    cache.set("whose", "ours", 60)
    assert cache.get("whose") == "ours"
    assert os.environ["LABELHUB_STATE_DIR"] in os.environ["DATABASE_URL"].replace("%2F", "/")
