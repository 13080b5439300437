"""Many items at once: from the stage into the ledger, known ones told from new ones, then slots."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from annotations.actions.bulk_staging import StagedItem, open_stage, stage_items
from annotations.actions.link_media import link_media
from annotations.actions.lock_queue import lock_queue
from annotations.models import Batch
from core.copying import copy_rows
from core.problems import Problem, Problems

SLOT_ITEMS = 50_000
LAST_LINE = 2**62
MOST_PROBLEMS = 100

# Conditions of a whole import: checks after each statement keep the queue of triggers short.
PREPARE = "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"

ITEM_COLUMNS = ("project_id", "batch_id", "external_id", "payload", "metadata", "created_at")
INSERT_ITEMS = """
INSERT INTO annotations_item (project_id, batch_id, external_id, payload, metadata, created_at)
SELECT %(project)s, %(batch)s, staged.external_id,
       coalesce(staged.payload, json_build_object('text', staged.external_id)::text)::jsonb,
       staged.metadata::jsonb, %(now)s
FROM staged_item AS staged
WHERE staged.line > %(after)s AND staged.line <= %(until)s
ON CONFLICT (project_id, external_id) DO NOTHING
"""

# The same id twice in one file. Rows of several answers may repeat it, but not change the item.
REPEATED = """
SELECT external_id, min(line), (array_agg(line ORDER BY line))[2]
FROM staged_item
GROUP BY external_id
HAVING count(*) > 1 AND (
    NOT %(may_repeat)s
    OR count(DISTINCT coalesce(payload, '')) > 1
    OR count(DISTINCT metadata) > 1
)
ORDER BY min(line)
LIMIT %(limit)s
"""

DIFFERENT = """
SELECT staged.external_id, staged.line, batch.name
FROM staged_item AS staged
JOIN annotations_item AS item
    ON item.project_id = %(project)s AND item.external_id = staged.external_id
JOIN annotations_batch AS batch ON batch.id = item.batch_id
WHERE item.batch_id <> %(batch)s
    AND (
        staged.payload::jsonb <> item.payload
        OR (staged.payload IS NOT NULL OR staged.metadata <> '{}')
            AND staged.metadata::jsonb <> item.metadata
    )
ORDER BY staged.line
LIMIT %(limit)s
"""

KNOWN = """
SELECT count(DISTINCT staged.external_id)
FROM staged_item AS staged
JOIN annotations_item AS item
    ON item.project_id = %(project)s AND item.external_id = staged.external_id
WHERE item.batch_id <> %(batch)s
"""

# Each item gets `overlap` slots less the first answers that came along; its slots share a position.
OPEN_SLOTS = """
INSERT INTO annotations_assignment (project_id, item_id, slot, state, priority, position)
SELECT %(project)s, item.id, slot.number, 'open', %(priority)s, item.position
FROM (
    SELECT ordered.id, nextval('annotations_position_seq') AS position
    FROM (
        SELECT id FROM annotations_item
        WHERE batch_id = %(batch)s AND id > %(after)s AND id <= %(until)s
        ORDER BY {order}
    ) AS ordered
) AS item
{answered}
CROSS JOIN LATERAL generate_series(1, %(overlap)s{less}) AS slot (number)
"""
# One look into the index of first answers per item. As a join of two sets it is the planner's to
# choose, who knows nothing of rows that this very transaction has written.
ANSWERED = """
CROSS JOIN LATERAL (
    SELECT count(*)::int AS sources
    FROM annotations_annotation AS annotation
    WHERE annotation.item_id = item.id AND annotation.supersedes_id IS NULL
) AS answered
"""

ENDS = "SELECT min(id), max(id) FROM annotations_item WHERE batch_id = %(batch)s"

Tick = Callable[[int], None]


@dataclass(frozen=True)
class ItemCounts:
    """What became of the items that were staged."""

    added: int
    known: int


def add_items(
    *,
    batch: Batch,
    items: Iterable[StagedItem],
    overlap: int,
    priority: int = 5,
    now: datetime,
) -> ItemCounts:
    """Store items with open slots; items that are there already with the same content are known.

    Raises `Problems` (external_id_twice, item_differs) with `line` in their params; nothing is
    kept then. The batch belongs to the project, and is made by the caller in the same transaction.
    """
    with transaction.atomic():
        prepare()
        stage_items(items)
        staged = StagedItems(batch=batch, may_repeat=False, now=now)
        staged.insert()
        counts = staged.finish()
        link_media(batch=batch)
        open_slots(batch=batch, overlap=overlap, priority=priority)
    return counts


def prepare(*, with_answers: bool = False) -> None:
    """Open the stage and set what holds for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
    open_stage(with_answers=with_answers)


