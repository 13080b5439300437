"""The live counts of a question as arrays, and what a slice of them comes to."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from django.db import connection

from annotations.models import SourceKind
from quality.agreement.coefficient import FloatArray
from quality.agreement.histogram import PatternHistogram
from quality.agreement.icc import MOST_ANNOTATORS
from quality.agreement.patterns import count_patterns
from quality.agreement.rater_cases import RaterCases
from quality.agreement.table import IntArray
from quality.queries.live.meetings import MOST_RECORDS, InSlice, Meetings
from quality.queries.live.records import CELL_BYTES, NOW, OWN_BYTES, UNDER, kind_number

# More are those of many more people than intraclass correlation is computed for.
MOST_MEETINGS = 200_000
# One statement, so one snapshot. Rows travel as a few values: hundreds of patterns or many
# thousand, they cost little each.
_COUNTS = f"""
SELECT (SELECT changes FROM quality_livequestion WHERE question_id = %(question)s),
       patterns.heads, patterns.cells, raters.heads, raters.own,
       meetings.n, meetings.heads, meetings.met
  FROM (SELECT string_agg(int8send(id) || int8send(n_items)
                   || int8send(length(cells) / {CELL_BYTES}), ''::bytea ORDER BY id) AS heads,
               string_agg(cells, ''::bytea ORDER BY id) AS cells
          FROM quality_labelpattern WHERE question_id = %(question)s) AS patterns,
       (SELECT string_agg(int8send(rater_id) || int8send(pattern_id) || int8send(n_items)
                   || int8send(length(own) / {OWN_BYTES}), ''::bytea ORDER BY id) AS heads,
               string_agg(own, ''::bytea ORDER BY id) AS own
          FROM quality_raterpattern
         WHERE question_id = %(question)s AND %(raters)s) AS raters,
       (SELECT count(*) AS n, string_agg(int8send(first_id) || int8send(second_id) || int8send(kind)
                   || int8send(n_items), ''::bytea) AS heads,
               array_agg(DISTINCT met ORDER BY met) AS met
          FROM (SELECT *, dense_rank() OVER (ORDER BY met) - 1 AS kind
                  FROM (SELECT * FROM quality_ratermeeting
                         WHERE question_id = %(question)s AND %(meetings)s
                         LIMIT {MOST_MEETINGS} + 1) AS known) AS met_kinds) AS meetings
"""
# Count tables beyond this many cells would not fit beside other work.
MOST_CELLS = 50_000_000


class TooManyCells(Exception):
    """A question has too many classes and patterns to be followed live."""


@dataclass(frozen=True, eq=False)
class LiveSlice:
    """Counts of one slice. `choices`: the scale, codes of answers (of choices, their ids);
    `raters`: ids behind the codes of `cases`, which are without raters where these were not read.
    `chosen`: which records are in the slice. `is_crowded`: of an item nobody counted who met whom.
    `shared` (A, A): of two raters, 1 / k added up over the items of k ratings that both rated;
    None where nobody asked or there are too many.
    """

    cases: RaterCases
    choices: IntArray
    raters: IntArray
    chosen: InSlice = field(repr=False)
    is_crowded: bool = False
    shared: FloatArray | None = None

    def in_order(self, choices: IntArray) -> "LiveSlice":
        """The same with the scale in another order: a full run's draws go by that order."""
        place = np.argsort(self.choices)
        column = place[np.searchsorted(self.choices, choices, sorter=place)]
        rank = np.empty_like(column)
        rank[column] = np.arange(column.size)
        cases = self.cases
        return replace(
            self,
            cases=replace(cases, counts=cases.counts[:, column], labels=rank[cases.labels]),
            choices=choices,
        )

    @property
    def digest(self) -> str:
        """Equal counts, equal digests."""
        sha = hashlib.blake2b(self.choices.astype("<i8").tobytes(), digest_size=16)
        kept = self.cases.weights > 0
        for part in (self.cases.counts[kept], self.cases.weights[kept]):
            sha.update(part.astype("<i8").tobytes())
        if self.shared is not None:  # then a figure tells who gave the labels
            sha.update(self.shared.tobytes())
            sha.update(self.raters_digest.encode())
        return sha.hexdigest()

    @property
    def raters_digest(self) -> str:
        """Of who gave the labels; two are compared where the other digests are equal."""
        cases = self.cases
        ids = self.raters[cases.raters]
        rows = np.column_stack([ids, cases.patterns, cases.labels, cases.items])
        rows = rows[np.lexsort(rows.T)]
        return hashlib.blake2b(rows.astype("<i8").tobytes(), digest_size=16).hexdigest()

    @cached_property
    def histogram(self) -> PatternHistogram:
        """The patterns of the slice, with the people behind them."""
        return PatternHistogram.from_patterns(
            self.cases.counts,
            self.cases.weights,
            n_annotators=self.cases.n_annotators,
            n_people=self.cases.n_people,
        )


