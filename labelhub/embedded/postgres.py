"""The embedded PostgreSQL: a cluster in our own folder, reached through a socket only."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.account import as_account, own_folder, server_account
from labelhub.embedded.binaries import postgres_bin

# Only for clusters that are thrown away after a test run. Tests fill and empty tables faster than
# statistics follow: taken while a table is empty, and used when it holds thousands of rows, they
# lead to plans that never end. What hangs is an error with a place.
THROW_AWAY = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("lock_timeout=60s", "statement_timeout=300s"),
)

# LOG ranks above ERROR in a server's log and cannot be switched off; it tells of every checkpoint.
ROUTINE = re.compile(r" LOG:  | FATAL:  the database system is (starting up|shutting down)$")


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Postgres:
    """One cluster: where it lies, whose it is, and how its programs are called."""

    bin: Path
    data: Path
    run: Path
    account: pwd.struct_passwd | None
    durable: bool = True

    @classmethod
    def here(cls, *, durable: bool = True) -> "Postgres":
        data = paths.server_dir() / "postgres"
        account = server_account(data)
        return cls(postgres_bin(account), data, paths.run_dir(), account, durable)

    @property
    def stop_signals(self) -> tuple[tuple[signal.Signals, float], ...]:
        """Signals of an ordinary stop, with the seconds each is given."""
        if self.durable:
            return ((signal.SIGINT, 30), (signal.SIGQUIT, 5))  # fast, then immediate shutdown
        return ((signal.SIGQUIT, 5),)

    def command(self) -> list[str]:
        options = [
            "listen_addresses=",
            f'unix_socket_directories="{self.run}"',
            "unix_socket_permissions=0700",
            "log_min_messages=warning",
            *(() if self.durable else THROW_AWAY),
        ]
        flags = [part for option in options for part in ("-c", option)]
        return [str(self.bin / "postgres"), "-D", str(self.data), *flags]

    def prepare(self) -> None:
        """Make folders and cluster when they are missing; refuse a cluster of another version."""
        own_folder(self.run, self.account)
        if (self.data / "PG_VERSION").exists():
            own_folder(self.data, self.account)
            self._check_version()
            self._stop_leftover()
        else:
            self._create_cluster()

    def is_ready(self) -> bool:
        access = ("-h", str(self.run), "-U", paths.SUPERUSER, "-d", "postgres")
        return self._call("pg_isready", *access, "-q").returncode == 0

    def create_database(self) -> None:
        """Make the application's database unless it is there."""
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{paths.DATABASE_NAME}'"
        access = ("-h", str(self.run), "-U", paths.SUPERUSER)
        found = self._call("psql", *access, "-d", "postgres", "-XtAc", exists)
        if found.returncode == 0 and found.stdout.strip() == "1":
            return
        made = self._call("createdb", *access, paths.DATABASE_NAME)
        if made.returncode != 0:
            raise ClusterError(f"The database could not be created: {made.stderr.strip()}")

    def _create_cluster(self) -> None:
        """Made beside its place and moved there, since a half-made one looks like a cluster."""
        if self.data.exists() and any(self.data.iterdir()):
            raise ClusterError(
                f"{self.data} is neither empty nor a PostgreSQL cluster. "
                "Move it away, then try again."
            )
        draft = self.data.with_name(f"{self.data.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(draft, self.account)
        made = self._call(
            "initdb",
            *("--pgdata", str(draft)),
            *("--username", paths.SUPERUSER),
            *("--auth", "trust"),  # whoever may enter the folder of the socket is the owner
            *("--encoding", "UTF8"),
            *("--locale", "C" if sys.platform == "darwin" else "C.UTF-8"),
            "--no-instructions",
            *(() if self.durable else ("--no-sync",)),
        )
        if made.returncode != 0:
            raise ClusterError(f"The cluster could not be created: {made.stderr.strip()}")
        draft.replace(self.data)

    def _check_version(self) -> None:
        of_data = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        shown = self._call("postgres", "--version").stdout
        of_programs = "".join(re.findall(r"\(PostgreSQL\) (\d+)", shown))
        if of_data != of_programs:
            raise ClusterError(
                f"The data in {self.data} is of PostgreSQL {of_data}, the programs are of "
                f"{of_programs}. Nothing was changed. Start once more with the programs of "
                f"PostgreSQL {of_data} (PG_BIN=/path/to/bin), write a dump (make backup), move "
                "the folder away, start with the new ones and put it back (make restore)."
            )

    def _stop_leftover(self) -> None:
        """Stop a server that outlived its supervisor and its guard."""
        if not (self.data / "postmaster.pid").exists():
            return
        if self._call("pg_ctl", "status", "-D", str(self.data)).returncode == 0:
            self._call("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-t", "30")

    def _call(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.bin / program), *arguments],
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            cwd="/",
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **as_account(self.account),
        )
