"""The embedded Valkey: broker and cache, on a socket, with an append-only file."""

import pwd
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.account import as_account, own_folder, server_account
from labelhub.embedded.binaries import MissingProgramError, valkey_server

STOP_SIGNALS = ((signal.SIGTERM, 10.0),)
# Advice for machines that serve nothing else, and what follows from our own signals.
ROUTINE = re.compile(r"Memory overcommit|signal-handler|User requested shutdown|bye bye")
# What Valkey and Redis print when they cannot load what an earlier server wrote.
UNREADABLE = re.compile(r"append[- ]only file|AOF|RDB", re.IGNORECASE)


@dataclass(frozen=True)
class Valkey:
    """One server: its program, its folder and its socket."""

    program: Path
    data: Path
    run: Path
    account: pwd.struct_passwd | None
    durable: bool = True

    @classmethod
    def here(cls, *, durable: bool = True) -> "Valkey":
        folder = paths.server_dir()
        account = server_account(folder / "postgres")
        program = valkey_server(account)
        return cls(program, folder / _family(program), paths.run_dir(), account, durable)

    def command(self) -> list[str]:
        return [
            str(self.program),
            *("--port", "0"),
            *("--unixsocket", str(self.run / paths.REDIS_SOCKET)),
            *("--unixsocketperm", "700"),
            *("--dir", str(self.data)),
            *("--appendonly", "yes" if self.durable else "no"),
            *("--appendfsync", "everysec"),
            *("--save", ""),
            *("--maxmemory-policy", "noeviction"),
            *("--loglevel", "warning"),
        ]

    def prepare(self) -> None:
        """Make the folders, and stop a server that outlived its supervisor and its guard."""
        own_folder(self.run, self.account)
        own_folder(self.data, self.account)
        self._ask(b"SHUTDOWN\r\n")

    def is_ready(self) -> bool:
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def set_unreadable_data_aside(self, output: list[str]) -> Path | None:
        """After a failed start: move data it cannot read away, and say where to.

        Nothing is lost by that: the queue is rebuilt from the database.
        """
        files = [file for file in self.data.iterdir() if not file.name.startswith("unreadable-")]
        if not files or not any(UNREADABLE.search(line) for line in output):
            return None
        aside = self.data / time.strftime("unreadable-%Y%m%d-%H%M%S")
        own_folder(aside, self.account)
        for file in files:
            file.rename(aside / file.name)
        return aside

    def _ask(self, request: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(self.run / paths.REDIS_SOCKET))
                connection.sendall(request)
                return connection.recv(100)
            except OSError:
                return b""


def _family(program: Path) -> str:
    """Folder name by product and major version: Redis cannot read the files of Valkey."""
    account = as_account(server_account(paths.server_dir() / "postgres"))
    try:
        shown = subprocess.run(
            [str(program), "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            **account,
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingProgramError(f"{program} does not start: {error}") from error
    match = re.search(r"(valkey|redis) server v=(\d+)", shown, re.IGNORECASE)
    if match is None:
        raise MissingProgramError(f"{program} is neither Valkey nor Redis: {shown.strip()}")
    return f"{match[1].lower()}-{match[2]}"
