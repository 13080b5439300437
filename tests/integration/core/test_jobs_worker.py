"""Background work by a real worker; a file of its own lets one worker serve many files."""

import pytest
from django.utils import timezone

from core import jobs
from core.models import Job
from core.models.job import JobState

pytestmark = pytest.mark.slow


def test_live_worker_takes_a_job_and_says_why_it_failed(live_worker):
    job = jobs.start_job(kind="tests.unknown", arguments={}, by=None, now=timezone.now())

    live_worker.wait_until(lambda: Job.objects.get(pk=job.pk).is_finished)

    job.refresh_from_db()
    assert (job.state, job.error[0]["code"]) == (JobState.FAILED, "internal")
    assert live_worker.is_running()


def test_live_worker_finds_a_job_whose_ring_was_lost(live_worker):
    now = timezone.now()
    job = Job.objects.create(kind="tests.work", created_at=now, ring_at=now)

    assert jobs.ring_overdue() == 1

    live_worker.wait_until(lambda: Job.objects.get(pk=job.pk).is_finished)
