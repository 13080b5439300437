"""The folder of the server from which files are taken: a local one, or a prefix of a bucket.

Each project has its own folder in it, named like the project's address, so that a lead reaches no
other project's files.
"""

from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import Storage, storages

CHUNK = 1 << 16


def inbox_files(project: str, folder: str, *, most: int) -> list[str]:
    """Paths below the project's folder, sorted, at most `most` + 1; links and hidden files are not
    followed. FileNotFoundError when there is no such folder."""
    storage = storages["inbox"]
    start = f"{project}/{folder}" if folder else project
    found: list[str] = []
    for path in _walk(storage, start):
        found.append(path.removeprefix(f"{project}/"))
        if len(found) > most:
            break
    return found


def inbox_size(project: str, path: str) -> int:
    """Bytes."""
    return int(storages["inbox"].size(f"{project}/{path}"))


def inbox_chunks(project: str, path: str) -> Iterator[bytes]:
    """The content of one file."""
    with storages["inbox"].open(f"{project}/{path}") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _walk(storage: Storage, folder: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    for name in sorted(files):
        path = f"{folder}/{name}"
        if name and not name.startswith(".") and _is_inside(storage, path):
            yield path
    for name in sorted(folders):
        path = f"{folder}/{name}"
        if name and not name.startswith(".") and _is_inside(storage, path):
            yield from _walk(storage, path)


def _is_inside(storage: Storage, path: str) -> bool:
    """A link is no file of the inbox; in a bucket there are none."""
    try:
        return not Path(storage.path(path)).is_symlink()
    except NotImplementedError:
        return True
