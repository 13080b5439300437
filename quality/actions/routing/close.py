"""Slots that adaptive overlap takes back, or gives back to the fixed overlap."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from annotations.actions.lock_queue import lock_queue
from core.copying import copy_rows
from quality.models import RoutingPolicy, RoutingStep
from quality.queries.routing.states import OPENED

# Slots of this policy that nobody has taken; a slot that replaces a skipped one belongs with it.
_CLOSE_OWN = f"""
WITH {OPENED}, mine AS (
    SELECT slot.id
      FROM annotations_assignment AS slot
      LEFT JOIN opened ON opened.assignment_id = slot.id
      LEFT JOIN opened AS first ON first.assignment_id = slot.replaces_id
     WHERE slot.project_id = %(project)s AND slot.round = 0
       AND slot.state IN ('open', 'reserved')
       AND coalesce(opened.policy_id, first.policy_id) = %(policy)s
)
UPDATE annotations_assignment AS slot SET state = 'closed', reserved_for_id = NULL
  FROM mine WHERE slot.id = mine.id AND slot.state IN ('open', 'reserved')
"""

# Slots that were there before any policy of the question closed them. Later positions, because
# people's searches have passed the old ones.
_RESTORE = """
UPDATE annotations_assignment AS slot
   SET state = 'open', priority = placed.priority, position = placed.position
  FROM (
        SELECT ordered.id, ordered.priority, nextval('annotations_position_seq') AS position
          FROM (
                SELECT closed.id, first.priority
                  FROM (
                        SELECT DISTINCT ON (routed.assignment_id)
                               routed.assignment_id, routed.change, routed.priority
                          FROM quality_routedslot AS routed
                          JOIN quality_routingpolicy AS policy ON policy.id = routed.policy_id
                         WHERE policy.question_id = %(question)s
                         ORDER BY routed.assignment_id, routed.id
                  ) AS first
                  JOIN annotations_assignment AS closed ON closed.id = first.assignment_id
                 WHERE first.change = 'closed' AND closed.state = 'closed'
                 ORDER BY closed.position, closed.id
          ) AS ordered
  ) AS placed
 WHERE slot.id = placed.id AND slot.state = 'closed'
"""

_WISHES = """
DROP TABLE IF EXISTS pg_temp.routing_close;
CREATE TEMPORARY TABLE routing_close (
    place bigint NOT NULL, item_id bigint NOT NULL, keep integer NOT NULL,
    only_own boolean NOT NULL, reason varchar(12) NOT NULL, n_labels integer NOT NULL,
    confidence double precision NOT NULL, margin double precision NOT NULL
) ON COMMIT DROP
"""
WISH_COLUMNS = (
    "place",
    "item_id",
    "keep",
    "only_own",
    "reason",
    "n_labels",
    "confidence",
    "margin",
)

# Of the slots of an item that wait, the policy's own are kept first. What somebody takes at this
# moment is locked, and skipped.
_CLOSE = f"""
WITH {OPENED}, ranked AS (
    SELECT slot.id, wish.keep, wish.only_own,
           coalesce(opened.policy_id, first.policy_id) IS NOT NULL AS is_own,
           row_number() OVER (
               PARTITION BY slot.item_id
               ORDER BY coalesce(opened.policy_id, first.policy_id) IS NULL, slot.slot
           ) AS turn
      FROM routing_close AS wish
      JOIN annotations_assignment AS slot
        ON slot.item_id = wish.item_id AND slot.round = 0 AND slot.state IN ('open', 'reserved')
      LEFT JOIN opened ON opened.assignment_id = slot.id
      LEFT JOIN opened AS first ON first.assignment_id = slot.replaces_id
     WHERE coalesce(opened.policy_id, first.policy_id, %(policy)s) = %(policy)s
), chosen AS (
    SELECT id FROM annotations_assignment
     WHERE id IN (SELECT id FROM ranked WHERE turn > keep OR (only_own AND NOT is_own))
       AND state IN ('open', 'reserved')
     ORDER BY id FOR UPDATE SKIP LOCKED
), closed AS (
    UPDATE annotations_assignment AS slot SET state = 'closed', reserved_for_id = NULL
      FROM chosen WHERE slot.id = chosen.id
    RETURNING slot.id, slot.item_id, slot.priority
)
INSERT INTO quality_routedslot
    (step_id, policy_id, assignment_id, item_id, change, reason, place, priority, probability,
     n_labels, confidence, margin)
SELECT %(step)s, %(policy)s, closed.id, closed.item_id, 'closed', wish.reason, wish.place,
       closed.priority, 1, wish.n_labels, wish.confidence, wish.margin
  FROM closed JOIN routing_close AS wish ON wish.item_id = closed.item_id
 ORDER BY wish.place, closed.id
"""


def close_own_slots(policy: RoutingPolicy) -> int:
    """Close what the policy opened and nobody has taken; how many that were."""
    return _run(_CLOSE_OWN, _keys(policy))


def restore_fixed_slots(policy: RoutingPolicy) -> int:
    """Let the slots of the fixed overlap wait again that were closed; how many that were."""
    lock_queue(policy.project_id)
    return _run(_RESTORE, {"question": policy.question_id})


def close_slots(step: RoutingStep, rows: Sequence[tuple[Any, ...]]) -> int:
    """Close surplus slots of these items (rows as `WISH_COLUMNS`), each with its reason."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WISHES)
    copy_rows("routing_close", WISH_COLUMNS, rows)
    return _run(_CLOSE, {**_keys(step.policy), "step": step.pk})


def _keys(policy: RoutingPolicy) -> dict[str, Any]:
    unended = RoutingPolicy.objects.filter(project=policy.project_id).unended()
    return {
        "project": policy.project_id,
        "policy": policy.pk,
        "policies": list(unended.values_list("pk", flat=True)),
    }


def _run(statement: str, keys: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
        return int(cursor.rowcount)
