"""The supervisor and its guard on small programs: restart, order, output, and no orphans."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from labelhub.embedded.paths import ROOT
from labelhub.embedded.processes import Child, Guard, Program
from labelhub.embedded.supervisor import StartupError, StopRequested, Supervisor
from tests.integration.embedded.conftest import wait_for

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(60)"
)
# A program that starts one of its own, as gunicorn and celery do.
FAMILY = (
    "import subprocess, sys, time; child = subprocess.Popen(['sleep', '60']);"
    "print('child', child.pid, flush=True); time.sleep(60)"
)


def program(name, code, **options):
    return Program(name, [sys.executable, "-c", code], **options)


def exists(pid) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    made = Supervisor(lambda name, line: said.append((name, line)))
    yield made
    made.stop()


def run_until(supervisor, condition, seconds: float = 30) -> None:
    """Let the supervisor work until the condition holds, which is looked at after every step."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        supervisor._tick()


def test_signal_ends_the_watch(supervisor):
    supervisor.keep(program("idle", "import time; time.sleep(60)"))
    threading.Timer(0.2, supervisor._on_signal, (signal.SIGTERM, None)).start()
    with pytest.raises(StopRequested):
        supervisor.run_forever()


def test_child_that_crashes_is_started_again(supervisor, said):
    supervisor.keep(program("flaky", "print('here'); raise SystemExit(3)"))
    run_until(supervisor, lambda: said.count(("flaky", "here")) == 2)
    assert ("flaky", "ended (exit status 3), again in 1 s") in said
    assert ("flaky", "starting again") in said


def test_child_that_keeps_crashing_is_started_less_and_less_often(supervisor, said):
    kept = supervisor.keep(program("flaky", "raise SystemExit(3)"))
    kept.pause = 0.05
    run_until(supervisor, lambda: kept.endings == 3)
    assert kept.pause == pytest.approx(0.4)
    kept.pause = 25
    run_until(supervisor, lambda: kept.endings == 4)
    assert kept.pause == 30


def test_output_arrives_in_whole_lines_with_the_last_one_unfinished(supervisor, said):
    code = "import sys; sys.stdout.write('one\\ntwo ä\\nthree')"
    assert supervisor.run_steps(program("talker", code)) == ["one", "two ä", "three"]
    assert said == [("talker", "one"), ("talker", "two ä"), ("talker", "three")]


def test_output_larger_than_a_pipe_does_not_block(supervisor):
    lines = supervisor.run_steps(
        program("talker", "print('x' * 200 + '\\n', end='') or [print(n) for n in range(100000)]"),
        quiet=True,
    )
    assert len(lines) == 100_001


def test_step_that_fails_stops_the_start_and_shows_its_output(supervisor, said):
    with pytest.raises(StartupError, match=r"migrate failed \(exit status 4\)"):
        supervisor.run_steps(program("migrate", "print('no'); raise SystemExit(4)"), quiet=True)
    assert ("migrate", "no") in said


def test_steps_run_side_by_side(supervisor):
    """Each waits for what the other writes, so one after the other would never end."""
    code = (
        "import pathlib, sys, time; mine, other = map(pathlib.Path, sys.argv[1:]); mine.touch()"
        "\nwhile not other.exists(): time.sleep(0.01)"
    )
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{folder}/a", f"{folder}/b"]
        steps = [
            Program("step", [sys.executable, "-c", code, *order]) for order in (names, names[::-1])
        ]
        assert supervisor.run_steps(*steps) == []


def test_waiting_for_a_program_that_ends_raises(supervisor):
    kept = supervisor.keep(program("web", "raise SystemExit(1)"))
    with pytest.raises(StartupError, match="web ended while it started"):
        supervisor.wait_until(lambda: False, kept)


def test_children_stop_in_the_reverse_order_of_their_start(said):
    supervisor = Supervisor(lambda name, line: said.append((name, line)))
    for name in ("first", "second", "third"):
        supervisor.keep(program(name, "import time; time.sleep(60)"))
    supervisor.stop()
    assert said == [("third", "stopping"), ("second", "stopping"), ("first", "stopping")]


def test_child_that_ignores_its_signals_is_killed_in_the_end(said):
    supervisor = Supervisor(lambda name, line: said.append((name, line)))
    kept = supervisor.keep(program("deaf", STUBBORN, stop_signals=((signal.SIGTERM, 0.3),)))
    child = kept.child
    run_until(supervisor, lambda: ("deaf", "up") in said)
    supervisor.stop()
    assert child.returncode() == -signal.SIGKILL


def test_second_signal_while_stopping_kills_at_once(said):
    supervisor = Supervisor(lambda name, line: said.append((name, line)))
    supervisor.keep(program("deaf", STUBBORN, stop_signals=((signal.SIGTERM, 30),)))
    run_until(supervisor, lambda: ("deaf", "up") in said)
    threading.Timer(0.3, supervisor._on_signal, (signal.SIGINT, None)).start()
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 5


def test_end_of_a_child_takes_its_own_children_along(supervisor, said):
    kept = supervisor.keep(program("family", FAMILY))
    run_until(supervisor, lambda: said != [])
    grandchild = int(said[0][1].split()[1])
    kept.pause = 0.05
    assert exists(grandchild)
    kept.child.process.kill()
    run_until(supervisor, lambda: ("family", "starting again") in said)
    wait_for(lambda: not exists(grandchild))


SUPERVISOR = """
import sys, time
from labelhub.embedded.supervisor import Supervisor
from labelhub.embedded.processes import Program
supervisor = Supervisor(lambda name, line: print(name, line, flush=True))
supervisor.keep(Program("family", [sys.executable, "-c", sys.argv[1]]))
supervisor.keep(Program("other", ["sleep", "60"]))
print("guard", supervisor._guard.pid, flush=True)
print("other", supervisor._kept[1].child.pid, flush=True)
while True:
    supervisor._tick()
"""


@pytest.fixture
def supervisor_process():
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, FAMILY],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    pids = {}
    while not {"guard", "other", "family"} <= pids.keys():
        words = process.stdout.readline().split()  # nothing when it has ended
        pids[words[0]] = int(words[-1])
    yield process, pids
    process.kill()
    process.wait()
    process.stdout.close()


def test_killing_the_supervisor_leaves_no_process(supervisor_process):
    process, pids = supervisor_process
    assert all(exists(pid) for pid in pids.values())
    process.kill()
    process.wait()
    wait_for(lambda: not any(exists(pid) for pid in pids.values()), 5)


def test_guard_that_was_killed_is_replaced(supervisor_process):
    process, pids = supervisor_process
    os.kill(pids["guard"], signal.SIGKILL)
    os.kill(pids["other"], signal.SIGKILL)  # news for the guard, so that its absence is noticed
    replaced = []

    def has_new_guard():
        replaced[:] = [pid for pid in children_of(process.pid) if b"guard.py" in command_of(pid)]
        return replaced and replaced[0] != pids["guard"]

    wait_for(has_new_guard)
    process.kill()
    process.wait()
    wait_for(lambda: not exists(pids["family"]) and not exists(replaced[0]))


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""  # it has just ended


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def test_guard_after_an_ordinary_stop_touches_nobody():
    """A good-bye counts even for a process that the guard still knows."""
    guard = Guard()
    with open(os.devnull, "wb") as nowhere:
        child = Child(Program("sleeper", ["sleep", "60"]), guard, log=nowhere)
    guard.dismiss()
    assert exists(child.pid)
    child.process.kill()
    child.process.wait()
