"""A real worker resolves; one that dies half-way leaves nothing, and the next one does it all."""

import pytest
from django.utils import timezone

from core.jobs import ring_overdue
from core.models import Job
from core.models.job import JobState
from quality.actions.resolution.start_check import start_check
from quality.models import Resolution, ResolutionCheck, ResolutionRun, SourceReliability
from tests.factories.quality import Ledger, resolution_run, small_ledger
from tests.together import held, n_waiting_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def state_of(run):
    return Job.objects.get(pk=run.job_id).state


def test_worker_killed_half_way_leaves_nothing_and_the_next_one_does_it_all(project, live_worker):
    ledger = Ledger(project).fill(
        (f"i{number}", person, "mixed") for number in range(40) for person in ("Ann", "Ben", "Cho")
    )
    # The items are stored when it comes to the sources.
    with held("quality_sourcereliability"):
        run = resolution_run(ledger, "pool")
        live_worker.wait_until(
            lambda: n_waiting_for("quality_sourcereliability"), what="the middle of the run"
        )
        live_worker.kill()
    run.refresh_from_db()
    assert (state_of(run), run.computed_at) == (JobState.RUNNING, None)
    assert (Resolution.objects.count(), SourceReliability.objects.count()) == (0, 0)
    assert resolution_run(ledger, "pool") == run  # asked for again, it is the same work

    Job.objects.filter(pk=run.job_id).update(ring_at=timezone.now())
    live_worker.forget_tasks()
    live_worker.start()
    assert ring_overdue() == 1
    live_worker.wait_until(lambda: state_of(run) == JobState.DONE, what="the run", seconds=60)

    run.refresh_from_db()
    assert (run.n_items, Resolution.objects.count()) == (40, 40)
    assert SourceReliability.objects.count() == 3
    assert ResolutionRun.objects.count() == 1


def test_worker_checks_a_run_and_finds_it_reproduced(project, live_worker):
    run = resolution_run(small_ledger(project), "pool")
    live_worker.wait_until(lambda: state_of(run) == JobState.DONE, what="the run")
    run.refresh_from_db()

    check = start_check(run=run, by=run.requested_by, now=timezone.now())
    live_worker.wait_until(lambda: state_of(check) == JobState.DONE, what="the check")

    assert ResolutionCheck.objects.get().outcome == "same"
