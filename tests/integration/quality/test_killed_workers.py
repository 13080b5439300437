"""A worker that dies half-way of a job leaves nothing half-written, and the next one does it all.

Resolution has its own story in test_resolution_worker.py.
"""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from core.jobs import ring_overdue
from core.models import Job
from core.models.job import JobState
from quality.actions.agreement.start import start_agreement
from quality.actions.overview.start import start_overview
from quality.actions.people.start import start_people
from quality.actions.resolution.start_comparison import start_comparison
from quality.models import (
    AgreementResult,
    AgreementRun,
    ComparedItem,
    DisputedItem,
    OverviewRun,
    PeopleRun,
    PersonFigures,
    RunComparison,
)
from tests.factories.quality import Ledger, computed_resolution
from tests.together import held, n_waiting_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@dataclass(frozen=True)
class Work:
    """A kind of job: where a lock stops it half-way, and the rows that it leaves."""

    start: object
    run: type
    table: str
    mode: str
    rows: tuple


def agreement(ledger, by):
    (run,) = start_agreement(
        project=ledger.project, question=ledger.question, by=by, now=timezone.now()
    )
    return run


def overview(ledger, by):
    return start_overview(
        project=ledger.project, question=ledger.question, by=by, now=timezone.now()
    )


def people(ledger, by):
    return start_people(project=ledger.project, question=ledger.question, by=by, now=timezone.now())


def comparison(ledger, by):
    first, second = ledger.runs
    return start_comparison(first=first, second=second, by=by, now=timezone.now())


WORK = {
    "agreement": Work(
        agreement, AgreementRun, "quality_disputeditem", "SHARE", (AgreementResult, DisputedItem)
    ),
    "overview": Work(overview, OverviewRun, "annotations_assignment", "ACCESS EXCLUSIVE", ()),
    "people": Work(people, PeopleRun, "quality_personfigures", "SHARE", (PersonFigures,)),
    "comparison": Work(comparison, RunComparison, "quality_compareditem", "SHARE", (ComparedItem,)),
}


@pytest.mark.parametrize("name", WORK)
def test_job_of_a_worker_that_was_killed_is_done_whole_by_the_next_one(
    project, lead, live_worker, name
):
    work = WORK[name]
    ledger = Ledger(project).fill(
        (f"i{n}", person, "mixed" if person == "Cho" and n % 2 else "positive")
        for n in range(40)
        for person in ("Ann", "Ben", "Cho")
    )
    if name == "comparison":
        ledger.say("i0", "Ben", "mixed")
        ledger.runs = (
            computed_resolution(ledger),
            computed_resolution(ledger, parameters={"ties": "lowest"}),
        )
        ledger.say("i1", "Ben", "negative")
        ledger.runs = (ledger.runs[0], computed_resolution(ledger))

    with held(work.table, work.mode):
        run = work.start(ledger, lead)
        live_worker.wait_until(lambda: n_waiting_for(work.table), what="the middle of the job")
        again = work.start(ledger, lead)
        live_worker.kill()

    run.refresh_from_db()
    assert again == run  # asked for at once by two, it is one work
    assert (Job.objects.get(pk=run.job_id).state, run.computed_at) == (JobState.RUNNING, None)
    assert [rows.objects.count() for rows in work.rows] == [0] * len(work.rows)

    Job.objects.filter(pk=run.job_id).update(ring_at=timezone.now())
    live_worker.forget_tasks()
    live_worker.start()
    assert ring_overdue() == 1
    live_worker.wait_until(
        lambda: Job.objects.get(pk=run.job_id).state == JobState.DONE, what="the job", seconds=120
    )
    run.refresh_from_db()
    assert run.computed_at is not None
    assert all(rows.objects.exists() for rows in work.rows)
    assert work.run.objects.count() == 1
