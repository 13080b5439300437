"""Sound: how long it lasts. PURE but for the file named."""

import struct
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from core.problems import Problem
from media.inspecting.kinds import AUDIO, Facts
from media.inspecting.mp3 import check_frames
from media.problems import FileProblem

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg"}
SUFFIX = {"wav": ".wav", "mp3": ".mp3", "flac": ".flac", "ogg": ".ogg"}
OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
BROKEN = (
    TinyTagException,
    OSError,
    ValueError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    MemoryError,
)
LONGEST = 100 * 3600.0


def inspect_sound(path: Path, container: str, head: bytes) -> Facts:
    """Seconds, read from the stream itself. Raises Problem."""
    if container == "ogg" and not any(mark in head for mark in OGG_SOUND):
        message = "“%(name)s” is an Ogg file without sound that browsers play."
        raise FileProblem(message, code="media_unknown")
    try:
        if container == "mp3":
            check_frames(path)
        with path.open("rb") as file:
            tag = TinyTag.get(f"sound{SUFFIX[container]}", file_obj=file, tags=False)
    except BROKEN as error:
        raise broken() from error
    return Facts(TYPES[container], AUDIO, duration=seconds(tag.duration))


def seconds(value: float | None) -> float:
    """A duration that can be true, to the millisecond; Problem otherwise."""
    if value is None or not 0 < value < LONGEST:
        raise broken()
    return max(round(value, 3), 0.001)


def broken() -> Problem:
    """Nothing in it can be played."""
    return FileProblem("“%(name)s” is a broken or incomplete recording.", code="media_broken")
