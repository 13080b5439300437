"""A sample of the items of a slice, always the same while the ledger is the same.

The items with the smallest marks: as good as drawn at random, found by an index whatever the size
of a project, and changed by a label only if its item is among them.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from django.db import connection

from quality.agreement.coefficient import FloatArray
from quality.agreement.distance import Distance
from quality.agreement.expected_sample import AnswerSample
from quality.agreement.table import IntArray
from quality.models import SumPart
from quality.queries.live.values_amounts import Given, compared
from quality.queries.live.values_ledger import texts_of

MOST_ITEMS = 2_000
MOST_ANSWERS = 6_000
# Distances that a worker remembers, some 25 MB of them; then it forgets them all.
_MOST_REMEMBERED = 100_000
_remembered: dict[str, float] = {}

_SAMPLE = """
SELECT mark, item_id, answers, whole FROM (
    SELECT mark, item_id, answers, CASE WHEN %(amounts)s THEN whole END AS whole
      FROM quality_itemvalues
     WHERE question_id = %(question)s AND slices = %(group)s AND n_answers >= 2
     ORDER BY mark LIMIT %(most)s) AS one
"""


@dataclass(frozen=True, eq=False)
class Sample:
    """Items in the order of their marks. By answer, item after item: `raters`, `labels` and what
    stands for their values (`names`). `amounts`: what each item added, where it was read."""

    items: IntArray
    per_item: list[int]
    raters: list[int]
    labels: list[int]
    names: list[str]
    amounts: list[dict[str, int]]

    @cached_property
    def distinct(self) -> list[str]:
        """The different values."""
        return sorted(set(self.names))

    def as_codes(self, raters: Sequence[int]) -> AnswerSample:
        """The sample as codes; `raters`: all of the slice, ascending."""
        place = {name: code for code, name in enumerate(self.distinct)}
        return AnswerSample(
            starts=np.array([0, *accumulate(self.per_item)], np.int64),
            raters=np.searchsorted(np.array(raters, np.int64), np.array(self.raters, np.int64)),
            values=np.array([place[name] for name in self.names], np.int64),
            n_raters=len(raters),
            n_values=len(self.distinct),
        )


def sample_of(question_id: int, groups: Collection[str], *, amounts: bool) -> Sample:
    """The sample of a slice, given by the groups of slices that it adds up."""
    rows = []
    with connection.cursor() as cursor:
        for group in groups:
            cursor.execute(
                _SAMPLE,
                {
                    "question": question_id,
                    "group": group,
                    "amounts": amounts,
                    "most": MOST_ITEMS,
                },
            )
            rows += cursor.fetchall()
    items: list[int] = []
    per_item: list[int] = []
    said: list[tuple[int, int, str]] = []
    wholes = []
    for _mark, item, answers, whole in sorted(rows, key=lambda row: row[:2])[:MOST_ITEMS]:
        found = _compared(json.loads(answers))
        if items and len(said) + len(found) > MOST_ANSWERS:
            break
        items.append(item)
        per_item.append(len(found))
        said += found
        if whole is not None:
            wholes.append(json.loads(whole)[str(SumPart.WHOLE.value)])
    return Sample(
        np.array(items, np.int64),
        per_item,
        [rater for rater, _label, _name in said],
        [label for _rater, label, _name in said],
        [name for _rater, _label, name in said],
        wholes,
    )


def _compared(rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The answers that were compared when the item was counted."""
    kept = set(compared(Given([rater for rater, _, _ in rows], [name for *_, name in rows])).raters)
    return [(rater, label, name) for rater, label, name in rows if rater in kept]


def distances(
    distance: Distance,
    pairs: Sequence[tuple[str, str]],
    label_of: dict[str, int],
    text_of: dict[str, str],
) -> FloatArray:
    """Distances of values, given by what stands for them: (P,).

    `label_of`: a label with each value, whose text is read if its distance is not remembered;
    `text_of`: texts that are known already.
    """
    keys = [one + other if one < other else other + one for one, other in pairs]
    missing = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in _remembered}
    fresh: dict[str, float] = {}
    if missing:
        wanted = {name for pair in missing.values() for name in pair}
        read = texts_of({label_of[name] for name in wanted if name not in text_of})
        values = {
            name: json.loads(text_of[name] if name in text_of else read[label_of[name]])
            for name in wanted
        }
        for key, (one, other) in missing.items():
            fresh[key] = 0.0 if one == other else distance(values[one], values[other])
    found = np.array([fresh[key] if key in fresh else _remembered[key] for key in keys], np.float64)
    if len(_remembered) + len(fresh) > _MOST_REMEMBERED:
        _remembered.clear()
    _remembered.update(fresh)
    return found
