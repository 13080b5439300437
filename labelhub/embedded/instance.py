"""One instance per state folder: the lock that says so, the port, and who is running here."""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from labelhub.embedded import paths

HOST = "127.0.0.1"
PORTS_TO_TRY = 50


@dataclass(frozen=True)
class Instance:
    """A supervisor that holds the lock."""

    pid: int
    url: str


class AlreadyRunningError(RuntimeError):
    """Another supervisor holds the lock of this state folder."""

    def __init__(self, instance: Instance | None) -> None:
        self.instance = instance
        pid = f" (pid {instance.pid})" if instance else ""
        url = f" at {instance.url}" if instance and instance.url else ""
        super().__init__(f"labelhub is already running here{pid}{url}")


class InstanceLock:
    """Held while its file is open; the system lets go of it even after kill -9."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def describe(self, instance: Instance) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(asdict(instance)).encode(), 0)


@contextmanager
def instance_lock() -> Iterator[InstanceLock]:
    """Take the lock of this state folder. Raises AlreadyRunningError."""
    descriptor = os.open(paths.make_state_dir() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(_read(descriptor)) from error
        lock = InstanceLock(descriptor)
        lock.describe(Instance(os.getpid(), ""))
        yield lock
    finally:
        os.close(descriptor)


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + PORTS_TO_TRY):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise
                continue
            return port
    raise RuntimeError(f"No free port from {wanted} to {wanted + PORTS_TO_TRY - 1}.")


def _read(descriptor: int) -> Instance | None:
    try:
        return Instance(**json.loads(os.pread(descriptor, 10_000, 0)))
    except (ValueError, TypeError):
        return None  # it has taken the lock, but not written yet
