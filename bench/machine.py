"""Private servers for one benchmark run, durable as in production, and CPU clocks."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.processes import Child, Guard
from labelhub.embedded.servers import embedded_servers

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def private_servers() -> Iterator[Path]:
    """Start both servers in a folder of their own; the environment points at them."""
    state = Path(tempfile.mkdtemp(prefix="labelhub-bench-"))
    state.chmod(0o755)
    os.environ["LABELHUB_STATE_DIR"] = str(state)
    os.environ["SECRET_KEY"] = os.urandom(32).hex()
    os.environ["LOG_LEVEL"] = "ERROR"
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    guard, children = Guard(), []
    try:
        for server in embedded_servers():
            server.prepare()
            with (state / f"{server.program.name}.log").open("ab") as log:
                children.append(Child(server.program, guard, log))
            while not server.is_ready():
                time.sleep(0.05)
            server.when_ready()
        os.environ["DATABASE_URL"] = paths.database_url()
        os.environ["REDIS_URL"] = paths.redis_url()
        yield state
    finally:
        for child in reversed(children):
            child.stop()
        guard.dismiss()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def gunicorn(module: str, port: int, **environment: str) -> Iterator[int]:
    """The app server as `make run` starts it; yields its pid once it answers."""
    command = [
        sys.executable, "-m", "gunicorn", module, "--worker-class", "gthread", "--workers", "2",
        "--threads", "4", "--bind", f"127.0.0.1:{port}", "--no-control-socket",
        "--log-level", "error", "--keep-alive", "75",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _attempt in range(200):
        if process.poll() is not None:
            raise SystemExit("the app server did not start")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def cpu_seconds(match: str) -> float:
    """User and system CPU so far of all processes whose command line contains `match`."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            name = (folder / "comm").read_text()
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if match in command or match in name:
            # Own time and that of children already reaped (one backend per connection).
            total += sum(int(field) for field in fields[11:15]) / TICKS
    return total


def resident_mb(pid: int) -> float:
    """Resident memory of one process in MB, its highest so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return 0.0
