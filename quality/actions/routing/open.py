"""Slots that adaptive overlap opens, each with its reason; some wait for one person for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from annotations.actions.lock_queue import lock_queue
from annotations.models import RESERVED_POSITIONS
from core.copying import copy_rows
from quality.models import RoutingStep

# Before what came back (4) and what is new (5): the smallest margin is served first.
ROUTED_PRIORITY = 3
# A slot is kept for the person whose label helps most so long; then anybody may have it.
KEPT_FOR = timedelta(minutes=30)

_WISHES = """
DROP TABLE IF EXISTS pg_temp.routing_open;
CREATE TEMPORARY TABLE routing_open (
    place bigint NOT NULL, item_id bigint NOT NULL, most_busy integer NOT NULL,
    reason varchar(12) NOT NULL, n_labels integer NOT NULL,
    confidence double precision NOT NULL, margin double precision NOT NULL,
    gain double precision, person_id bigint
) ON COMMIT DROP
"""
WISH_COLUMNS = (
    "place",
    "item_id",
    "most_busy",
    "reason",
    "n_labels",
    "confidence",
    "margin",
    "gain",
    "person_id",
)

# A closed slot of the item is opened again before a new one is made. Looked at once more under the
# lock: what came up in the meantime must not be asked for twice. The number of a slot may be taken
# by a replacement that is opened at the same moment; then the next step sees to it.
_OPEN = """
WITH wanted AS (
    SELECT wish.*, nextval('annotations_position_seq') AS position, (
               SELECT closed.id FROM annotations_assignment AS closed
                WHERE closed.item_id = wish.item_id AND closed.round = 0
                  AND closed.state = 'closed' AND closed.replaces_id IS NULL
                ORDER BY closed.slot LIMIT 1
           ) AS closed_id
      FROM (
            SELECT wish.* FROM routing_open AS wish
             WHERE (SELECT count(*) FROM annotations_assignment AS busy
                     WHERE busy.item_id = wish.item_id AND busy.round = 0
                       AND busy.state IN ('open', 'reserved', 'leased')) <= wish.most_busy
             ORDER BY wish.place
      ) AS wish
), again AS (
    UPDATE annotations_assignment AS slot
       SET state = CASE WHEN wanted.person_id IS NULL THEN 'open' ELSE 'reserved' END,
           reserved_for_id = wanted.person_id, priority = %(priority)s,
           position = wanted.position
               + CASE WHEN wanted.person_id IS NULL THEN 0 ELSE %(reserved)s END
      FROM wanted WHERE slot.id = wanted.closed_id AND slot.state = 'closed'
    RETURNING slot.id, slot.item_id
), made AS (
    INSERT INTO annotations_assignment
        (project_id, item_id, slot, round, state, reserved_for_id, priority, position)
    SELECT %(project)s, wanted.item_id, known.last + 1, 0,
           CASE WHEN wanted.person_id IS NULL THEN 'open' ELSE 'reserved' END, wanted.person_id,
           %(priority)s, wanted.position
               + CASE WHEN wanted.person_id IS NULL THEN 0 ELSE %(reserved)s END
      FROM wanted
     CROSS JOIN LATERAL (
            SELECT coalesce(max(slot), 0) AS last FROM annotations_assignment AS known
             WHERE known.item_id = wanted.item_id
     ) AS known
     WHERE wanted.closed_id IS NULL
    ON CONFLICT (item_id, slot) DO NOTHING
    RETURNING id, item_id
)
INSERT INTO quality_routedslot
    (step_id, policy_id, assignment_id, item_id, change, reason, place, priority, probability,
     n_labels, confidence, margin, gain, reserved_for_id)
SELECT %(step)s, %(policy)s, opened.id, opened.item_id, 'opened', wanted.reason, wanted.place,
       %(priority)s, 1, wanted.n_labels, wanted.confidence, wanted.margin, wanted.gain,
       wanted.person_id
  FROM (SELECT * FROM again UNION ALL SELECT * FROM made) AS opened
  JOIN wanted ON wanted.item_id = opened.item_id
 ORDER BY wanted.place
RETURNING reserved_for_id
"""

# Slots that were kept long enough, or for somebody who does not label here any more.
_RELEASE = """
UPDATE annotations_assignment AS slot
   SET state = 'open', reserved_for_id = NULL, position = placed.position
  FROM (
        SELECT kept.id, nextval('annotations_position_seq') AS position
          FROM (
                SELECT kept.id FROM annotations_assignment AS kept
                 WHERE kept.project_id = %(project)s AND kept.round = 0
                   AND kept.state = 'reserved'
                   AND (kept.reserved_for_id <> ALL(%(people)s::bigint[]) OR EXISTS (
                           SELECT FROM quality_routedslot AS routed
                             JOIN quality_routingstep AS step ON step.id = routed.step_id
                            WHERE routed.assignment_id = kept.id AND routed.policy_id = %(policy)s
                              AND routed.id = (SELECT max(last.id) FROM quality_routedslot AS last
                                                WHERE last.assignment_id = kept.id)
                              AND step.computed_at < %(kept_since)s))
                 ORDER BY kept.position FOR UPDATE SKIP LOCKED
          ) AS kept
  ) AS placed
 WHERE slot.id = placed.id AND slot.state = 'reserved'
"""


def release_kept_slots(step: RoutingStep, *, people: Sequence[int], now: datetime) -> int:
    """Open to everybody what was kept for one person too long; how many that were.

    `people`: ids of those who label here.
    """
    lock_queue(step.project_id)
    with connection.cursor() as cursor:
        keys: dict[str, Any] = {
            "project": step.project_id,
            "policy": step.policy_id,
            "people": list(people),
            "kept_since": now - KEPT_FOR,
        }
        cursor.execute(_RELEASE, keys)
        return int(cursor.rowcount)


def open_slots(step: RoutingStep, rows: Sequence[tuple[Any, ...]]) -> tuple[int, int]:
    """One more slot for each of these items (rows as `WISH_COLUMNS`), each with its reason.

    How many slots were opened, and how many of them wait for one person first.
    """
    if not rows:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_WISHES)
    copy_rows("routing_open", WISH_COLUMNS, rows)
    # The end of the queue is held from before positions are drawn until they are visible.
    lock_queue(step.project_id)
    with connection.cursor() as cursor:
        keys: dict[str, Any] = {
            "project": step.project_id,
            "policy": step.policy_id,
            "step": step.pk,
            "priority": ROUTED_PRIORITY,
            "reserved": RESERVED_POSITIONS,
        }
        cursor.execute(_OPEN, keys)
        kept_for = [row[0] for row in cursor.fetchall()]
    return len(kept_for), sum(person is not None for person in kept_for)
