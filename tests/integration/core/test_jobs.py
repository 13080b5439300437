"""Background work: rows are the truth, the broker only rings."""

import threading
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts.models import User
from core import jobs
from core.models import Job
from core.models.job import JobState
from core.tasks import run_job as run_job_task
from tests.factories.accounts import UserFactory
from tests.together import at_once, elsewhere, n_waiting_for

KIND = "tests.work"


@pytest.fixture
def handle(monkeypatch):
    """`handle(function)` makes it the handler of KIND."""
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.02)
    return lambda function: monkeypatch.setitem(jobs._HANDLERS, KIND, function)


def make_job(**fields):
    now = timezone.now()
    return Job.objects.create(
        kind=KIND,
        created_at=now,
        **{"ring_at": now + timedelta(seconds=30)} | fields,
    )


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_run_job_stores_effect_result_and_progress_together(handle, transactional_db):
    def work(progress, arguments):
        UserFactory(email=arguments["email"])
        progress.report(3, 4, "nearly")
        return {"made": 1}

    handle(work)
    job = make_job(arguments={"email": "made@example.com"})

    assert jobs.run_job(job.pk) == JobState.DONE

    job.refresh_from_db()
    assert (job.done, job.total, job.result, job.attempt) == (3, 4, {"made": 1}, 1)
    assert job.is_finished
    assert User.objects.filter(email="made@example.com").exists()


def test_run_job_twice_does_the_work_once(handle, transactional_db):
    handle(lambda progress, arguments: {"user": UserFactory().pk})
    job = make_job()
    jobs.run_job(job.pk)

    assert jobs.run_job(job.pk) is None
    assert User.objects.count() == 1


def test_run_job_that_two_workers_claim_at_once_runs_once(handle, transactional_db):
    handle(lambda progress, arguments: {"user": UserFactory().pk})
    job = make_job()

    outcomes = at_once(*[lambda: jobs.run_job(job.pk)] * 4)

    assert sorted(map(str, outcomes)) == ["None", "None", "None", "done"]
    assert User.objects.count() == 1


def test_circle_that_leads_through_the_heart_is_ended(handle, transactional_db, monkeypatch):
    """Somebody who holds the jobs waits for rows of a job, and its heart waits for the jobs."""
    monkeypatch.setattr(jobs, "LAST_BEAT_SECONDS", 0.2)
    gave_up, at_work = [], threading.Event()

    def migrate():
        assert at_work.wait(timeout=30)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE core_job IN ACCESS EXCLUSIVE MODE")
                cursor.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        except OperationalError:
            gave_up.append("migration")

    def work(progress, arguments):
        UserFactory()
        at_work.set()
        wait_for(lambda: n_waiting_for("accounts_user") and n_waiting_for("core_job"))
        return {}

    handle(work)
    job = make_job()
    with elsewhere(migrate):
        try:
            jobs.run_job(job.pk)
        except OperationalError:
            gave_up.append("job")

    assert len(gave_up) == 1
    assert User.objects.count() == (0 if gave_up == ["job"] else 1)


@pytest.mark.parametrize(
    ("error", "stored"),
    [
        (
            jobs.JobFailed([{"message": "Line 3 is broken", "code": "line", "line": 3}]),
            [{"message": "Line 3 is broken", "code": "line", "line": 3}],
        ),
        (ValidationError("No items."), [{"message": "No items.", "code": "invalid"}]),
    ],
)
def test_run_job_that_fails_keeps_nothing_but_the_reason(handle, transactional_db, error, stored):
    def work(progress, arguments):
        UserFactory()
        raise error

    handle(work)
    job = make_job()

    assert jobs.run_job(job.pk) == JobState.FAILED

    job.refresh_from_db()
    assert job.error == stored
    assert not User.objects.exists()


def test_task_unforeseen_error_fails_the_job_without_its_text(handle, transactional_db, caplog):
    def work(progress, arguments):
        UserFactory()
        raise RuntimeError("secret of the program")

    handle(work)
    job = make_job()

    run_job_task(job_id=str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error[0]["code"]) == (JobState.FAILED, "internal")
    assert "secret of the program" not in str(job.error)
    assert "secret of the program" in caplog.text
    assert not User.objects.exists()


