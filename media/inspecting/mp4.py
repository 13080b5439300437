"""MP4 and M4A: duration and picture size from the boxes of ISO/IEC 14496-12. PURE.

Only `moov` and what is in it is read, and never more than `MOST` bytes of it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.inspecting.kinds import AUDIO, VIDEO, Facts
from media.inspecting.sound import broken, seconds

MOST = 64 << 20
MOST_BOXES = 10_000


@dataclass(frozen=True)
class Track:
    """`handler` is `vide` or `soun` for what is seen and heard."""

    handler: bytes
    width: int
    height: int


def inspect_mp4(path: Path) -> Facts:
    """Video with its size where there is a picture track, else sound. Raises Problem."""
    try:
        with path.open("rb") as file:
            movie = _movie(file, path.stat().st_size)
        duration = seconds(_duration(movie))
        tracks = [_track(body) for name, body in _boxes(movie) if name == b"trak"]
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise broken() from error
    pictures = [track for track in tracks if track.handler == b"vide"]
    if pictures and pictures[0].width and pictures[0].height:
        width, height = pictures[0].width, pictures[0].height
        return Facts("video/mp4", VIDEO, width=width, height=height, duration=duration)
    if pictures or not any(track.handler == b"soun" for track in tracks):
        raise broken()
    return Facts("audio/mp4", AUDIO, duration=duration)


def _movie(file: BinaryIO, size: int) -> bytes:
    """The content of the box `moov`, wherever in the file it stands."""
    position = 0
    for _number in range(MOST_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            break
        length, name = struct.unpack(">I4s", header[:8])
        skip = 8
        if length == 1:
            (length,) = struct.unpack(">Q", header[8:16])
            skip = 16
        length = length or size - position
        if length < skip or position + length > size:
            break
        if name == b"moov" and length <= MOST:
            file.seek(position + skip)
            return file.read(length - skip)
        position += length
    raise broken()


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    for _number in range(MOST_BOXES):
        if position + 8 > len(content):
            return
        length, name = struct.unpack_from(">I4s", content, position)
        if length < 8 or position + length > len(content):
            return
        yield name, content[position + 8 : position + length]
        position += length


def _inside(content: bytes, *names: bytes) -> bytes:
    for wanted in names:
        content = next((body for name, body in _boxes(content) if name == wanted), b"")
    return content


def _duration(movie: bytes) -> float:
    """Of the header; of the fragments' header (`mvex/mehd`) where that says nothing."""
    header = _inside(movie, b"mvhd")
    if header[0] == 1:
        scale, length = struct.unpack_from(">IQ", header, 20)
    else:
        scale, length = struct.unpack_from(">II", header, 12)
    if not length and (extended := _inside(movie, b"mvex", b"mehd")):
        (length,) = struct.unpack_from(">Q" if extended[0] == 1 else ">I", extended, 4)
    return float(length / scale)


def _track(body: bytes) -> Track:
    """Sizes are 16.16 fixed point at the end of the header; its matrix may turn them by 90°."""
    handler = _inside(body, b"mdia", b"hdlr")[8:12]
    header = _inside(body, b"tkhd")
    width, height = struct.unpack_from(">II", header, len(header) - 8)
    first, second = struct.unpack_from(">ii", header, len(header) - 44)
    if not first and second:
        width, height = height, width
    return Track(handler, width >> 16, height >> 16)
