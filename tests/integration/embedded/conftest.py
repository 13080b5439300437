"""State folders, and running the embedded part as people do."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from labelhub.embedded.paths import ROOT


class Place:
    """A state folder of its own, and processes that work on it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.processes = []

    @property
    def environment(self):
        told = {name: value for name, value in os.environ.items() if name != "STATICFILES_BACKEND"}
        return told | {
            "LABELHUB_STATE_DIR": str(self.state),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "SECRET_KEY": "",
            "PYTHONUNBUFFERED": "1",
        }

    def call(self, *arguments, **options):
        """Run `python -m labelhub.embedded ...` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "labelhub.embedded", *arguments],
            env=self.environment | options.pop("environment", {}),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
            **options,
        )

    def begin(self, *arguments, until: str, seconds: float = 90):
        """Start `python -m labelhub.embedded ...` and wait for a text in its output."""
        log = self.state.parent / f"output-{len(self.processes)}"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "labelhub.embedded", *arguments],
                env=self.environment,
                cwd=ROOT,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        process.log = log
        self.processes.append(process)
        wait_for(
            lambda: until in log.read_text() or process.poll() is not None,
            seconds,
            log.read_text,
        )
        assert until in log.read_text(), log.read_text()
        return process

    def members(self) -> list[int]:
        """All processes that were started for this state folder."""
        mark = os.fsencode(str(self.state))
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark in told:
                found.append(int(folder.name))
        return found


def wait_for(condition, seconds: float = 20, describe=lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"Waited in vain. {describe()}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def place_factory():
    """Places in the temporary folder: pytest's own are closed to the account of the servers."""
    places = []

    def make(name: str = "mit Äpfeln 한글") -> Place:
        folder = Path(tempfile.mkdtemp(prefix="labelhub test "))
        folder.chmod(0o755)
        places.append(Place(folder / name))
        return places[-1]

    yield make
    for place in places:
        for process in place.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
        # In the background: a cluster is a thousand files, and nobody waits for their end.
        subprocess.Popen(["rm", "-rf", str(place.state.parent)])


@pytest.fixture(scope="module")
def shared_place(place_factory):
    """For tests that neither break nor need to find anything."""
    return place_factory()


@pytest.fixture
def place(place_factory):
    return place_factory()