@dataclass(frozen=True, eq=False)
class LiveCounts:
    """All counts of a question at one moment. `changes`: which state of it this is.

    `weights` (P,): items of each pattern. `cells` (C, 5): pattern, tag, version, answer, how many.
    `raters` (R, 3): rater, pattern, items; `own` (O, 4): row of `raters`, tag, version, answer.
    """

    changes: int
    weights: IntArray
    cells: IntArray
    raters: IntArray
    own: IntArray
    meetings: Meetings | None = None

    @property
    def n_items(self) -> int:
        """Items with any record."""
        return int(self.weights.sum())

    @property
    def kinds(self) -> list[str]:
        """Kinds of raters that gave labels, in the order of the enumeration."""
        numbers = set((self.cells[:, 1] >> 2).tolist())
        return [str(kind) for kind in SourceKind.values if kind_number(kind) in numbers]

    @property
    def versions(self) -> list[int]:
        """Versions under which somebody said something, ascending."""
        return [int(each) for each in np.unique(self.cells[_counts_under(self.cells[:, 1]), 2])]

    def slice(
        self,
        *,
        kinds: Collection[str],
        version_id: int | None,
        choices: Collection[int] | None = None,
    ) -> LiveSlice:
        """What raters of these kinds say now, or said under a version, on a scale of choices.

        Without `choices` the scale is what was said. Raises TooManyCells.
        """
        if choices is None:
            choices = self.said(kinds, version_id)
        scale = np.array(sorted(choices), np.int64)
        if self.weights.size * scale.size > MOST_CELLS:
            raise TooManyCells
        cells = self.cells[self._chosen(self.cells, kinds, version_id, scale)]
        counts = np.zeros((self.weights.size, scale.size), np.int64)
        np.add.at(counts, (cells[:, 0], np.searchsorted(scale, cells[:, 3])), cells[:, 4])
        patterns = count_patterns(counts)
        weights = np.zeros(len(patterns.counts), np.int64)
        np.add.at(weights, patterns.of_item, self.weights)
        own = self.own[self._chosen(self.own, kinds, version_id, scale)]
        rows = self.raters[own[:, 0]]
        people, codes = np.unique(rows[:, 0], return_inverse=True)
        cases = RaterCases(
            counts=patterns.counts,
            weights=weights,
            raters=codes.reshape(-1).astype(np.int64),
            patterns=patterns.of_item[rows[:, 1]],
            labels=np.searchsorted(scale, own[:, 3]),
            items=rows[:, 2],
            n_raters=people.size,
        )
        in_slice, shared = _in_slice(kinds, version_id), None
        is_crowded = self._is_crowded(cases, patterns.of_item)
        if self.meetings is not None and people.size <= MOST_ANNOTATORS and not is_crowded:
            shared = self.meetings.shared(people, in_slice)
        return LiveSlice(cases, scale, people, in_slice, is_crowded, shared)

    def _is_crowded(self, cases: RaterCases, of_item: IntArray) -> bool:
        """Whether of an item in the slice nobody counted who met whom."""
        records = np.bincount(self.cells[:, 0], weights=self.cells[:, 4], minlength=of_item.size)
        return bool((records[cases.counts.sum(axis=1)[of_item] >= 2] > MOST_RECORDS).any())

    def said(self, kinds: Collection[str], version_id: int | None) -> set[int]:
        """The answers that raters of these kinds give, or have given under some version: the
        scale of a full run over the same slice."""
        chosen = _of_kinds(self.cells, kinds)
        if version_id is not None:
            chosen &= _counts_under(self.cells[:, 1]) & (self.cells[:, 2] == version_id)
        return set(self.cells[chosen, 3].tolist())

    @staticmethod
    def _chosen(
        rows: IntArray, kinds: Collection[str], version_id: int | None, scale: IntArray
    ) -> npt.NDArray[np.bool_]:
        """Rows (place, tag, version, answer, ...) that belong to the slice."""
        chosen = _of_kinds(rows, kinds) & np.isin(rows[:, 3], scale)
        if version_id is None:
            return chosen & ((rows[:, 1] & NOW) > 0)
        return chosen & _counts_under(rows[:, 1]) & (rows[:, 2] == version_id)


