"""labelhub's own processes: the steps before the start, then both workers, beat and web."""

import http.client
import os
import signal
import sys
from collections.abc import Mapping

from core.schedule import PROMPT_QUEUE
from labelhub.embedded import paths
from labelhub.embedded.instance import HOST
from labelhub.embedded.processes import Program

WEB_PROCESSES, WEB_THREADS, WORKER_SLOTS = 2, 4, 2
# Known: who runs `make run` as root has all processes but the servers run as root.
WORKER_AS_ROOT = "You're running the worker with superuser privileges"
# Warm shutdown first; SIGQUIT puts running tasks back into the queue at once.
WORKER_STOP = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 5.0))


def preparations(environment: Mapping[str, str]) -> list[Program]:
    """What has to be done before anything is served, in any order; quick when nothing is to do.

    `migrate` runs Django's system checks, too: a view without an access rule ends the start here.
    """
    return [
        _manage("migrate", environment, "migrate", "--no-input", "--verbosity", "1"),
        _manage("static", environment, "collectstatic", "--no-input", "--verbosity", "0"),
    ]


def first_steps(environment: Mapping[str, str]) -> Program:
    """The owner and the demo project on the first start; prints the one-time link until used."""
    return _manage("prepare", environment, "prepare_instance")


def _manage(name: str, environment: Mapping[str, str], *command: str) -> Program:
    return Program(name, [sys.executable, "manage.py", *command], environment=environment)


def worker(environment: Mapping[str, str]) -> Program:
    return Program(
        "worker",
        [
            *_celery("worker"),
            *("--concurrency", str(WORKER_SLOTS)),
            *("--loglevel", "WARNING"),  # at INFO, beat's knocking fills the terminal
            *("--without-gossip", "--without-mingle"),
        ],
        WORKER_STOP,
        environment=environment,
        emergency_signal=signal.SIGQUIT,
    )


def prompt(environment: Mapping[str, str]) -> Program:
    """A worker for what must not wait behind long jobs, in one process: it takes the least memory.

    Without `--hostname` both workers would have the same name.
    """
    return Program(
        "prompt",
        [
            *_celery("worker"),
            *("--queues", PROMPT_QUEUE),
            *("--pool", "solo"),
            *("--hostname", f"{PROMPT_QUEUE}@%h"),
            *("--loglevel", "WARNING"),
            *("--without-gossip", "--without-mingle"),
        ],
        WORKER_STOP,
        environment=environment,
        emergency_signal=signal.SIGQUIT,
    )


def web(environment: Mapping[str, str], port: int) -> Program:
    return Program(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "labelhub.wsgi:application"),
            *("--bind", f"{HOST}:{port}"),
            *("--worker-class", "gthread"),
            *("--workers", str(WEB_PROCESSES)),
            *("--threads", str(WEB_THREADS)),
            "--preload",  # load once, then fork: half the time to start, shared memory
            *("--max-requests", "2000", "--max-requests-jitter", "200"),
            *("--graceful-timeout", "8"),
            *("--log-level", "warning"),
            "--no-control-socket",  # its path is shared by all instances of a user
        ],
        environment=environment,
    )


def beat(environment: Mapping[str, str]) -> Program:
    """A process of its own, so that it is restarted when it ends; the worker's would not be."""
    return Program(
        "beat",
        [
            *_celery("beat"),
            *("--loglevel", "WARNING"),
            *("--schedule", str(paths.state_dir() / "celerybeat-schedule")),
            "--pidfile=",
        ],
        environment=environment,
    )


def _celery(command: str) -> list[str]:
    return [
        *(sys.executable, "-W", f"ignore:{WORKER_AS_ROOT}"),
        *("-m", "celery", "--quiet", "-A", "labelhub.celery", command),
    ]


def environment_of(url: str) -> dict[str, str]:
    """The environment of labelhub's processes: ours, and the address to put into links."""
    return {"PUBLIC_URL": url, "PYTHONUNBUFFERED": "1"} | os.environ


def answers(port: int) -> bool:
    """Whether the web server answers at all, be it with an error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
