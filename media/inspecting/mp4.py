"""MP4 and M4A: duration and picture size from the boxes of ISO/IEC 14496-12. PURE.

Only `moov` and what is in it is read, and never more than `MOST` bytes of it.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media.inspecting.boxes import boxes, inside, top_boxes
from media.inspecting.fragments import fragments_seconds
from media.inspecting.kinds import AUDIO, VIDEO, Facts
from media.inspecting.sound import broken, seconds

MOST = 64 << 20


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
            size = path.stat().st_size
            movie = _movie(file, size)
            duration = seconds(_duration(movie) or fragments_seconds(file, size, movie))
        tracks = [_track(body) for name, body in boxes(movie) if name == b"trak"]
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
    for name, start, length in top_boxes(file, size):
        if name == b"moov" and length <= MOST:
            file.seek(start)
            return file.read(length)
    raise broken()


def _duration(movie: bytes) -> float:
    """Of the header; of the fragments' header (`mvex/mehd`) where that says nothing."""
    header = inside(movie, b"mvhd")
    if header[0] == 1:
        scale, length = struct.unpack_from(">IQ", header, 20)
    else:
        scale, length = struct.unpack_from(">II", header, 12)
    if not length and (extended := inside(movie, b"mvex", b"mehd")):
        (length,) = struct.unpack_from(">Q" if extended[0] == 1 else ">I", extended, 4)
    return float(length / scale)


def _track(body: bytes) -> Track:
    """Sizes are 16.16 fixed point at the end of the header; its matrix may turn them by 90°."""
    handler = inside(body, b"mdia", b"hdlr")[8:12]
    header = inside(body, b"tkhd")
    width, height = struct.unpack_from(">II", header, len(header) - 8)
    first, second = struct.unpack_from(">ii", header, len(header) - 44)
    if not first and second:
        width, height = height, width
    return Track(handler, width >> 16, height >> 16)
