"""Imports by a real worker: to the end, cancelled, and killed in the middle."""

import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from annotations.models import Assignment, Batch, Item
from core.jobs import HEARTBEAT_SECONDS, ring_overdue
from core.models import Job
from datasets.actions.start_import import cancel_import
from tests.factories.datasets import bring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def media(settings):
    """The worker reads where its own settings say, so uploads go there."""
    return settings.MEDIA_ROOT


def long_file(rows):
    return "id,text\n" + "".join(f"{n},Text number {n} of a long file\n" for n in range(rows))


def state_of(file_import):
    return Job.objects.get(pk=file_import.job_id).state


def test_worker_imports_and_reports(live_worker, project, lead):
    file_import = bring(project, long_file(3_000))
    live_worker.wait_until(lambda: state_of(file_import) == "done", what="the import")
    file_import.refresh_from_db()
    assert (file_import.items_added, Item.objects.count()) == (3_000, 3_000)
    assert Job.objects.get(pk=file_import.job_id).result["items_added"] == 3_000


def test_worker_killed_mid_import_leaves_nothing_and_the_next_run_does_it_all(
    live_worker, project, lead
):
    with stuck_at(project, "25000"):
        file_import = bring(project, long_file(30_000))
        live_worker.wait_until(is_stuck, what="the middle of the import")
        live_worker.kill()
    assert state_of(file_import) == "running"
    assert (Item.objects.count(), Batch.objects.count(), Assignment.objects.count()) == (0, 0, 0)
    Job.objects.filter(pk=file_import.job_id).update(ring_at=timezone.now())
    live_worker.forget_tasks()
    live_worker.start()
    assert ring_overdue() == 1
    live_worker.wait_until(lambda: state_of(file_import) == "done", what="the import", seconds=120)
    assert Item.objects.count() == 30_000
    assert Assignment.objects.count() == 60_000
    assert Batch.objects.count() == 1


def test_worker_cancelled_mid_import_keeps_nothing(live_worker, project, lead):
    with stuck_at(project, "10000"):
        file_import = bring(project, long_file(30_000))
        live_worker.wait_until(is_stuck, what="the middle of the import")
        file_import.refresh_from_db()
        cancel_import(file_import=file_import, by=lead, now=timezone.now())
        time.sleep(2 * HEARTBEAT_SECONDS + 0.5)  # until the heartbeat has heard of it
    live_worker.wait_until(lambda: state_of(file_import) == "cancelled", what="the end", seconds=60)
    assert (Item.objects.count(), Batch.objects.count()) == (0, 0)


@contextmanager
def stuck_at(project, external_id):
    """An open transaction elsewhere holds this id, so that an import has to wait when it comes
    to it; it is rolled back at the end."""
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            elsewhere.set_autocommit(False)
            cursor.execute(
                "INSERT INTO annotations_batch"
                " (project_id, name, digest, created_by_id, created_at)"
                " VALUES (%s, 'elsewhere', '', %s, now()) RETURNING id",
                [project.pk, project.created_by_id],
            )
            cursor.execute(
                "INSERT INTO annotations_item"
                " (project_id, external_id, payload, metadata, batch_id, created_at)"
                " VALUES (%s, %s, '{}', '{}', %s, now())",
                [project.pk, external_id, cursor.fetchone()[0]],
            )
        yield
    finally:
        elsewhere.rollback()
        elsewhere.close()


def is_stuck():
    """Some session of this database waits for another's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event = 'transactionid'"
        )
        return cursor.fetchone()[0] > 0
