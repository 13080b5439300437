"""The live sums of a question, and what a slice of them comes to."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from annotations.models import SourceKind
from quality.models import SumPart
from quality.queries.live.values_records import slice_name, slice_parts

Amounts = Mapping[str, int]

# One statement, so one snapshot: of what is missed, the next figures are made.
_SUMS = """
SELECT (SELECT changes FROM quality_livequestion WHERE question_id = %(question)s),
       part, slices, rater_id, name, amount::text
  FROM quality_valuesum WHERE question_id = %(question)s AND part = ANY(%(parts)s)
   AND (%(groups)s::text[] IS NULL OR slices = ANY(%(groups)s))
UNION ALL
SELECT (SELECT changes FROM quality_livequestion WHERE question_id = %(question)s),
       NULL, NULL, NULL, NULL, NULL
"""
_VALUES = """
SELECT slices, name, amount::text, text FROM quality_valuesum
 WHERE question_id = %s AND part = %s LIMIT %s
"""
_RANGE = """
SELECT min(least), max(most) FROM (
    SELECT (SELECT min(least) FROM quality_itemvalues
             WHERE question_id = %(question)s AND slices = one AND least IS NOT NULL) AS least,
           (SELECT max(most) FROM quality_itemvalues
             WHERE question_id = %(question)s AND slices = one AND most IS NOT NULL) AS most
      FROM unnest(%(slices)s::text[]) AS one) AS ranges
"""
# Rows of answers that are read to count different ones.
MOST_VALUES = 5_000


@dataclass(frozen=True, eq=False)
class SliceSums:
    """The sums of one slice. `groups`: groups of slices that it adds up. By rater: `people` and,
    where it was read, `without`."""

    groups: list[str]
    whole: Amounts
    people: Mapping[int, Amounts]
    without: Mapping[int, Amounts]

    @property
    def digest(self) -> str:
        """Equal answers, equal digests: the fingerprints of items are among the sums."""
        text = json.dumps(sorted(self.whole.items()))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def raters(self) -> list[int]:
        """Who gave an answer, ascending."""
        return sorted(self.people)

    @property
    def n_annotators(self) -> int:
        """Who gave an answer to an item that others answered as well."""
        return sum(1 for amounts in self.people.values() if amounts.get("shared"))


@dataclass(frozen=True, eq=False)
class ValueSums:
    """All sums of a question at one moment. `changes`: which state of it this is; `parts`: sums by
    part, group of slices and rater (None: all)."""

    changes: int
    parts: Mapping[tuple[int, str], Mapping[int | None, Amounts]]

    @property
    def names(self) -> set[str]:
        """Slices with any answer."""
        return {name for _part, group in self.parts for name in group.split()}

    @property
    def kinds(self) -> list[str]:
        """Kinds of raters that gave answers, in the order of the enumeration."""
        found = {slice_parts(name)[0] for name in self.names}
        return [str(kind) for kind in SourceKind.values if kind in found]

    @property
    def versions(self) -> list[int]:
        """Versions under which somebody said something, ascending."""
        found = {slice_parts(name)[1] for name in self.names}
        return sorted(version for version in found if version is not None)

    def slice(self, kind: str, version_id: int | None) -> SliceSums:
        """What raters of a kind (empty: all people) say now, or said under a version."""
        name = slice_name(kind, version_id)
        groups = sorted({group for _part, group in self.parts if name in group.split()})
        return SliceSums(
            groups,
            self._added(SumPart.WHOLE, groups).get(None, {}),
            _by_rater(self._added(SumPart.PEOPLE, groups)),
            _by_rater(self._added(SumPart.WITHOUT, groups)),
        )

    def _added(self, part: SumPart, groups: Sequence[str]) -> dict[int | None, Counter[str]]:
        found: dict[int | None, Counter[str]] = {}
        for group in groups:
            for rater, amounts in self.parts.get((part.value, group), {}).items():
                found.setdefault(rater, Counter()).update(amounts)
        return found


def value_sums(question_id: int, *, raters: bool) -> ValueSums | None:
    """The sums as they are now; None before the first answer was counted.

    Without `raters`, what changes without each is not read, which is most of the rows.
    """
    parts = [SumPart.WHOLE, SumPart.PEOPLE] + ([SumPart.WITHOUT] if raters else [])
    changes, found = _read(question_id, parts, None)
    return None if changes is None else ValueSums(changes, found)


def judges_of(question_id: int, groups: Collection[str]) -> dict[int, Amounts]:
    """Sums of numbers of each rater, and with each other."""
    _changes, found = _read(question_id, [SumPart.JUDGES], groups)
    judges: dict[int | None, Counter[str]] = {}
    for by_rater in found.values():
        for rater, amounts in by_rater.items():
            judges.setdefault(rater, Counter()).update(amounts)
    return _by_rater(judges)


def values_given(question_id: int, groups: Collection[str]) -> dict[str, tuple[str, int]] | None:
    """Answers and how often each was given to items with two or more, by what stands for them;
    None where these are too many to be read."""
    found: dict[str, tuple[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [question_id, SumPart.VALUES, MOST_VALUES])
        rows = cursor.fetchall()
    if len(rows) == MOST_VALUES:
        return None
    for group, name, amount, text in rows:
        if group in groups:
            found[name] = (text, found.get(name, ("", 0))[1] + int(amount))
    return found


def range_of(question_id: int, groups: Collection[str]) -> tuple[float, float] | None:
    """The least and the greatest number."""
    with connection.cursor() as cursor:
        cursor.execute(_RANGE, {"question": question_id, "slices": list(groups)})
        least, most = cursor.fetchone()
    return None if least is None else (least, most)


def _by_rater(found: Mapping[int | None, Counter[str]]) -> dict[int, Amounts]:
    return {rater: amounts for rater, amounts in found.items() if rater is not None}


def _read(
    question_id: int, parts: Sequence[SumPart], groups: Collection[str] | None
) -> tuple[int | None, dict[tuple[int, str], dict[int | None, dict[str, int]]]]:
    found: dict[tuple[int, str], dict[int | None, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS,
            {
                "question": question_id,
                "parts": [part.value for part in parts],
                "groups": None if groups is None else list(groups),
            },
        )
        rows = cursor.fetchall()
        for _changes, part, group, rater, name, amount in rows:
            if part is not None:
                found.setdefault((part, group), {}).setdefault(rater, {})[name] = int(amount)
    return rows[-1][0], found
