"""`make run` as people meet it: the whole of labelhub in a folder with spaces and letters."""

import json
import os
import re
import signal
import urllib.request

import psycopg2
import pytest

from tests.integration.embedded.conftest import wait_for

pytestmark = pytest.mark.slow

PORT = "18431"


def answer(process) -> int:
    (url,) = set(re.findall(r"running at (http://\S+)", process.log.read_text()))
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as response:
        return response.status


def commands(place) -> str:
    found = []
    for pid in place.members():
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                found.append(file.read().replace(b"\0", b" ").decode("utf-8", "replace"))
        except FileNotFoundError:
            continue
    return "\n".join(found)


def test_life_of_an_instance(place_factory):
    """One start serves for all of it, since a start takes seconds."""
    place = place_factory()
    process = place.begin("run", "--port", PORT, until="labelhub is running at")
    check_it_serves(place, process)
    check_second_start_is_refused(place, process)
    check_crashed_web_comes_back(place, process)
    check_crashed_database_comes_back(place, process)
    check_kill_leaves_no_orphan(place, process)
    again = place.begin("run", "--port", PORT, until="labelhub is running at")
    check_it_serves(place, again)
    check_interrupt_stops_all(place, again)


def check_it_serves(place, process) -> None:
    assert answer(process) == 200
    running = commands(place)
    for part in ("postgres -D", "valkey-server", "gunicorn", "-A labelhub.celery worker"):
        assert part in running
    # Started after all else: nobody waits for them.
    for part in ("--queues prompt", "-A labelhub.celery beat"):
        wait_for(lambda part=part: part in commands(place), 20)
    assert (place.state / "run").stat().st_mode & 0o777 == 0o700


def check_second_start_is_refused(place, process) -> None:
    second = place.call("run", "--port", PORT)
    assert second.returncode == 0
    assert f"labelhub is already running here (pid {process.pid}) at http://" in second.stdout
    assert json.loads((place.state / "lock").read_text())["pid"] == process.pid


def kill_one(place, part: str) -> None:
    for pid in sorted(place.members()):
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if part in file.read().replace(b"\0", b" ").decode("utf-8", "replace"):
                os.kill(pid, signal.SIGKILL)
                return
    raise AssertionError(f"No process with {part}")


def serves_again(process) -> bool:
    try:
        return answer(process) == 200
    except OSError:
        return False


def check_crashed_web_comes_back(place, process) -> None:
    kill_one(place, "gunicorn")
    wait_for(lambda: "web      | starting again" in process.log.read_text(), 60)
    wait_for(lambda: serves_again(process), 60, process.log.read_text)


def check_crashed_database_comes_back(place, process) -> None:
    kill_one(place, "postgres -D")
    wait_for(lambda: "postgres | starting again" in process.log.read_text(), 60)
    wait_for(lambda: database_answers(place), 60, process.log.read_text)
    wait_for(lambda: serves_again(process), 60, process.log.read_text)


def database_answers(place) -> bool:
    address = {"host": place.state / "run", "user": "postgres", "dbname": "labelhub"}
    try:
        psycopg2.connect(**address).close()
    except psycopg2.OperationalError:
        return False
    return True


def check_kill_leaves_no_orphan(place, process) -> None:
    process.kill()
    process.wait()
    wait_for(lambda: place.members() == [], 40, lambda: commands(place))


def check_interrupt_stops_all(place, process) -> None:
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 0  # each part is given its time, one after the other
    assert place.members() == []