def test_heartbeat_shows_progress_and_renews_the_lease_while_at_work(handle, transactional_db):
    seen = []

    def work(progress, arguments):
        progress.report(5, 10, "half")
        at_once(lambda: wait_for(lambda: Job.objects.get().done == 5))
        seen.extend(at_once(Job.objects.get))
        return {}

    handle(work)
    jobs.run_job(make_job().pk)

    assert (seen[0].state, seen[0].done, seen[0].total) == (JobState.RUNNING, 5, 10)
    assert seen[0].message == "half"
    assert seen[0].ring_at > timezone.now() + jobs.LEASE / 2


def test_cancel_queued_job_is_at_once(handle, transactional_db):
    handle(lambda progress, arguments: {"user": UserFactory().pk})
    job = make_job()

    jobs.cancel_job(job=job, now=timezone.now())

    assert jobs.run_job(job.pk) is None
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not User.objects.exists()


def test_cancel_running_job_stops_it_and_keeps_nothing(handle, transactional_db):
    def work(progress, arguments):
        UserFactory()
        at_once(lambda: jobs.cancel_job(job=Job.objects.get(), now=timezone.now()))
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            progress.report(1)
            time.sleep(0.01)
        return {}

    handle(work)
    job = make_job()

    assert jobs.run_job(job.pk) == JobState.CANCELLED
    assert not User.objects.exists()


def test_cancel_finished_job_changes_nothing(handle, transactional_db):
    handle(lambda progress, arguments: {})
    job = make_job()
    jobs.run_job(job.pk)

    jobs.cancel_job(job=job, now=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == (JobState.DONE, False)


def test_worker_that_lost_its_lease_cannot_commit(handle, transactional_db):
    def taken_over():
        Job.objects.update(attempt=2)

    def work(progress, arguments):
        UserFactory()
        at_once(taken_over)
        return {"too": "late"}

    handle(work)
    job = make_job()

    assert jobs.run_job(job.pk) is None

    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == (JobState.RUNNING, 2, {})
    assert not User.objects.exists()


def test_job_of_a_silent_worker_is_taken_over(handle, transactional_db):
    handle(lambda progress, arguments: {})
    silent = make_job(state=JobState.RUNNING, attempt=1, ring_at=timezone.now())
    busy = make_job(state=JobState.RUNNING, attempt=1)

    assert jobs.run_job(silent.pk) == JobState.DONE
    assert jobs.run_job(busy.pk) is None


def test_job_that_kills_its_workers_fails_in_the_end(handle, transactional_db):
    handle(lambda progress, arguments: {})
    job = make_job(state=JobState.RUNNING, attempt=jobs.MAX_ATTEMPTS, ring_at=timezone.now())

    assert jobs.run_job(job.pk) == JobState.FAILED

    job.refresh_from_db()
    assert job.error[0]["code"] == "worker_died"


def test_run_job_that_does_not_exist_is_nothing_to_do(transactional_db):
    assert jobs.run_job(Job().pk) is None


def test_start_job_with_the_broker_away_keeps_the_row(
    transactional_db,
    annotator,
    monkeypatch,
    caplog,
):
    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.broker_transport_options = {"max_retries": 0}
    monkeypatch.setattr(jobs, "current_app", away)

    job = jobs.start_job(kind=KIND, arguments={}, by=annotator, now=timezone.now())

    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert "broker is away" in caplog.text


def test_start_job_rolled_back_leaves_no_row(db, django_capture_on_commit_callbacks, annotator):
    with django_capture_on_commit_callbacks() as rings:
        jobs.start_job(kind=KIND, arguments={}, by=annotator, now=timezone.now())

    assert len(rings) == 1
    assert Job.objects.get().requested_by == annotator


def test_ring_overdue_rings_what_waits_too_long_and_nothing_else(transactional_db, services):
    past = timezone.now() - timedelta(seconds=1)
    waiting = make_job(ring_at=past)
    make_job(state=JobState.RUNNING, ring_at=past)
    make_job()
    make_job(state=JobState.DONE, ring_at=past)

    assert jobs.ring_overdue() == 2

    waiting.refresh_from_db()
    assert waiting.ring_at > timezone.now()
