"""Keep live agreement current: count the items that changes of the ledger have touched.

Every item is set to what the ledger says of it, whatever was counted before: counting it twice, or
from a later state than its note is of, changes nothing. Whoever counts holds the project's row, so
of two at once one passes by; whoever dies half-way takes nothing with them (one transaction per
batch), and notes that commit later are found later.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from quality.actions.live.deltas import count_changes
from quality.actions.live.values_deltas import count_values, most_items
from quality.queries.live.ledger import counted_records, records_of

SINGLE_ITEMS = 2_000
STRETCH_ITEMS = 20_000

_HOLD = "SELECT 1 FROM quality_liveproject WHERE project_id = %s FOR UPDATE SKIP LOCKED"
_FIRST = "INSERT INTO quality_liveproject (project_id) VALUES (%s) ON CONFLICT DO NOTHING"
_TAKE_SINGLE = """
DELETE FROM quality_toucheditems WHERE id IN (
    SELECT id FROM quality_toucheditems WHERE project_id = %s AND first_item = last_item
     ORDER BY id LIMIT %s)
RETURNING first_item
"""
_STRETCHES = """
SELECT id, first_item, last_item FROM quality_toucheditems WHERE project_id = %s
 ORDER BY first_item, last_item
"""
_ITEMS = """
SELECT id FROM annotations_item WHERE project_id = %s AND id BETWEEN %s AND %s ORDER BY id LIMIT %s
"""


class Stretch(NamedTuple):
    """Items from one id to another."""

    first: int
    last: int


def count_all(*, now: datetime, seconds: float = 2.0) -> None:
    """Count what was touched in all projects, a batch of each in turn: a large import in one does
    not keep the others waiting. What is left after some time is left for the next ring."""
    deadline = time.monotonic() + seconds
    waiting = projects_to_count()
    while waiting:
        waiting = [each for each in waiting if count_batch(project_id=each, now=now)]
        if time.monotonic() > deadline:
            return


def projects_to_count() -> list[int]:
    """Projects whose ledger has changed since they were counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT project_id FROM quality_toucheditems ORDER BY project_id")
        return [project_id for (project_id,) in cursor.fetchall()]


def count_project(*, project_id: int, now: datetime, seconds: float = 60.0) -> bool:
    """Count batch by batch while there is time; whether nothing is left that nobody counts."""
    deadline = time.monotonic() + seconds
    while count_batch(project_id=project_id, now=now):
        if time.monotonic() > deadline:
            return False
    return True


@transaction.atomic
def count_batch(*, project_id: int, now: datetime) -> bool:
    """Count some of the touched items; False when there were none, or somebody else counts."""
    if not hold_project(project_id):
        return False
    items = _take_items(project_id)
    if items is None:
        return False
    count_items(project_id=project_id, items=items, now=now)
    return True


def hold_project(project_id: int) -> bool:
    """Take the project for this transaction; False when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [project_id])
        if cursor.fetchone() is None:
            cursor.execute(_FIRST, [project_id])
            cursor.execute(_HOLD, [project_id])
            return cursor.fetchone() is not None
    return True


def count_items(*, project_id: int, items: Sequence[int], now: datetime) -> int:
    """Set these items to what the ledger says; how many questions of items changed."""
    changed = 0
    if items:
        # Read after the project is held: what others have counted is seen.
        before = counted_records(items)
        after = records_of(project_id, items)
        changed = count_changes(project_id=project_id, before=before, after=after, now=now)
        changed += count_values(project_id=project_id, items=items, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE quality_liveproject SET counted_at = %s WHERE project_id = %s",
            [now, project_id],
        )
    return changed


def _take_items(project_id: int) -> list[int] | None:
    """Single items first: somebody may be watching. None when there is no note left."""
    with connection.cursor() as cursor:
        most = most_items(project_id, STRETCH_ITEMS)
        cursor.execute(_TAKE_SINGLE, [project_id, min(most, SINGLE_ITEMS)])
        if single := sorted({item for (item,) in cursor.fetchall()}):
            return single
        cursor.execute(_STRETCHES, [project_id])
        found = cursor.fetchall()
        if not found:
            return None
        stretches = merged([Stretch(first, last) for _id, first, last in found])
        first, last = stretches[0]
        cursor.execute(_ITEMS, [project_id, first, last, most])
        items = [item for (item,) in cursor.fetchall()]
        rest = stretches[1:]
        if len(items) == most and items[-1] < last:
            rest = [Stretch(items[-1] + 1, last), *rest]
        cursor.execute(
            "DELETE FROM quality_toucheditems WHERE id = ANY(%s)", [[row[0] for row in found]]
        )
        note_items(project_id, rest)
        return items


def note_items(project_id: int, stretches: Sequence[Stretch]) -> None:
    """Leave notes that these items are to be counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO quality_toucheditems (project_id, first_item, last_item)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])",
            [project_id, [each.first for each in stretches], [each.last for each in stretches]],
        )


def merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same items without any named twice, ascending; `stretches` ascend by their first."""
    found: list[Stretch] = []
    for each in stretches:
        if found and each.first <= found[-1].last + 1:
            found[-1] = Stretch(found[-1].first, max(found[-1].last, each.last))
        else:
            found.append(each)
    return found
