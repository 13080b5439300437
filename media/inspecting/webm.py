"""WebM: duration and picture size from its EBML elements (RFC 8794, RFC 9559). PURE.

Only what stands before the first cluster is read, and at most `MOST` bytes. A live recording
(as browsers make them) has no duration in its header; then that of its last cluster counts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from media.inspecting.kinds import AUDIO, VIDEO, Facts
from media.inspecting.sound import broken, seconds

MOST = 16 << 20
SEGMENT, INFO, TRACKS, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
SCALE, DURATION, TRACK, TRACK_TYPE = 0x2AD7B1, 0x4489, 0xAE, 0x83
PICTURE, WIDTH, HEIGHT, TIMESTAMP = 0xE0, 0xB0, 0xBA, 0xE7
SIMPLE_BLOCK, BLOCK_GROUP = 0xA3, 0xA0
VIDEO_TRACK, AUDIO_TRACK = 1, 2
CLUSTER_MARK = struct.pack(">I", CLUSTER)
TAIL = 4 << 20


@dataclass
class Found:
    """What the header says; `ticks` are in units of `scale` nanoseconds."""

    scale: int = 1_000_000
    ticks: float = 0.0
    types: set[int] = field(default_factory=set)
    width: int = 0
    height: int = 0


def inspect_webm(path: Path) -> Facts:
    """Video with its size where there is a picture track, else sound. Raises Problem."""
    with path.open("rb") as file:
        content = file.read(MOST)
        size = path.stat().st_size
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
    found = Found()
    try:
        _read_segment(content, found)
        ticks = found.ticks or _last_timestamp(tail)
        duration = seconds(ticks * found.scale / 1e9)
    except (struct.error, IndexError) as error:
        raise broken() from error
    if VIDEO_TRACK in found.types and found.width and found.height:
        return Facts("video/webm", VIDEO, width=found.width, height=found.height, duration=duration)
    if VIDEO_TRACK in found.types or AUDIO_TRACK not in found.types:
        raise broken()
    return Facts("audio/webm", AUDIO, duration=duration)


def _elements(
    content: bytes, start: int = 0, end: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """(id, content) one after the other; one of unknown length reaches to the end."""
    position, end = start, len(content) if end is None else end
    while position < end:
        name, position = _number(content, position, keep_marker=True)
        length, position = _number(content, position, keep_marker=False)
        length = end - position if length < 0 else min(length, end - position)
        yield name, content[position : position + length]
        position += length


def _number(content: bytes, position: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of variable length, and where it ends; -1 for "unknown"."""
    first = content[position]
    width = 9 - first.bit_length()
    if width > 8 or position + width > len(content):
        raise IndexError(position)
    value = int.from_bytes(content[position : position + width], "big")
    if not keep_marker:
        mask = (1 << 7 * width) - 1
        value = -1 if value & mask == mask else value & mask
    return value, position + width


def _read_segment(content: bytes, found: Found) -> None:
    for name, body in _elements(content):
        if name != SEGMENT:
            continue
        for part, inside in _elements(body):
            if part == INFO:
                _read_info(inside, found)
            elif part == TRACKS:
                _read_tracks(inside, found)
            elif part == CLUSTER:
                return


def _read_info(content: bytes, found: Found) -> None:
    for name, body in _elements(content):
        if name == SCALE:
            found.scale = int.from_bytes(body, "big")
        elif name == DURATION:
            (found.ticks,) = struct.unpack(">d" if len(body) == 8 else ">f", body)


def _read_tracks(content: bytes, found: Found) -> None:
    for name, body in _elements(content):
        if name != TRACK:
            continue
        for part, inside in _elements(body):
            if part == TRACK_TYPE:
                found.types.add(int.from_bytes(inside, "big"))
            elif part == PICTURE:
                sizes = dict(_elements(inside))
                found.width = int.from_bytes(sizes.get(WIDTH, b""), "big")
                found.height = int.from_bytes(sizes.get(HEIGHT, b""), "big")


def _last_timestamp(tail: bytes) -> float:
    """Of the last block in the last cluster."""
    place = tail.rfind(CLUSTER_MARK)
    if place < 0:
        return 0.0
    _length, start = _number(tail, place + 4, keep_marker=False)
    base, latest = 0, 0
    try:
        for name, body in _elements(tail, start):
            if name == TIMESTAMP:
                base = int.from_bytes(body, "big")
            elif name == SIMPLE_BLOCK:
                _track, position = _number(body, 0, keep_marker=False)
                latest = max(latest, struct.unpack_from(">h", body, position)[0])
    except (IndexError, struct.error):
        pass  # the recording was cut; what was read counts
    return float(base + latest)
