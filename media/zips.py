"""Archives of strangers: names, kinds, counts and sizes are checked on what is really in them.

Headers of an archive may lie, so every limit is counted on the bytes that come out. PURE but for
the archive it is given.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.problems import Problem
from media.naming import plain_name
from media.problems import FileProblem

CHUNK = 1 << 16
DIRECTORY_BYTES = 16 << 20  # the list of names is read in one piece
ARCHIVES = {"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "jar"}
# What operating systems leave in archives without being asked.
LEFTOVERS = {".ds_store", "thumbs.db", "desktop.ini", "__macosx"}
UTF8_NAME, ENCRYPTED = 0x800, 0x1
RATIO_FROM = 10 << 20


@dataclass(frozen=True)
class ZipLimits:
    """The most that an archive may bring; `ratio` is bytes out for each byte in."""

    members: int
    total: int
    ratio: int = 100


class BoundedReads:
    """The archive as `zipfile` sees it; a directory of millions of names is not read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if size > DIRECTORY_BYTES:
            raise _too_many(0)
        return self._file.read(size)

    def seekable(self) -> bool:
        return True


class BoundedZip:
    """An open archive: `members()` are the files in it, `chunks()` the bytes of one of them."""

    def __init__(self, file: BinaryIO, size: int, limits: ZipLimits) -> None:
        """Problem: zip_broken."""
        self._limits = limits
        self._most = min(limits.total, max(size * limits.ratio, RATIO_FROM))
        self._out = 0
        try:
            self._zip = zipfile.ZipFile(BoundedReads(file))
        except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
            if isinstance(error, Problem):
                raise
            raise FileProblem("The archive is broken, or no zip.", code="zip_broken") from error

    def members(self) -> list[tuple[str, zipfile.ZipInfo]]:
        """(name, entry) of every file; nothing is returned unless all of them may come.

        Problem: zip_name, zip_link, zip_nested, zip_encrypted, zip_method, zip_twice,
        zip_too_many, zip_no_files.
        """
        found: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            name = member_name(entry)
            if entry.is_dir() or _is_left_over(name):
                continue
            _check_entry(name, entry)
            if name in found:
                raise FileProblem(
                    "“%(name)s” is in the archive twice.", code="zip_twice", name=name
                )
            found[name] = entry
            if len(found) > self._limits.members:
                raise _too_many(self._limits.members)
        if not found:
            raise FileProblem("The archive holds no files.", code="zip_no_files")
        return list(found.items())

    def chunks(self, name: str, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Problem: zip_bomb when all files together become too much, zip_broken."""
        try:
            with self._zip.open(entry) as file:
                while chunk := file.read(CHUNK):
                    self._out += len(chunk)
                    if self._out > self._most:
                        raise self._bomb()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            message = "“%(name)s” cannot be taken out of the archive: it is broken."
            raise FileProblem(message, code="zip_broken", name=name) from error

    def _bomb(self) -> Problem:
        if self._out > self._limits.total:
            return FileProblem(
                "The archive holds more than %(limit)d bytes.",
                code="zip_bomb",
                limit=self._limits.total,
            )
        return FileProblem(
            "The archive becomes more than %(ratio)d times larger when it is unpacked.",
            code="zip_bomb",
            ratio=self._limits.ratio,
        )


def member_name(entry: zipfile.ZipInfo) -> str:
    """The path in the archive as a label; it never becomes a path here. Problem: zip_name.

    Names without the UTF-8 mark come from older Windows, in Korea most likely as CP949.
    """
    raw = entry.orig_filename
    if not entry.flag_bits & UTF8_NAME:
        raw = _decoded(raw.encode("cp437", errors="replace"))
    path = raw.replace("\\", "/")
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or path[1:2] == ":":
        raise FileProblem(
            "“%(name)s” leads out of the archive. Nothing of it was stored.",
            code="zip_name",
            name=path[:200],
        )
    return plain_name(path)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _is_left_over(name: str) -> bool:
    return any(part.lower() in LEFTOVERS for part in PurePosixPath(name).parts)


def _check_entry(name: str, entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise FileProblem(
            "“%(name)s” is a link or a device, not a file.", code="zip_link", name=name
        )
    if entry.flag_bits & ENCRYPTED:
        message = "“%(name)s” is encrypted. Make an archive without a password."
        raise FileProblem(message, code="zip_encrypted", name=name)
    if name.rpartition(".")[2].lower() in ARCHIVES:
        message = "“%(name)s” is an archive in the archive. Unpack it first."
        raise FileProblem(message, code="zip_nested", name=name)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = "“%(name)s” is compressed in an unusual way. Make an ordinary zip."
        raise FileProblem(message, code="zip_method", name=name)


def _too_many(limit: int) -> Problem:
    if limit:
        message = "The archive holds more than %(limit)d files."
        return FileProblem(message, code="zip_too_many", limit=limit)
    return FileProblem("The archive holds too many files.", code="zip_too_many")
