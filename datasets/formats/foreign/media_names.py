"""Which values of a foreign file name a file, and of what kind. PURE."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from annotations.parts import AUDIO, IMAGE, PDF, RESERVED_KEYS, VIDEO
from guidelines.document_reader import KEY

_ENDINGS = {
    IMAGE: ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"),
    AUDIO: ("wav", "mp3", "flac", "ogg", "opus", "m4a", "oga"),
    VIDEO: ("mp4", "webm", "mov", "mkv", "avi"),
    PDF: ("pdf",),
}
_KIND_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_LONGEST_NAME = 2000


def media_kind(value: Any, key: str = "") -> str:
    """The kind of the file that a path or an address names, "" for anything else.

    Without an ending a path or address is taken for what its key is called: {"image": "/image1"}.
    """
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or "\n" in value:
        return ""
    ending = _last_name(value).rpartition(".")[2].lower()
    if ending in _KIND_BY_ENDING and " " not in value.strip().partition("://")[2]:
        return _KIND_BY_ENDING[ending]
    looks_like_a_path = "/" in value and " " not in value
    word = key.rstrip("s0123456789_-").lower()
    return word if looks_like_a_path and word in _ENDINGS else ""


def _last_name(value: str) -> str:
    """The name at the end of a path, an address, or an address with the path as a parameter."""
    if "://" not in value and "?" not in value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:  # such as a bracket where a host belongs
        return value
    path = parts.path if "." in parts.path.rpartition("/")[2] else parts.query
    return unquote(path)


def part_key(name: str, number: int) -> str:
    """A key for a part of this name; `part-2` where nothing is left of the name."""
    key = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:60]
    return key if KEY.match(key) and key not in RESERVED_KEYS else f"part-{number}"
