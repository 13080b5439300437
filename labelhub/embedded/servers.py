"""The embedded servers as programs to run, and how to tell that one is ready."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labelhub.embedded import paths, postgres, valkey
from labelhub.embedded.account import own_folder, server_account
from labelhub.embedded.postgres import Postgres
from labelhub.embedded.processes import Program, server_environment
from labelhub.embedded.valkey import Valkey


def _nothing() -> None:
    """Nothing to do once it is ready."""


def _no_advice(output: list[str]) -> Path | None:
    """Nothing to set aside."""


@dataclass(frozen=True)
class Server:
    """A program with what must happen before its start and once it answers."""

    program: Program
    prepare: Callable[[], None]
    is_ready: Callable[[], bool]
    when_ready: Callable[[], None] = _nothing
    set_aside: Callable[[list[str]], Path | None] = _no_advice
    attempts: int = 1


def embedded_servers(*, durable: bool = True) -> Iterator[Server]:
    """The servers this machine has to start: those without a URL in the environment."""
    make_server_dir()
    if not os.environ.get("DATABASE_URL"):
        yield _postgres(durable)
    if not os.environ.get("REDIS_URL"):
        yield _valkey(durable)


def make_server_dir() -> None:
    """Create the folder of the servers' data; its parents stay as they are."""
    folder = paths.server_dir()
    if folder == paths.make_state_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    own_folder(folder, None, mode=0o711 if server_account(folder / "postgres") else 0o700)


def leave_run_dir() -> None:
    """After the stop: remove the folder of the sockets, unless something is left in it."""
    with suppress(OSError):
        paths.run_dir().rmdir()


def _postgres(durable: bool) -> Server:
    cluster = Postgres.here(durable=durable)
    program = Program(
        "postgres",
        cluster.command(),
        cluster.stop_signals,
        account=cluster.account,
        environment=server_environment(),
        folder=cluster.data,
        emergency_signal=cluster.stop_signals[0][0],
        routine=postgres.ROUTINE,
    )
    # After a crash it is refused until the last old backend has gone, which takes a second.
    return Server(program, cluster.prepare, cluster.is_ready, cluster.create_database, attempts=4)


def _valkey(durable: bool) -> Server:
    server = Valkey.here(durable=durable)
    program = Program(
        "valkey",
        server.command(),
        valkey.STOP_SIGNALS,
        account=server.account,
        environment=server_environment(),
        folder=server.data,
        routine=valkey.ROUTINE,
    )
    return Server(
        program, server.prepare, server.is_ready, set_aside=server.set_unreadable_data_aside
    )
