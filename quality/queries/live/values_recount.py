"""A second time from the ledger to the live sums of values: all items anew, and who said what by
the code of the full runs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from guidelines.models import Question
from quality.agreement.table import IntArray
from quality.models import AgreementRun
from quality.models.run import PEOPLE
from quality.queries.labels import LabelColumns, read_labels
from quality.queries.live.values_counting import Sum, add_amounts, count_now
from quality.queries.live.values_ledger import (
    CountedItem,
    Key,
    answers_of,
    counted_items,
    value_questions,
)
from quality.queries.live.values_records import slice_name, slice_parts

MOST_DIFFERENCES = 20
_ITEMS_AT_ONCE = 1_000

_ITEMS = """
SELECT id FROM annotations_item WHERE project_id = %s AND id > %s ORDER BY id LIMIT %s
"""
_SUMS = """
SELECT question_id, part, slices, rater_id, name, amount::text FROM quality_valuesum
 WHERE question_id = ANY(%s)
"""
_ROWS = "SELECT count(*) FROM quality_itemvalues WHERE question_id = ANY(%s)"


class ValueRecount(NamedTuple):
    """What was counted anew, and where the live sums differ from it."""

    n_items: int
    n_labels: int
    differences: list[dict[str, Any]]


class _Counted(NamedTuple):
    """All items counted anew: sums, rows by question and slice (item, rater, label), differences of
    stored items, and how many rows of items there should be."""

    sums: Counter[Sum]
    said: dict[tuple[int, str], list[IntArray]]
    differences: list[dict[str, Any]]
    n_rows: int


def recount_values(project_id: int) -> ValueRecount:
    """Every sum, item and answer of a project's questions whose answers are values.

    Call it where both are read from one snapshot, with nothing left to be counted.
    """
    questions = value_questions(project_id)
    if not questions:
        return ValueRecount(0, 0, [])
    found = _counted_anew(project_id, questions)
    differences = found.differences + _sum_differences(questions, found.sums)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(questions)])
        (n_rows,) = cursor.fetchone()
    if n_rows != found.n_rows:
        differences.append({"rows": "items", "live": n_rows, "ledger": found.n_rows})
    n_items = n_labels = 0
    for question in Question.objects.filter(pk__in=questions).order_by("pk"):
        everybody, more = _answer_differences(project_id, question, found.said)
        n_items += everybody.item_ids.size
        n_labels += len(everybody)
        differences += more
    return ValueRecount(n_items, n_labels, differences[:MOST_DIFFERENCES])


def _counted_anew(project_id: int, questions: Mapping[int, str]) -> _Counted:
    sums: Counter[Sum] = Counter()
    said: dict[tuple[int, str], list[IntArray]] = {}
    differences: list[dict[str, Any]] = []
    n_rows = 0
    for items in _all_items(project_id):
        fresh = {
            key: found.amounts
            for key, found in count_now(questions, answers_of(project_id, items)).items()
        }
        differences += _item_differences(fresh, counted_items(items))
        del differences[MOST_DIFFERENCES:]
        n_rows += len(fresh)
        for key, amounts in fresh.items():
            add_amounts(sums, key, amounts, 1)
        for where, rows in _rows(fresh).items():
            said.setdefault(where, []).append(rows)
    return _Counted(sums, said, differences, n_rows)


def _all_items(project_id: int) -> Iterator[list[int]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ITEMS, [project_id, last, _ITEMS_AT_ONCE])
            items = [item for (item,) in cursor.fetchall()]
        if not items:
            return
        yield items
        last = items[-1]


def _item_differences(
    fresh: Mapping[Key, CountedItem], stored: Mapping[Key, CountedItem]
) -> list[dict[str, Any]]:
    return [
        {
            "question": key[0],
            "item": key[1],
            "slices": key[2],
            "live": _told(stored.get(key)),
            "ledger": _told(fresh.get(key)),
        }
        for key in sorted(fresh.keys() | stored.keys())
        if fresh.get(key) != stored.get(key)
    ]


def _told(counted: CountedItem | None) -> str:
    return "" if counted is None else f"{list(counted.answers)} {counted.whole}"[:400]


def _rows(fresh: Mapping[Key, CountedItem]) -> dict[tuple[int, str], IntArray]:
    """Items, raters and labels by question and slice."""
    found: dict[tuple[int, str], list[tuple[int, int, int]]] = {}
    for (question, item, slices), amounts in fresh.items():
        for name in slices.split():
            rows = found.setdefault((question, name), [])
            rows += [(item, rater, label) for rater, label in amounts.answers]
    return {key: np.array(rows, np.int64) for key, rows in found.items()}


def _sum_differences(questions: Mapping[int, str], sums: Counter[Sum]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(questions)])
        live: dict[Sum, int] = {tuple(row[:5]): int(row[5]) for row in cursor.fetchall()}
    wanted = {key: amount for key, amount in sums.items() if amount}
    if live == wanted:
        return []
    names = ("question", "part", "slices", "rater", "name")
    return [
        dict(zip(names, key, strict=True))
        | {"live": str(live.get(key, 0)), "ledger": str(wanted.get(key, 0))}
        for key in sorted(live.keys() | wanted.keys(), key=repr)
        if live.get(key, 0) != wanted.get(key, 0)
    ][:MOST_DIFFERENCES]


def _answer_differences(
    project_id: int, question: Question, said: Mapping[tuple[int, str], Sequence[IntArray]]
) -> tuple[LabelColumns, list[dict[str, Any]]]:
    """Who said what of which item: all people, and each kind of raters where there are several."""
    everybody = _labels(project_id, question, PEOPLE)
    kinds = sorted({slice_parts(name)[0] for pk, name in said if pk == question.pk} - {""})
    differences = _of_kind(question, "", everybody, said)
    for kind in kinds if len(kinds) > 1 else []:
        differences += _of_kind(question, kind, _labels(project_id, question, [kind]), said)
    return everybody, differences


def _labels(project_id: int, question: Question, kinds: Sequence[str]) -> LabelColumns:
    run = AgreementRun(
        project_id=project_id, question=question, version=None, source_kinds=list(kinds)
    )
    return read_labels(run, whole_values=True)


def _of_kind(
    question: Question,
    kind: str,
    labels: LabelColumns,
    said: Mapping[tuple[int, str], Sequence[IntArray]],
) -> list[dict[str, Any]]:
    versions = {
        slice_parts(name)[1]
        for pk, name in said
        if pk == question.pk and name.startswith(kind + ":")
    }
    differences = []
    for version_id in {None, *versions, *labels.version_ids}:
        part = labels if version_id is None else labels.of_version(version_id)
        name = slice_name(kind, version_id)
        parts = said.get((question.pk, name), [])
        live = np.concatenate([np.empty((0, 3), np.int64), *parts])
        ledger = np.column_stack([part.items, part.sources, part.choices])
        if not np.array_equal(_ordered(live), _ordered(ledger)):
            differences.append(
                {
                    "question": question.key,
                    "slice": name,
                    "live": f"{len(live)} answers",
                    "ledger": f"{len(ledger)} answers",
                }
            )
    return differences


def _ordered(rows: IntArray) -> IntArray:
    return rows[np.lexsort(rows.T)]
