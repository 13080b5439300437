"""Dumps of the database with PostgreSQL's own programs, and putting one back."""

import os
import subprocess
import time
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.account import server_account
from labelhub.embedded.binaries import postgres_bin

COUNT_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


class BackupError(RuntimeError):
    """Nothing was written or restored; the message says why."""


def write_backup() -> Path:
    """Dump the database into var/backups, readable by the owner only."""
    folder = paths.make_state_dir() / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / time.strftime("labelhub-%Y%m%d-%H%M%S.dump")
    draft = file.with_suffix(".part")
    os.umask(0o077)
    try:
        _call("pg_dump", "--format=custom", f"--file={draft}", _address())
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    return file


def restore_backup(file: Path) -> None:
    """Put a dump back. Refused unless the database is empty: nothing is ever overwritten."""
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    if _call("psql", "-XtAc", COUNT_TABLES, _address()).strip() != "0":
        raise BackupError(
            "The database is not empty. Restore into a new one: stop labelhub, move "
            f"{paths.server_dir() / 'postgres'} away (or set LABELHUB_STATE_DIR), try again."
        )
    _call(
        "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
        f"--dbname={_address()}", str(file),
    )  # fmt: skip


def _address() -> str:
    return os.environ.get("DATABASE_URL") or paths.database_url()


def _call(program: str, *arguments: str) -> str:
    folder = postgres_bin(server_account(paths.server_dir() / "postgres"))
    done = subprocess.run(
        [str(folder / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupError(f"{program}: {done.stderr.strip()}")
    return done.stdout
