"""Which operating system account the embedded servers run under, and what it can reach.

PostgreSQL refuses to run as root. When we are root, the servers run as an unprivileged account
instead; nothing outside our own folders is ever given other permissions for that.
"""

import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

UNPRIVILEGED = ("postgres", "nobody")  # nobody is there on every system


def server_account(data: Path) -> pwd.struct_passwd | None:
    """The account to run servers under: None unless we are root.

    The owner of existing data comes first, so that an upgraded or restored folder keeps working.
    """
    if os.geteuid() != 0:
        return None
    try:
        owner = data.stat().st_uid
    except OSError:
        owner = 0
    if owner:
        return pwd.getpwuid(owner)
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError("No unprivileged account (postgres or nobody) exists on this machine.")


def can_enter(folder: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the account may enter the folder and all its parents, as far as they exist."""
    if account is None:
        return True
    return all(_may_search(part, account) for part in (folder, *folder.parents))


def _may_search(folder: Path, account: pwd.struct_passwd) -> bool:
    try:
        info = folder.stat()
    except FileNotFoundError:
        return True
    if info.st_uid == account.pw_uid:
        return bool(info.st_mode & stat.S_IXUSR)
    if info.st_gid == account.pw_gid:
        return bool(info.st_mode & stat.S_IXGRP)
    return bool(info.st_mode & stat.S_IXOTH)


def as_account(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for `subprocess` that drop root and its supplementary groups."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def own_folder(folder: Path, account: pwd.struct_passwd | None, *, mode: int = 0o700) -> None:
    """Make a folder of ours with exactly this mode and owner; parents must exist.

    Raises PermissionError when it exists and is somebody else's, or a link to somewhere else: in
    a folder that all may write to, it would be a trap.
    """
    owner = os.geteuid() if account is None else account.pw_uid
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid not in {owner, os.geteuid()}:
        raise PermissionError(f"{folder} is not a folder of ours.")
    if account is not None and info.st_uid != owner:
        os.chown(folder, account.pw_uid, account.pw_gid, follow_symlinks=False)
    if stat.S_IMODE(info.st_mode) != mode:
        folder.chmod(mode)
