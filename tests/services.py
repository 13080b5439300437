"""Pytest plugin (`-p tests.services`): one private PostgreSQL and Valkey for a whole test run.

The addresses are set when this module is imported, since pytest-django reads the settings before
any hook of ours; the servers start only when a collected test needs them. Under pytest-xdist the
controller starts them and its workers inherit the addresses.
"""

import atexit
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from labelhub.embedded import paths
from labelhub.embedded.processes import Child, Guard
from labelhub.embedded.servers import Server, embedded_servers, leave_run_dir

STATE = "LABELHUB_TEST_STATE_DIR"
START_SECONDS = 60
# Fixtures that reach a server; what builds on them has them among its fixture names, too.
NEEDING = {"db", "transactional_db", "django_db_setup", "services", "live_server", "live_worker"}


class TestServices:
    """The servers of this run; nothing is started before `start`."""

    __test__ = False  # not a test class, in spite of its name

    def __init__(self, state: Path) -> None:
        self.state = state
        self.children: list[Child] = []
        self.guard: Guard | None = None
        self.pid = os.getpid()
        self.servers: list[Server] = []

    def start(self) -> None:
        if self.guard is not None:
            return
        self.guard = Guard()
        for server in self.servers:
            self.children.append(self._start(server))

    def stop(self) -> None:
        if os.getpid() != self.pid:
            return  # a fork of a test is ending, not the run
        for child in reversed(self.children):
            child.stop()
        if self.guard is not None:
            self.guard.dismiss()
        leave_run_dir()
        shutil.rmtree(self.state, ignore_errors=True)

    def _start(self, server: Server) -> Child:
        server.prepare()
        log = self.state / f"{server.program.name}.log"
        with log.open("ab") as stream:
            child = Child(server.program, self.guard, stream)
        deadline = time.monotonic() + START_SECONDS
        while not server.is_ready():
            if child.returncode() is not None or time.monotonic() > deadline:
                child.stop()
                raise RuntimeError(f"{server.program.name} did not start:\n{log.read_text()}")
            time.sleep(0.02)
        server.when_ready()
        return child


def _choose_addresses() -> TestServices | None:
    """Set the environment of this process; the services only in the process that owns them."""
    owner = None
    if STATE not in os.environ:
        state = Path(tempfile.mkdtemp(prefix="labelhub-test-"))
        state.chmod(0o755)  # the account of the servers must be able to enter
        os.environ[STATE] = str(state)
        os.environ["LABELHUB_STATE_DIR"] = str(state)
        owner = TestServices(state)
        owner.servers = list(embedded_servers(durable=False))
        # Not pytest_unconfigure, which is left out when the settings cannot be loaded.
        atexit.register(owner.stop)
        os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or paths.database_url()
        os.environ["REDIS_URL"] = os.environ.get("REDIS_URL") or paths.redis_url()
        os.environ.setdefault("SECRET_KEY", "only-for-tests-" + os.urandom(24).hex())
        os.environ.setdefault("PUBLIC_URL", "http://localhost:8000")
        # The hashed names of the other storage need a collectstatic before every run.
        os.environ["STATICFILES_BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].partition("?")[0] + f"?db={number}"
    return owner


SERVICES = _choose_addresses()


def _needs_servers(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(
        NEEDING & set(getattr(item, "fixturenames", ())),
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    if SERVICES is not None and getattr(session.config.option, "numprocesses", None):
        SERVICES.start()  # the controller of pytest-xdist does not collect


def pytest_collection_finish(session: pytest.Session) -> None:
    if SERVICES is None or session.config.option.collectonly:
        return
    if any(_needs_servers(item) for item in session.items):
        SERVICES.start()


@pytest.fixture(scope="session")
def services() -> None:
    """Ask for this in a test that needs the broker or the cache, but not the database."""
