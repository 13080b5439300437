"""In which slices an item's answers count: the rules of `quality.queries.labels`, one item at a
time.

A slice is named `<kind>:<version>`: raters of a kind, or (empty) all people; a guideline version,
or (empty) what is said now. Slices in which an item has the very same answers share one row, so
that an item usually has a single one: the names, with spaces between, in order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from quality.models.run import PEOPLE

# An answer by (rater, label): labels are never changed, so this says what was said.
Answers = tuple[tuple[int, int], ...]

_PEOPLE = frozenset(PEOPLE)


class SaidValue(NamedTuple):
    """One answer of a rater as the ledger has it; not current: superseded under another version.

    `is_said`: by the rater, and not carried over for them.
    """

    rater: int
    kind: str
    version: int
    label: int
    is_current: bool
    is_said: bool


def slice_name(kind: str, version_id: int | None) -> str:
    """How a slice is called."""
    return f"{kind}:{version_id or ''}"


def slice_parts(name: str) -> tuple[str, int | None]:
    """Kind and version behind a name."""
    kind, _colon, version = name.partition(":")
    return kind, int(version) if version else None


def answers_by_slices(said: Iterable[SaidValue]) -> dict[str, Answers]:
    """Answers, by rater, that count in each group of slices.

    Under a version counts what a rater said last under it: the current answer if it is of that
    version, else, of several that later versions superseded, the highest label id.
    """
    rows = list(said)
    last: dict[tuple[int, int], tuple[bool, int]] = {}
    for row in rows:
        if row.is_said:
            key = (row.rater, row.version)
            last[key] = max(last.get(key, (False, -1)), (row.is_current, row.label))
    found: dict[str, set[tuple[int, int]]] = {}
    for row in rows:
        kinds = ["", row.kind] if row.kind in _PEOPLE else [row.kind]
        versions: list[int | None] = [None] if row.is_current else []
        if row.is_said and last[row.rater, row.version] == (row.is_current, row.label):
            versions.append(row.version)
        for kind in kinds:
            for version in versions:
                found.setdefault(slice_name(kind, version), set()).add((row.rater, row.label))
    names: dict[Answers, list[str]] = {}
    for name, answers in found.items():
        names.setdefault(tuple(sorted(answers)), []).append(name)
    return {" ".join(sorted(together)): answers for answers, together in names.items()}


def mark_of(item: int) -> int:
    """A number that orders items as if at random, always alike."""
    return int.from_bytes(hashlib.blake2b(b"%d" % item, digest_size=7).digest(), "big")


def fingerprint(item: int, answers: Sequence[tuple[int, int]]) -> int:
    """A number that tells these answers from others; sums of it tell states of a question."""
    text = f"{item} {answers}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")
