"""Bytes from anywhere into a temporary file: counted, hashed, never held in memory."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.problems import Problem
from media.problems import FileProblem


@dataclass(frozen=True)
class Spooled:
    """A local file; `digest` is the hexadecimal SHA-256 of its content."""

    path: Path
    bytes: int
    digest: str


def spool(chunks: Iterable[bytes], folder: Path, *, limit: int) -> Spooled:
    """Write them to a new file in the folder. Problem: media_too_large, media_empty."""
    path, digest, size = folder / uuid.uuid4().hex, hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise FileProblem("“%(name)s” is empty.", code="media_empty")
    return Spooled(path, size, digest.hexdigest())


def too_large(limit: int) -> Problem:
    """A file that is larger than this server stores."""
    return FileProblem(
        "“%(name)s” is larger than %(limit)d bytes.", code="media_too_large", limit=limit
    )
