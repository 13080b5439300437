"""The worker of other tests: one for all of them, alive."""

import pytest
from celery import current_app

pytestmark = pytest.mark.slow


def test_worker_takes_a_task_and_is_idle_afterwards(live_worker):
    done = live_worker.log.read_text().count("succeeded")
    current_app.send_task("core.ring_overdue_jobs")
    live_worker.wait_until(lambda: live_worker.log.read_text().count("succeeded") > done)
    live_worker.wait_until(live_worker.is_idle)


def test_worker_of_another_test_is_the_same(live_worker):
    """It is started once for all tests that ask for it, and ends when one comes that does not."""
    assert live_worker.log.read_text().count(" ready.") == live_worker.starts


def test_worker_that_was_killed_can_be_started_again(live_worker):
    first = live_worker.pid
    live_worker.kill()
    assert not live_worker.is_running()
    live_worker.start()
    assert live_worker.pid != first
