"""The ground under the other tests: the flush of refused tables, the worker, the broker."""

import os

import pytest
from celery import current_app
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import DatabaseError, connection

TABLE = "CREATE TABLE IF NOT EXISTS stone (n int)"
REFUSE = """
CREATE OR REPLACE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'carved in stone'; END $$;
CREATE OR REPLACE TRIGGER stay BEFORE TRUNCATE ON stone EXECUTE FUNCTION stay();
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


def test_flush_of_a_refusing_table_empties_it_and_ends_the_exception(stone):
    stone.execute("INSERT INTO stone VALUES (1)")
    statements = connection.ops.sql_flush(no_style(), ["stone"])
    connection.ops.execute_sql_flush(statements)
    stone.execute("SELECT count(*) FROM stone")
    assert stone.fetchone() == (0,)
    with pytest.raises(DatabaseError, match="carved in stone"):
        stone.execute("TRUNCATE stone")


@pytest.mark.slow
def test_worker_takes_a_task_and_is_idle_afterwards(live_worker):
    done = live_worker.log.read_text().count("succeeded")
    current_app.send_task("core.ring_overdue_jobs")
    live_worker.wait_until(lambda: live_worker.log.read_text().count("succeeded") > done)
    live_worker.wait_until(live_worker.is_idle)


@pytest.mark.slow
def test_worker_that_was_killed_can_be_started_again(live_worker):
    first = live_worker.pid
    live_worker.kill()
    assert not live_worker.is_running()
    live_worker.start()
    assert live_worker.pid != first


def test_services_of_a_run_are_its_own(services):
    cache.set("whose", "ours", 60)
    assert cache.get("whose") == "ours"
    assert os.environ["LABELHUB_STATE_DIR"] in os.environ["DATABASE_URL"].replace("%2F", "/")
