"""Films in fragments, as browsers and cameras record them: each tells its own length. PURE."""

import struct
from typing import BinaryIO

from media.inspecting.boxes import boxes, inside, top_boxes

MOST_FRAGMENT = 4 << 20
DATA_OFFSET, FIRST_FLAGS, DURATION, SIZE, FLAGS, COMPOSITION = 1, 4, 0x100, 0x200, 0x400, 0x800
BASE_OFFSET, DESCRIPTION, DEFAULT_DURATION = 1, 2, 8


def fragments_seconds(file: BinaryIO, size: int, movie: bytes) -> float:
    """Where the last fragment of the first track ends; 0.0 without fragments."""
    track = inside(movie, b"trak")
    media_header = inside(track, b"mdia", b"mdhd")
    scale = struct.unpack_from(">I", media_header, 20 if media_header[0] == 1 else 12)[0]
    header = inside(track, b"tkhd")
    number = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0]
    usual = next(
        (
            struct.unpack_from(">I", body, 12)[0]
            for name, body in boxes(inside(movie, b"mvex"))
            if name == b"trex" and struct.unpack_from(">I", body, 4)[0] == number
        ),
        0,
    )
    end = 0
    for name, start, length in top_boxes(file, size):
        if name == b"moof" and length <= MOST_FRAGMENT:
            file.seek(start)
            end = _after(file.read(length), number, usual, end)
    return float(end / scale)


def _after(fragment: bytes, number: int, usual: int, end: int) -> int:
    """The end of the track after this fragment, in its own units."""
    for name, run in boxes(fragment):
        if name != b"traf":
            continue
        header = inside(run, b"tfhd")
        flags, track = struct.unpack_from(">II", header)
        if track != number:
            continue
        flags &= 0xFFFFFF
        place = 8 + 8 * bool(flags & BASE_OFFSET) + 4 * bool(flags & DESCRIPTION)
        if flags & DEFAULT_DURATION:
            (usual,) = struct.unpack_from(">I", header, place)
        if time := inside(run, b"tfdt"):
            (end,) = struct.unpack_from(">Q" if time[0] == 1 else ">I", time, 4)
        end += sum(_length(body, usual) for part, body in boxes(run) if part == b"trun")
    return end


def _length(body: bytes, usual: int) -> int:
    """Of all samples of a run."""
    flags, count = struct.unpack_from(">II", body)
    if not flags & DURATION:
        return int(count * usual)
    fields = sum(bool(flags & each) for each in (DURATION, SIZE, FLAGS, COMPOSITION))
    start = 8 + 4 * bool(flags & DATA_OFFSET) + 4 * bool(flags & FIRST_FLAGS)
    step = 4 * fields
    return sum(
        int.from_bytes(body[place : place + 4], "big")
        for place in range(start, min(start + count * step, len(body)), step)
    )
