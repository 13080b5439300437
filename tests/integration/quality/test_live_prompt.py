"""Labels become figures while both slots of the worker hold long jobs; as in `make run`."""

import os
import time
from contextlib import ExitStack

import pytest
from django.db import transaction

from core.models import Job
from core.models.job import JobState
from labelhub.embedded import application
from labelhub.embedded.processes import Child, Guard
from quality.models import TouchedItems
from tests.factories.annotations import answered, open_slots
from tests.factories.quality import agreement_run, resolution_run, small_ledger
from tests.integration.quality.live import count, differences, figures
from tests.together import held, n_waiting_for
from tests.worker import database_url_of_tests, forget_tasks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

START_SECONDS = 60


class Processes:
    """Worker, prompt worker and beat as the supervisor starts them."""

    def __init__(self, folder):
        self.guard, self.note = Guard(), None
        environment = os.environ | {"DATABASE_URL": database_url_of_tests()}
        programs = [application.worker, application.prompt, application.beat]
        self.children, self.logs = [], []
        for make in programs:
            program = make(environment)
            log = folder / f"{program.name}.log"
            with log.open("wb") as stream:
                self.children.append(Child(program, self.guard, stream))
            self.logs.append(log)

    def wait_until(self, condition, *, seconds, what):
        deadline = time.monotonic() + seconds
        while not condition():
            said = "\n".join(log.read_text()[-2000:] for log in self.logs)
            assert time.monotonic() < deadline, f"Waited in vain for {what}:\n{said}"
            assert all(child.returncode() is None for child in self.children), said
            time.sleep(0.05)

    def counts_live(self, project):
        """Whether beat and the prompt worker are there: a note of no item is taken away."""
        if self.note is None:
            self.note = TouchedItems.objects.create(project=project, first_item=0, last_item=0).pk
        return not TouchedItems.objects.filter(pk=self.note).exists()

    def stop(self):
        for child in reversed(self.children):
            child.stop()
        self.guard.dismiss()


@pytest.fixture
def processes(services, tmp_path):
    forget_tasks()
    with ExitStack() as stack:
        started = Processes(tmp_path)
        stack.callback(forget_tasks)
        stack.callback(started.stop)
        yield started


def state_of(run):
    return Job.objects.get(pk=run.job_id).state


def test_label_is_in_the_figures_in_five_seconds_while_both_slots_are_busy(
    project, annotator, processes
):
    with transaction.atomic():
        ledger = small_ledger(project)
    count(ledger)
    open_slots(ledger.items["a"])
    # Full runs cannot store their results while this is held: they last as long as we say.
    with held("quality_agreementresult"):
        long = [agreement_run(ledger), agreement_run(ledger, version=ledger.version)]
        processes.wait_until(
            lambda: n_waiting_for("quality_agreementresult") == application.WORKER_SLOTS,
            seconds=START_SECONDS,
            what="two jobs that hold both slots",
        )
        third = resolution_run(ledger)
        processes.wait_until(
            lambda: processes.counts_live(project), seconds=START_SECONDS, what="beat"
        )

        answered(project, annotator, {"sentiment": "mixed"})
        started = time.monotonic()
        processes.wait_until(
            lambda: figures(ledger)["n_labels"] == 22, seconds=20, what="the label in the figures"
        )

        assert time.monotonic() - started < 5
        assert differences(ledger) == []
        assert [state_of(run) for run in long] == [JobState.RUNNING] * 2
        assert state_of(third) == JobState.QUEUED
    processes.wait_until(
        lambda: {state_of(run) for run in (*long, third)} == {JobState.DONE},
        seconds=START_SECONDS,
        what="the jobs",
    )


def test_prompt_worker_ends_at_once_and_in_order(project, processes):
    """`make run` stops its parts one after the other: each must be quick."""
    processes.wait_until(lambda: processes.counts_live(project), seconds=START_SECONDS, what="beat")
    child = processes.children[1]
    started = time.monotonic()

    child.stop()

    assert child.returncode() == 0
    assert time.monotonic() - started < application.WORKER_STOP[0][1]
