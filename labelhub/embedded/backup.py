"""Dumps of the database with PostgreSQL's own programs, its files beside them, and putting both
back."""

import os
import subprocess
import time
import zipfile
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.account import server_account
from labelhub.embedded.binaries import postgres_bin

COUNT_TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


class BackupError(RuntimeError):
    """Nothing was written or restored; the message says why."""


def write_backup() -> Path:
    """Dump database and media files into var/backups, readable by the owner only.

    Returns the dump; its files lie beside it, see `files_of`.
    """
    folder = paths.make_state_dir() / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / time.strftime("labelhub-%Y%m%d-%H%M%S.dump")
    drafts = {file: file.with_suffix(".part"), files_of(file): file.with_suffix(".files.part")}
    os.umask(0o077)
    try:
        _call("pg_dump", "--format=custom", f"--file={drafts[file]}", _address())
        # After the dump: files are never changed or taken away, so all that it names are there.
        _pack_files(drafts[files_of(file)])
        for target, draft in drafts.items():
            draft.rename(target)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return file


def files_of(dump: Path) -> Path:
    """The archive of media files that belongs to a dump."""
    return dump.with_suffix(".files.zip")


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
    _unpack_files(files_of(file))


def _media_folder() -> Path:
    return Path(os.environ.get("MEDIA_ROOT") or paths.state_dir() / "media")


def _pack_files(target: Path) -> None:
    """Files in a bucket are the bucket's to keep."""
    folder = _media_folder()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))


def _unpack_files(archive: Path) -> None:
    """Back into their folder. A dump without its archive, from elsewhere, is restored alone."""
    if archive.is_file():
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(_media_folder())


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
