"""Several at once: threads with connections of their own, and locks that somebody else holds.

Nothing here waits for ever: what hangs is a failed test, with its name.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

PATIENCE_SECONDS = 60


def at_once(*calls):
    """Run them in threads that start together; what each returned, or raised."""
    start = threading.Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def run(call):
        try:
            start.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
        return [future.exception() or future.result() for future in futures]


@contextmanager
def elsewhere(action):
    """The action in a thread, while the block runs; the block ends when both have."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_closing, action)
        yield
        future.result(timeout=PATIENCE_SECONDS)


def _closing(action):
    try:
        return action()
    finally:
        connection.close()


@contextmanager
def ending(stop):
    """Whatever happens inside, those who look at `stop` come to their end."""
    try:
        yield
    finally:
        stop.set()


@contextmanager
def held(table, mode="SHARE"):
    """Somebody else's lock, which others have to wait for when they come to this table."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield
    finally:
        other.rollback()
        other.close()


def n_waiting_for(table):
    """How many sessions wait for a lock of this table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table]
        )
        return cursor.fetchone()[0]


def sessions_at_work():
    """What other sessions of this database are doing: process, state and statement of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, state, left(query, 300) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return cursor.fetchall()