def _in_slice(kinds: Collection[str], version_id: int | None) -> InSlice:
    """The same rule for one record at a time."""
    numbers = {kind_number(kind) for kind in kinds}

    def chosen(tag: int, version: int) -> bool:
        if tag >> 2 not in numbers:
            return False
        if version_id is None:
            return bool(tag & NOW)
        return bool(tag & UNDER) and version == version_id

    return chosen


def _of_kinds(rows: IntArray, kinds: Collection[str]) -> npt.NDArray[np.bool_]:
    return np.isin(rows[:, 1] >> 2, np.array([kind_number(kind) for kind in kinds], np.int64))


def _counts_under(tags: IntArray) -> npt.NDArray[np.bool_]:
    return (tags & UNDER) > 0


def live_counts(
    question_id: int, *, raters: bool = True, meetings: bool = False
) -> LiveCounts | None:
    """The counts as they are now, in one statement; None before the first label was counted.

    Without `raters`, who gave the labels is not read, which is most of the rows. With `meetings`,
    who met whom is read as well: of ratings only.
    """
    asked = {"question": question_id, "raters": raters, "meetings": meetings}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, asked)
        changes, *values, n_meetings, met_heads, met = cursor.fetchone()
    if changes is None:
        return None
    heads, cells, rater_heads, own = (
        np.frombuffer(value or b"", ">i8").astype(np.int64) for value in values
    )
    heads, rater_heads = heads.reshape(-1, 3), rater_heads.reshape(-1, 4)
    pattern_of = np.repeat(np.arange(len(heads)), heads[:, 2])
    rater_of = np.repeat(np.arange(len(rater_heads)), rater_heads[:, 3])
    places = np.searchsorted(heads[:, 0], rater_heads[:, 1])
    # A row whose pattern is lost counts nowhere; the daily proof finds and mends it.
    is_sound = np.isin(rater_heads[:, 1], heads[:, 0])
    own_rows = np.column_stack([rater_of, own.reshape(-1, 3)])
    return LiveCounts(
        changes=changes,
        weights=heads[:, 1],
        cells=np.column_stack([pattern_of, cells.reshape(-1, 4)]),
        raters=np.column_stack([rater_heads[:, 0], places, rater_heads[:, 2]]),
        own=own_rows[is_sound[rater_of]],
        meetings=_meetings(met_heads, met) if meetings and n_meetings <= MOST_MEETINGS else None,
    )


def _meetings(heads: bytes | None, met: list[memoryview] | None) -> Meetings:
    rows = np.frombuffer(heads or b"", ">i8").astype(np.int64).reshape(-1, 4)
    return Meetings(
        first=rows[:, 0],
        second=rows[:, 1],
        met=rows[:, 2],
        items=rows[:, 3],
        kinds=tuple(bytes(each) for each in met or ()),
    )
