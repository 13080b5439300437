"""One instance per state folder, and a port nobody else has."""

import os
import socket
import subprocess
import sys

import pytest

from labelhub.embedded import instance, paths


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("LABELHUB_STATE_DIR", str(tmp_path / "var"))


def test_second_lock_says_who_holds_the_first():
    with instance.instance_lock() as lock:
        lock.describe(instance.Instance(os.getpid(), "http://localhost:8000"))
        with pytest.raises(instance.AlreadyRunningError) as caught, instance.instance_lock():
            pass
    expected = f"labelhub is already running here (pid {os.getpid()}) at http://localhost:8000"
    assert str(caught.value) == expected


def test_lock_with_an_unreadable_file_still_refuses():
    with instance.instance_lock():
        (paths.state_dir() / "lock").write_text("{")
        with pytest.raises(instance.AlreadyRunningError, match=r"already running here$"):
            instance.instance_lock().__enter__()


def test_lock_is_free_again_after_its_holder_was_killed():
    code = (
        "import time; from labelhub.embedded.instance import instance_lock\n"
        "with instance_lock():\n print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=paths.ROOT,
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(instance.AlreadyRunningError), instance.instance_lock():
        pass
    holder.kill()
    holder.communicate()
    with instance.instance_lock():
        pass


def test_free_port_skips_one_that_is_listened_on():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        found = instance.free_port(wanted)
    assert wanted < found < wanted + instance.PORTS_TO_TRY


def test_free_port_returns_the_wanted_one_when_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        wanted = probe.getsockname()[1]
    assert instance.free_port(wanted) == wanted
