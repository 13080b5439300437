"""Which raters met on how many items: what intraclass correlation asks beyond patterns.

A meeting is kept as what counts of the first rater (tag and version, as in
`quality.queries.live.records`), of the second, and of all ratings of the item with how many there
are of each: enough to say of any slice whether both are in it, and how many ratings the item has.
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from quality.agreement.coefficient import FloatArray
from quality.agreement.table import IntArray
from quality.queries.live.records import RECORD_BYTES, rows_of

# Of items with more records nobody counts who met whom: they would be millions of pairs, and
# intraclass correlation of so many people is not computed anyway.
MOST_RECORDS = 100

InSlice = Callable[[int, int], bool]  # tag and version of a record


class Meeting(NamedTuple):
    """Two raters, the lower id first, and how."""

    first: int
    second: int
    met: bytes


def meetings_of(packed: bytes) -> Iterator[Meeting]:
    """Every two raters of an item, given its records."""
    if len(packed) > MOST_RECORDS * RECORD_BYTES:
        return
    own: dict[int, list[tuple[int, int]]] = {}
    for rater, tag, version, _code in rows_of(packed):
        own.setdefault(rater, []).append((tag, version))
    all_of_item = Counter(cell for cells in own.values() for cell in cells)
    shape = [number for cell, n in sorted(all_of_item.items()) for number in (*cell, n)]
    for (first, one), (second, other) in combinations(sorted(own.items()), 2):
        parts = [number for cells in (one, other) for cell in sorted(cells) for number in cell]
        numbers = [len(one), len(other), *parts, *shape]
        yield Meeting(first, second, struct.pack(f">{len(numbers)}q", *numbers))


@dataclass(frozen=True, eq=False)
class Meetings:
    """`first`, `second` (M,): ids of raters; `met` (M,): index of `kinds`; `items` (M,)."""

    first: IntArray
    second: IntArray
    met: IntArray
    items: IntArray
    kinds: tuple[bytes, ...]

    @cached_property
    def _unpacked(self) -> list[tuple[int, ...]]:
        return [struct.unpack(f">{len(met) // 8}q", met) for met in self.kinds]

    def ratings(self, chosen: InSlice) -> IntArray:
        """Of each kind of meeting, how many ratings of the item are in a slice; 0 where not both
        raters are: (number of kinds,)."""
        return np.array([_ratings(numbers, chosen) for numbers in self._unpacked], np.int64)

    def shared(self, raters: IntArray, chosen: InSlice) -> FloatArray:
        """Sum of 1 / k over the items of k ratings that two raters both rated: (A, A)."""
        found = np.zeros((raters.size, raters.size))
        on_item = self.ratings(chosen)[self.met]
        # A rater whose rows are lost counts nowhere; the daily proof finds and mends it.
        is_sound = np.isin(self.first, raters) & np.isin(self.second, raters)
        rows = np.flatnonzero((on_item > 0) & is_sound)
        one = np.searchsorted(raters, self.first[rows])
        other = np.searchsorted(raters, self.second[rows])
        # Equal sizes first, so that the sum is that of whole numbers wherever it can be.
        for size in np.unique(on_item[rows]).tolist():
            of_size = on_item[rows] == size
            often = np.zeros_like(found)
            np.add.at(often, (one[of_size], other[of_size]), self.items[rows[of_size]])
            found += often / size
        return found + found.T

    def places(self, chosen: InSlice) -> Counter[tuple[int, int, int]]:
        """Items by first rater, second rater and ratings in a slice."""
        on_item = self.ratings(chosen)[self.met]
        found: Counter[tuple[int, int, int]] = Counter()
        for row in np.flatnonzero(on_item).tolist():
            where = (int(self.first[row]), int(self.second[row]), int(on_item[row]))
            found[where] += int(self.items[row])
        return found


def _ratings(numbers: tuple[int, ...], chosen: InSlice) -> int:
    n_first, n_second = numbers[:2]
    one = _pairs(numbers, 2, n_first)
    other = _pairs(numbers, 2 + 2 * n_first, n_second)
    if not (any(chosen(*cell) for cell in one) and any(chosen(*cell) for cell in other)):
        return 0
    shape = numbers[2 + 2 * (n_first + n_second) :]
    cells = zip(shape[::3], shape[1::3], shape[2::3], strict=True)
    return sum(n for tag, version, n in cells if chosen(tag, version))


def _pairs(numbers: tuple[int, ...], start: int, n: int) -> list[tuple[int, int]]:
    return [(numbers[at], numbers[at + 1]) for at in range(start, start + 2 * n, 2)]
