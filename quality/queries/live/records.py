"""What live agreement counts of an item: the labels of each rater as records of integers.

A record is (rater, tag, version, code), eight bytes each; the code stands for the answer
(`quality.queries.live.codes`). The tag is a number of the rater's kind, and whether the label
counts *now* and whether it counts *under* its guideline version: the rules of
`quality.queries.labels`, one item at a time. A pattern is the records of an item without the
raters, with how many there are of each; what one rater gave is `own`.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter
from typing import NamedTuple

NOW, UNDER = 1, 2
_RECORD = struct.Struct(">4q")
_CELL = struct.Struct(">4q")
_OWN = struct.Struct(">3q")
RECORD_BYTES, CELL_BYTES, OWN_BYTES = _RECORD.size, _CELL.size, _OWN.size


class Said(NamedTuple):
    """One answer of a rater as the ledger has it; not current: superseded under another version.

    `is_said`: by the rater, and not carried over for them. `rank` settles which of several counts:
    of choices their id, of other answers that of their label, as in the full runs.
    """

    rater: int
    kind: str
    version: int
    code: int
    is_current: bool
    is_said: bool
    rank: int


@cache
def kind_number(kind: str) -> int:
    """A kind of source as a number that stays the same when kinds are added."""
    return int.from_bytes(hashlib.blake2b(kind.encode(), digest_size=6).digest(), "big")


def tag(kind: str, flags: int) -> int:
    """Kind of rater and what the label counts for."""
    return kind_number(kind) << 2 | flags


def records(said: Iterable[Said]) -> bytes:
    """The records of an item in one order, packed; empty when nothing counts.

    Under a version counts what a rater said last under it: the current answer if it is of that
    version, else, of several that later versions superseded, the one of the highest rank.
    """
    rows = list(said)
    last: dict[tuple[int, int], tuple[bool, int]] = {}
    for row in rows:
        if row.is_said:
            key = (row.rater, row.version)
            last[key] = max(last.get(key, (False, -1)), (row.is_current, row.rank))
    found = set()
    for row in rows:
        flags = NOW if row.is_current else 0
        if row.is_said and last[row.rater, row.version] == (row.is_current, row.rank):
            flags |= UNDER
        if flags:
            found.add((row.rater, tag(row.kind, flags), row.version, row.code))
    return b"".join(_RECORD.pack(*row) for row in sorted(found))


def rows_of(packed: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Rater, tag, version and code of every record."""
    return _RECORD.iter_unpack(packed)


class Counted(NamedTuple):
    """An item as it is counted: its pattern, and each rater's own part of it."""

    cells: bytes
    by_rater: list[tuple[int, bytes]]


def counted(packed: bytes) -> Counted:
    """Pattern and own parts of packed records."""
    rows = list(rows_of(packed))
    cells = Counter(row[1:] for row in rows)
    own: dict[int, list[bytes]] = {}
    for rater, *cell in rows:
        own.setdefault(rater, []).append(_OWN.pack(*cell))
    return Counted(
        b"".join(_CELL.pack(*cell, n) for cell, n in sorted(cells.items(), key=itemgetter(0))),
        [(rater, b"".join(parts)) for rater, parts in own.items()],
    )


def digest(cells: bytes) -> bytes:
    """Sixteen bytes that stand for a pattern in its unique index."""
    return hashlib.blake2b(cells, digest_size=16).digest()


def mark(item: int) -> int:
    """A hash of an item, as an index holds it: those with the lowest are a random sample."""
    named = hashlib.blake2b(item.to_bytes(8, "big"), digest_size=8).digest()
    return int.from_bytes(named, "big", signed=True)
