"""Boxes of ISO/IEC 14496-12: a length, a name, a content. PURE."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MOST_BOXES = 100_000


def top_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, where its content begins, its length) of the outermost boxes; stops where one lies."""
    position = 0
    for _number in range(MOST_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return
        length, name = struct.unpack(">I4s", header[:8])
        skip = 8
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack(">Q", header[8:16])
            skip = 16
        length = length or size - position
        if length < skip or position + length > size:
            return
        yield name, position + skip, length - skip
        position += length


def boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, content) of the boxes in a box."""
    position = 0
    for _number in range(MOST_BOXES):
        if position + 8 > len(content):
            return
        length, name = struct.unpack_from(">I4s", content, position)
        if length < 8 or position + length > len(content):
            return
        yield name, content[position + 8 : position + length]
        position += length


def inside(content: bytes, *names: bytes) -> bytes:
    """The content of the first box on the path `names`; empty when there is none."""
    for wanted in names:
        content = next((body for name, body in boxes(content) if name == wanted), b"")
    return content
