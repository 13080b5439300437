"""How the tables get empty after a test that committed; four times as fast as Django's flush.

Django truncates all tables, a hundred new files with a hundred indexes and more, and then writes
content types and permissions anew. Most tests leave a few rows in twenty tables: those are deleted,
in one statement to the server. What migrating put there stays. Only after many rows the tables are
truncated, since deleted rows would stay in the files and be read again by the tests that follow.
"""

from functools import cache

from django.db import OperationalError, connection

from tests.together import sessions_at_work

# Written by migrating, and by no test.
KEPT = {"auth_permission", "django_content_type"}
MANY_BYTES = 8_000_000

# Append-only tables refuse DELETE and TRUNCATE by a trigger, to the superuser as well; that is the
# point of them. Only a session in the role of a replica runs without triggers, and without those
# that check foreign keys. SET LOCAL ends with this statement: no test ever runs in that role.
# The lock waits for whoever is still at work in the database, as TRUNCATE does: a request that the
# browser did not wait for, a job. Rows that they commit are seen, and go, too.
EMPTY = """
DO $$
DECLARE
    emptied text;
BEGIN
    SET LOCAL session_replication_role = replica;
    LOCK TABLE {all} IN ACCESS EXCLUSIVE MODE;
    IF (SELECT sum(pg_relation_size(name::regclass)) FROM unnest({names}) AS name) > {many} THEN
        TRUNCATE {all};
    ELSE
        FOREACH emptied IN ARRAY {names} LOOP
            EXECUTE 'DELETE FROM ' || emptied;
        END LOOP;
    END IF;
    SET LOCAL session_replication_role = origin;
END $$
"""


def empty_tables() -> None:
    """Leave no row in any table of a model; OperationalError tells who kept it from that."""
    statement = emptying(tables())
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except OperationalError as error:
        if not connection.in_atomic_block:
            error.add_note(f"At work in the database: {sessions_at_work()}")
        raise


@cache
def tables() -> tuple[str, ...]:
    """The tables of all models; asked once, since no test creates one."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(names) - KEPT))


def emptying(names: tuple[str, ...]) -> str:
    """The statement that leaves no row in these tables."""
    quoted = [connection.ops.quote_name(name) for name in names]
    array = ", ".join(f"'{name}'" for name in quoted)
    return EMPTY.format(all=", ".join(quoted), names=f"ARRAY[{array}]", many=MANY_BYTES)
