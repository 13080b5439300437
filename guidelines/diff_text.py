"""What changed between two texts, by lines and by words. PURE.

Prose is compared line by line, and words within changed lines (a Korean word is an eojeol: what
stands between spaces).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import zip_longest

KEPT, ADDED, REMOVED, CHANGED, GAP = "kept", "added", "removed", "changed", "gap"

_PIECES = re.compile(r"\s+|\S+")
# difflib is quadratic; above this many comparisons a passage is shown as replaced.
MOST_COMPARISONS = 4_000_000
# Two lines that share less than this are shown as one removed and one added.
ALIKE = 0.4

Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    """Some words: `op` is kept, added or removed."""

    op: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line of prose: kept, added, removed, or changed with its pieces."""

    op: str
    pieces: tuple[Piece, ...]


# The editor, its saves and the page to publish compare the same texts again and again.
@lru_cache(maxsize=1024)
def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as pieces; empty when they are equal.

    The kept and removed pieces joined give `before`, the kept and added ones give `after`.
    """
    if before == after:
        return ()
    left, right = _PIECES.findall(before), _PIECES.findall(after)
    pieces: list[Piece] = []
    for op, i, j, k, m in _opcodes(left, right):
        if op == "equal":
            pieces.append(Piece(KEPT, "".join(left[i:j])))
            continue
        if j > i:
            pieces.append(Piece(REMOVED, "".join(left[i:j])))
        if m > k:
            pieces.append(Piece(ADDED, "".join(right[k:m])))
    return tuple(_joined(pieces))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Changes that only a space keeps apart become one: whole phrases read better than words."""
    joined: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        between = 0 < place < len(pieces) - 1
        if piece.op == REMOVED:
            removed += piece.text
        elif piece.op == ADDED:
            added += piece.text
        elif between and piece.text.isspace() and "\n" not in piece.text and removed and added:
            removed += piece.text
            added += piece.text
        else:
            joined += _change(removed, added)
            removed = added = ""
            joined.append(piece)
    return joined + _change(removed, added)


def _change(removed: str, added: str) -> list[Piece]:
    pieces = [Piece(REMOVED, removed)] if removed else []
    return pieces + ([Piece(ADDED, added)] if added else [])


def diff_lines(before: str, after: str) -> tuple[Line, ...]:
    """All lines of both texts in reading order; empty when the texts are equal."""
    if before == after:
        return ()
    left, right = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for op, i, j, k, m in _opcodes(left, right):
        if op == "equal":
            lines += [Line(KEPT, (Piece(KEPT, line),)) for line in left[i:j]]
        else:
            for old, new in zip_longest(left[i:j], right[k:m]):
                lines += _line_pair(old, new)
    return tuple(lines)


def _line_pair(old: str | None, new: str | None) -> list[Line]:
    if old is not None and new is not None:
        pieces = diff_words(old, new)
        kept = sum(len(piece.text) for piece in pieces if piece.op == KEPT)
        if kept and kept >= ALIKE * min(len(old), len(new)):
            return [Line(CHANGED, pieces)]
    lines = [] if old is None else [Line(REMOVED, (Piece(REMOVED, old),))]
    return lines + ([] if new is None else [Line(ADDED, (Piece(ADDED, new),))])


def _opcodes(left: Sequence[str], right: Sequence[str]) -> list[Opcode]:
    """difflib's opcodes, with the common ends taken off first and the quadratic case bounded."""
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    old, new = left[start : len(left) - end], right[start : len(right) - end]
    if len(old) * len(new) > MOST_COMPARISONS:
        middle: Sequence[Opcode] = [("replace", 0, len(old), 0, len(new))]
    else:
        middle = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    codes: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    codes += [(op, i + start, j + start, k + start, m + start) for op, i, j, k, m in middle]
    if end:
        codes.append(("equal", len(left) - end, len(left), len(right) - end, len(right)))
    return codes
