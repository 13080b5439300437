"""Where the embedded servers live and how to reach them; computed, so no parent need be running.

Importing has no effect, and this module needs neither Django nor a running server.
"""

import hashlib
import os
import secrets
import stat
import sys
from pathlib import Path
from urllib.parse import quote

from labelhub.embedded.account import can_enter, server_account

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE_NAME = "labelhub"
SUPERUSER = "postgres"
REDIS_SOCKET = "redis.sock"
# A socket's path may have 103 bytes on macOS (107 on Linux), and PostgreSQL adds 14 of its own.
LONGEST_RUN_DIR = 103 - len("/.s.PGSQL.5432")
# libpq reads a comma, Django's cache a semicolon, as the start of another address.
SEPARATORS = ",;"
SHORTEST_SECRET_KEY = 32


class UnsafeFolderError(RuntimeError):
    """The socket folder could belong to somebody else."""


def state_dir() -> Path:
    """Everything that labelhub writes on this machine: `var/`, or LABELHUB_STATE_DIR."""
    return ROOT / (os.environ.get("LABELHUB_STATE_DIR") or "var")


def server_dir() -> Path:
    """The folder of the servers' data.

    It is the state folder, unless we are root and the unprivileged account of the servers cannot
    get there (a checkout under /root); then it is a system folder named after the checkout.
    """
    state = state_dir()
    fallback = system_dir() / _fingerprint(state)
    if os.geteuid() != 0 or (state / "postgres").exists():
        return state
    if (fallback / "postgres").exists() or not can_enter(state, server_account(state / "postgres")):
        return fallback
    return state


def system_dir() -> Path:
    """The system folder for data and programs that cannot stay in the checkout (root only)."""
    return Path("/var/db/labelhub" if sys.platform == "darwin" else "/var/lib/labelhub")


def run_dir() -> Path:
    """The 0700 folder of the sockets. Who can enter it may do anything with the data.

    Raises UnsafeFolderError when it exists but another account could be listening there.
    """
    folder = server_dir() / "run"
    text = str(folder)
    if len(os.fsencode(text)) > LONGEST_RUN_DIR or any(mark in text for mark in SEPARATORS):
        # Not tempfile.gettempdir(): TMPDIR differs between a shell, cron and a service.
        folder = Path("/tmp") / f"labelhub-{os.geteuid()}-{_fingerprint(state_dir())}"
    _check_private(folder)
    return folder


def database_url() -> str:
    """URL of the embedded PostgreSQL, for libpq and Django alike.

    The folder is a parameter, since django-environ does not decode one in the place of the host.
    """
    return f"postgresql://{SUPERUSER}@/{DATABASE_NAME}?host={quote(str(run_dir()), safe='')}"


def redis_url() -> str:
    """URL of the embedded Valkey in the form of redis-py."""
    return f"unix://{quote(str(run_dir() / REDIS_SOCKET))}?db=0"


def broker_url(redis_url: str) -> str:
    """The same server for Celery, which spells the URL of a socket differently."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    options = [
        f"virtual_host={pair[3:]}" if pair.startswith("db=") else pair
        for pair in query.split("&")
        if pair
    ]
    return f"redis+socket://{path}?{'&'.join(options)}" if options else f"redis+socket://{path}"


def secret_key() -> str:
    """The key of this instance: made at random on first use, readable by its owner only."""
    file = state_dir() / "secret_key"
    try:
        key = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = _create_secret_key(file)
    if len(key) < SHORTEST_SECRET_KEY:
        raise ValueError(f"{file} holds no usable key: delete it, or set SECRET_KEY.")
    return key


def make_state_dir() -> Path:
    """Create the state folder. Root leaves it enterable, for the account of the servers."""
    folder = state_dir()
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def _create_secret_key(file: Path) -> str:
    make_state_dir()
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, file)  # atomic, and never replaces the key of a process that was faster
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


def _check_private(folder: Path) -> None:
    try:
        info = folder.lstat()
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise UnsafeFolderError(
            f"{folder} cannot be entered: the servers here were started by another user. "
            "Run as that user, or set LABELHUB_STATE_DIR."
        ) from error
    account = server_account(server_dir() / "postgres")
    owners = {os.geteuid()} | ({account.pw_uid} if account else set())
    if info.st_uid not in owners or not stat.S_ISDIR(info.st_mode) or info.st_mode & 0o077:
        raise UnsafeFolderError(
            f"{folder} must be a folder with mode 0700 that belongs to the account of the servers. "
            "Look who made it before you remove it."
        )


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
