"""Pytest plugin (`-p tests.worker`): a real Celery worker on the test database and test broker."""

import os
import sys
import time
import urllib.parse
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from core.schedule import PROMPT_QUEUE
from labelhub.celery import app
from labelhub.embedded.paths import ROOT
from labelhub.embedded.processes import Child, Guard, Program
from tests.together import sessions_at_work

START_SECONDS = 60
IDLE_SECONDS = 20
SLOTS = 2
# One process for both queues: a second one would cost every file of tests its start.
QUEUES = (app.conf.task_default_queue, PROMPT_QUEUE)


class LiveWorker:
    """A worker process: start, wait for it, kill it, look at its log."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.guard = Guard()
        self.child: Child | None = None
        self.starts = 0
        self.broker = redis.Redis.from_url(settings.REDIS_URL)

    @property
    def pid(self) -> int:
        return self.child.pid

    def is_running(self) -> bool:
        return self.child is not None and self.child.returncode() is None

    def start(self) -> None:
        known = self._ready_count()
        command = [sys.executable, "-m", "celery", "-A", "labelhub.celery", "worker"]
        options = [
            "-c",
            str(SLOTS),
            "-Q",
            ",".join(QUEUES),
            "--loglevel",
            "INFO",
            "-n",
            f"tests-{os.getpid()}@localhost",
        ]
        with self.log.open("ab") as stream:
            self.child = Child(
                Program(
                    "worker",
                    [*command, *options, "--without-gossip", "--without-mingle"],
                    environment=os.environ | {"DATABASE_URL": database_url_of_tests()},
                    folder=ROOT,
                ),
                self.guard,
                stream,
            )
        self.starts += 1
        self.wait_until(lambda: self._ready_count() > known, seconds=START_SECONDS)

    def kill(self) -> None:
        """End it with SIGKILL, children and all, as a crash would."""
        self.child.process.kill()
        self.child.process.wait()
        self.child.clear_up()

    def stop(self) -> None:
        if self.is_running():
            self.child.stop()

    def wait_until(self, condition, *, seconds: float = 30, what: str = "the worker") -> None:
        """Poll until the condition holds; fail with the end of the worker's log."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline or not self.is_running():
                raise AssertionError(f"Waited in vain for {what}:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def is_idle(self) -> bool:
        """Nothing is queued, nothing that was taken is unfinished, and nobody is at work.

        Asked twice: while a message is being taken, it is in neither place for a moment.
        """
        return self._has_nothing() and not sessions_at_work() and self._has_nothing()

    def _has_nothing(self) -> bool:
        """All places at the same moment: a task that ends may have rung for another."""
        with self.broker.pipeline() as asked:
            for queue in QUEUES:
                asked.llen(queue)
            asked.hlen("unacked")
            return not any(asked.execute())

    def forget_tasks(self) -> None:
        forget_tasks()

    def _ready_count(self) -> int:
        return self.log.read_text().count(" ready.") if self.log.exists() else 0


def forget_tasks() -> None:
    """Empty the queues: what is in them is of another test."""
    redis.Redis.from_url(settings.REDIS_URL).delete(*QUEUES, "unacked", "unacked_index")


def database_url_of_tests() -> str:
    """The address of the database that this process tests on, for another process."""
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    name = urllib.parse.quote(connection.settings_dict["NAME"], safe="")
    # Not _replace(path=...): urlunsplit loses the empty host of "postgresql://user@/name".
    return f"{url.scheme}://{url.netloc}/{name}" + (f"?{url.query}" if url.query else "")


class Plugin:
    """Ends the worker when a test comes that does not ask for it.

    Such tests leave jobs behind: a worker that took them up would hold their rows while the
    database is emptied, or take jobs that a test runs by itself.
    """

    def __init__(self, worker: LiveWorker) -> None:
        self.worker = worker

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if not wants_worker(item):
            self.worker.stop()


def wants_worker(item: pytest.Item) -> bool:
    return "live_worker" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def worker_process(services, django_db_setup, tmp_path_factory, pytestconfig):
    """One worker for all tests that ask for `live_worker`, which come one after the other.

    A start takes seconds, and as much of the processor as twenty tests.
    """
    worker = LiveWorker(tmp_path_factory.mktemp("worker") / "worker.log")
    ending = Plugin(worker)
    pytestconfig.pluginmanager.register(ending)
    yield worker
    pytestconfig.pluginmanager.unregister(ending)
    worker.stop()
    worker.guard.dismiss()


@pytest.fixture
def live_worker(transactional_db, worker_process):
    """A running worker, an empty queue before and after; data must be committed to reach it."""
    worker_process.forget_tasks()
    if not worker_process.is_running():
        worker_process.start()
    yield worker_process
    if worker_process.is_running():
        try:
            worker_process.wait_until(worker_process.is_idle, seconds=IDLE_SECONDS)
        except AssertionError:
            worker_process.kill()  # else it would write into the next test's database
    worker_process.forget_tasks()