class NewItems:
    """Items straight into the ledger, at the speed of COPY; IntegrityError when one is there.

    For files that are most likely new. Call it in a savepoint, and use `StagedItems` for the whole
    file when it fails: only the stage can tell known items from faults.
    """

    def __init__(self, *, batch: Batch, now: datetime) -> None:
        self._batch = batch
        self._now = now.isoformat()
        self.added = 0

    def insert(self, items: Sequence[StagedItem]) -> None:
        """In the order of the file."""
        project, batch, now = self._batch.project_id, self._batch.pk, self._now
        rows = (
            (project, batch, item.external_id, payload_of(item), item.metadata, now)
            for item in items
        )
        self.added += copy_rows("annotations_item", ITEM_COLUMNS, rows)


def payload_of(item: StagedItem) -> str:
    """An item that is only named shows its id."""
    return item.payload or json.dumps({"text": item.external_id}, ensure_ascii=False)


class StagedItems:
    """Moves items from the stage to the ledger, part by part, and then looks at the whole."""

    def __init__(self, *, batch: Batch, may_repeat: bool, now: datetime) -> None:
        """`may_repeat`: several rows may say the same about one item, with different answers."""
        self._keys: dict[str, Any] = {"project": batch.project_id, "batch": batch.pk, "now": now}
        self._may_repeat = may_repeat
        self._line = -1
        self.added = 0

    def insert(self, until: int = LAST_LINE) -> None:
        """What was staged since the last call, up to the line `until`."""
        with connection.cursor() as cursor:
            cursor.execute(INSERT_ITEMS, {**self._keys, "after": self._line, "until": until})
            self.added += cursor.rowcount
        self._line = until

    def finish(self) -> ItemCounts:
        """Tell known items from faults; raises `Problems`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM staged_item")
            if self.added == cursor.fetchone()[0]:
                return ItemCounts(added=self.added, known=0)
            limits = {**self._keys, "may_repeat": self._may_repeat, "limit": MOST_PROBLEMS}
            cursor.execute(REPEATED, limits)
            problems = [_twice(self._may_repeat, *row) for row in cursor.fetchall()]
            cursor.execute(DIFFERENT, limits)
            problems += [_differs(*row) for row in cursor.fetchall()]
            if problems:
                raise Problems(problems[:MOST_PROBLEMS])
            cursor.execute(KNOWN, self._keys)
            return ItemCounts(added=self.added, known=cursor.fetchone()[0])


def open_slots(
    *,
    batch: Batch,
    overlap: int,
    priority: int = 5,
    shuffled: bool = False,
    answers_came_along: bool = False,
    tick: Tick = lambda opened: None,
) -> int:
    """Open the slots of a batch's items, in the order of the file or shuffled as a whole.

    Call it once, when all of the batch is stored: it takes the end of the project's queue, and
    keeps it until the transaction ends. Returns how many slots.
    """
    lock_queue(batch.project_id)
    keys = {
        "project": batch.project_id,
        "batch": batch.pk,
        "overlap": overlap,
        "priority": priority,
    }
    sql = OPEN_SLOTS.format(
        order="random()" if shuffled else "id",
        answered=ANSWERED if answers_came_along else "",
        less=" - answered.sources" if answers_came_along else "",
    )
    opened = 0
    with connection.cursor() as cursor:
        cursor.execute(ENDS, keys)
        first, last = cursor.fetchone()
        if first is None:
            return 0
        size = last - first + 1 if shuffled else SLOT_ITEMS
        for after in range(first - 1, last, size):
            cursor.execute(sql, {**keys, "after": after, "until": min(after + size, last)})
            opened += cursor.rowcount
            tick(opened)
    return opened


def _twice(may_repeat: bool, external_id: str, first: int, second: int) -> Problem:
    if may_repeat:
        return Problem(
            "The id “%(external_id)s” stands in lines %(first)d and %(line)d with different texts "
            "or metadata.",
            code="item_differs_within_file",
            external_id=external_id,
            first=first,
            line=second,
        )
    return Problem(
        "The id “%(external_id)s” stands in lines %(first)d and %(line)d. An id names one item.",
        code="external_id_twice",
        external_id=external_id,
        first=first,
        line=second,
    )


def _differs(external_id: str, line: int, batch: str) -> Problem:
    return Problem(
        "An item with the id “%(external_id)s” is there already (from “%(batch)s”), "
        "with another text or metadata. An item never changes: give the new one a new id.",
        code="item_differs",
        external_id=external_id,
        line=line,
        batch=batch,
    )
