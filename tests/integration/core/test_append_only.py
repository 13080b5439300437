"""PostgreSQL refuses to rewrite history, whatever the client."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.state import ProjectState
from django.utils import timezone

from core.append_only import append_only
from core.audit import record
from core.models import AuditEntry


def attack(sql):
    with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic():
        execute(sql)


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.fixture
def entry(annotator):
    return record(action="test.done", by=annotator, now=timezone.now(), scope="project:1", n=1)


@pytest.fixture
def scratch(db):
    """A table whose drafts are free and whose note may change."""
    execute("CREATE TABLE scratch (id int, state text, note text, body jsonb)")
    operation = append_only("scratch", mutable=("note",), free_while="OLD.state = 'draft'")
    with connection.schema_editor() as editor:
        operation.database_forwards("core", editor, ProjectState(), ProjectState())
    execute("""INSERT INTO scratch VALUES (1, 'final', 'a', '{"x": 1}'), (2, 'draft', 'a', '{}')""")
    return operation


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditentry SET actor_name = 'somebody else'",
        "UPDATE core_auditentry SET detail = '{}'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "TRUNCATE core_auditentry CASCADE",
    ],
)
def test_audit_entry_attacked_by_sql_survives(entry, sql):
    attack(sql)

    again = AuditEntry.objects.get()
    assert (again.actor_name, again.detail) == ("Bob", {"n": 1})


def test_audit_entry_attacked_by_the_orm_survives(entry):
    for change in (
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="x"),
        entry.save,
    ):
        with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic():
            change()

    assert AuditEntry.objects.get().action == "test.done"


def test_audit_entry_by_the_program_names_no_person(db):
    entry = record(action="test.done", by=None, now=timezone.now())

    assert (entry.actor, entry.actor_name, entry.scope) == ("system", "labelhub", "server")


def test_append_only_frozen_row_keeps_all_but_the_mutable_column(scratch):
    attack("UPDATE scratch SET body = '{}' WHERE id = 1")
    attack("UPDATE scratch SET note = 'b', state = 'draft' WHERE id = 1")
    attack("DELETE FROM scratch WHERE id = 1")
    attack("TRUNCATE scratch")

    assert execute("UPDATE scratch SET note = 'b' WHERE id = 1") == 1


def test_append_only_draft_is_free_until_it_is_frozen(scratch):
    assert execute("""UPDATE scratch SET body = '{"y": 2}' WHERE id = 2""") == 1
    assert execute("UPDATE scratch SET state = 'final' WHERE id = 2") == 1

    attack("UPDATE scratch SET body = '{}' WHERE id = 2")


def test_append_only_draft_can_be_deleted(scratch):
    assert execute("DELETE FROM scratch WHERE id = 2") == 1


def test_append_only_undone_by_its_reverse_migration(scratch):
    with connection.schema_editor() as editor:
        scratch.database_backwards("core", editor, ProjectState(), ProjectState())

    assert execute("DELETE FROM scratch") == 2
