"""Where media files lie: names made from their content, written whole or not at all."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Protocol, cast

from django.core.files.storage import FileSystemStorage, storages

CHUNK = 1 << 16


class MediaStorage(Protocol):
    """What this app asks of a storage, beside Django's own methods."""

    def keep(self, name: str, source: Path) -> None:
        """Store the file under exactly this name. What is there already has the same content."""
        ...

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes `start` to `end`, both included, in chunks."""
        ...

    def size(self, name: str) -> int: ...

    def delete(self, name: str) -> None: ...


def media_storage() -> MediaStorage:
    """The one of this server: a local folder, or a bucket."""
    return cast(MediaStorage, storages["media"])


def content_name(project_id: int, digest: str) -> str:
    """Nothing of it comes from a person; equal content of a project is stored once."""
    return f"media/{project_id}/{digest[:2]}/{digest}"


def copy_of(name: str, size: int, folder: Path) -> Path:
    """A stored file as a local one, for programs that need a path."""
    target = folder / uuid.uuid4().hex
    with target.open("wb") as file:
        for chunk in media_storage().read(name, 0, size - 1):
            file.write(chunk)
    return target


class LocalMedia(FileSystemStorage):
    """A folder on this machine."""

    def keep(self, name: str, source: Path) -> None:
        """Written beside its place and moved there: a crash leaves no half file under the name."""
        target = Path(self.path(name))
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        beside = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
        try:
            with source.open("rb") as original, beside.open("wb") as copy:
                copyfileobj(original, copy, CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            beside.chmod(0o600)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        file = Path(self.path(name)).open("rb")  # noqa: SIM115 - opened now, so that absence is told now
        return _part(file, start, end - start + 1)


def _part(file: BinaryIO, start: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
