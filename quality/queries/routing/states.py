"""What adaptive overlap reads, once per step: slots of every item, people, pace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from core.copying import stream
from projects.models import Project
from projects.roles import ROLE_PERMISSIONS, Permission
from quality.queries.labels import IdArray

# Who answered within it is taken to be at work.
PRESENT = timedelta(minutes=30)
# Items that travel as one value.
_ITEMS_AT_ONCE = 1 << 18
_COLUMNS = 6
# Answers that took longer were interrupted; they count as this long.
LONGEST_MS = 10 * 60_000
TIMED_ANSWERS = 2000

_LABELING_ROLES = sorted(
    role.value for role, allowed in ROLE_PERMISSIONS.items() if Permission.LABEL in allowed
)

_LABELERS = """
SELECT user_id FROM projects_membership
 WHERE project_id = %s AND left_at IS NULL AND roles && %s::varchar[] ORDER BY user_id
"""

# Slots of unended policies by whoever opened them last; a slot that replaces a skipped one is of
# the policy that opened the one it replaces.
OPENED = """
opened AS MATERIALIZED (
    SELECT DISTINCT ON (routed.assignment_id) routed.assignment_id, routed.policy_id
      FROM quality_routedslot AS routed
     WHERE routed.policy_id = ANY(%(policies)s::bigint[]) AND routed.change = 'opened'
     ORDER BY routed.assignment_id, routed.id DESC
)
"""

# Items that were not withdrawn and are not gold, each with its slots of the first labeling.
_STATES = f"""
WITH {OPENED}
SELECT string_agg(int8send(item.id) || int8send(coalesce(slots.waiting, 0))
                  || int8send(coalesce(slots.own, 0)) || int8send(coalesce(slots.others, 0))
                  || int8send(coalesce(slots.on_screen, 0)) || int8send(coalesce(slots.had, 0)),
                  ''::bytea)
  FROM annotations_item AS item
  LEFT JOIN (
        SELECT slot.item_id,
               count(*) FILTER (WHERE slot.state IN ('open', 'reserved')) AS waiting,
               count(*) FILTER (WHERE slot.state IN ('open', 'reserved')
                   AND coalesce(opened.policy_id, first.policy_id) = %(policy)s) AS own,
               count(*) FILTER (WHERE slot.state IN ('open', 'reserved')
                   AND coalesce(opened.policy_id, first.policy_id) <> %(policy)s) AS others,
               count(*) FILTER (WHERE slot.state = 'leased') AS on_screen,
               count(*) FILTER (WHERE slot.annotator_id = ANY(%(people)s::bigint[])) AS had
          FROM annotations_assignment AS slot
          LEFT JOIN opened ON opened.assignment_id = slot.id
          LEFT JOIN opened AS first ON first.assignment_id = slot.replaces_id
         WHERE slot.project_id = %(project)s AND slot.round = 0 AND slot.state <> 'closed'
         GROUP BY slot.item_id
  ) AS slots ON slots.item_id = item.id
 WHERE item.project_id = %(project)s AND item.withdrawn_at IS NULL
   AND NOT EXISTS (
           SELECT FROM annotations_golditem AS gold
            WHERE gold.item_id = item.id AND gold.retired_at IS NULL)
 GROUP BY item.id / %(at_once)s
"""

_DECIDED = """
SELECT DISTINCT decision.item_id FROM quality_adjudication AS decision
 WHERE decision.question_id = %s AND NOT EXISTS (
           SELECT FROM quality_adjudication AS later WHERE later.supersedes_id = decision.id)
"""

_PRESENT = """
SELECT source.person_id, count(*)
  FROM annotations_annotation AS said
  JOIN annotations_source AS source ON source.id = said.source_id
 WHERE said.project_id = %s AND said.created_at > %s AND source.kind = 'human'
 GROUP BY source.person_id
"""

_HAD = """
SELECT item_id, annotator_id FROM annotations_assignment
 WHERE item_id = ANY(%s::bigint[]) AND annotator_id = ANY(%s::bigint[])
"""

_TIMED = """
SELECT said.active_ms
  FROM annotations_annotation AS said
 WHERE said.project_id = %s AND said.assignment_id IS NOT NULL AND said.kind = 'answer'
   AND said.active_ms IS NOT NULL
 ORDER BY said.created_at DESC LIMIT %s
"""
# The last hour that ended with an answer.
_HOURLY = """
SELECT count(*) FROM annotations_annotation AS said,
       (SELECT max(created_at) AS at FROM annotations_annotation
         WHERE project_id = %s AND assignment_id IS NOT NULL) AS last
 WHERE said.project_id = %s AND said.assignment_id IS NOT NULL AND said.supersedes_id IS NULL
   AND said.created_at > last.at - interval '1 hour'
"""


@dataclass(frozen=True, eq=False)
class SlotColumns:
    """Slots of the first labeling by item, as parallel columns; see `ItemStates`.

    `had`: how many of the people who label here have or had a slot of the item.
    """

    items: IdArray
    waiting: IdArray
    own: IdArray
    others: IdArray
    on_screen: IdArray
    had: IdArray


@dataclass(frozen=True)
class Pace:
    """How fast people answer: mean active time per answer, and answers in their last hour.

    `ms_per_label` is None when nobody's time was measured; `ms_low` and `ms_high` bound it at 95 %.
    """

    ms_per_label: float | None
    ms_low: float | None
    ms_high: float | None
    n_timed: int
    per_hour: int


def labelers(project: Project) -> list[int]:
    """Ids of the people who label here."""
    with connection.cursor() as cursor:
        cursor.execute(_LABELERS, [project.pk, _LABELING_ROLES])
        return [row[0] for row in cursor.fetchall()]


def slot_columns(
    project: Project, *, policy: int | None, policies: Sequence[int], people: Sequence[int]
) -> SlotColumns:
    """The slots of all items; `policies` are the unended ones, `policy` the one that asks."""
    keys: dict[str, Any] = {
        "project": project.pk,
        "policy": policy or 0,
        "policies": list(policies),
        "people": list(people),
        "at_once": _ITEMS_AT_ONCE,
    }
    parts = [
        np.frombuffer(value, ">i8").reshape(-1, _COLUMNS).astype(np.int64)
        for rows in stream(_STATES, keys, size=1)
        for (value,) in rows
    ]
    columns = np.concatenate(parts) if parts else np.empty((0, _COLUMNS), np.int64)
    columns = columns[np.argsort(columns[:, 0])]
    return SlotColumns(*np.ascontiguousarray(columns.T))


def decided_items(question: int) -> IdArray:
    """Items that a person has decided, whatever the decision."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, [question])
        return np.array([row[0] for row in cursor.fetchall()], np.int64)


def present_people(project: Project, *, now: datetime) -> dict[int, int]:
    """Who answered within the last half hour, and how often."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, [project.pk, now - PRESENT])
        return dict(cursor.fetchall())


def had_by(items: IdArray, people: Sequence[int]) -> set[tuple[int, int]]:
    """(item, person) of everybody who has or had a slot of these items."""
    with connection.cursor() as cursor:
        cursor.execute(_HAD, [items.tolist(), list(people)])
        return set(cursor.fetchall())


def measured_pace(project: Project) -> Pace:
    """From the latest answers that people gave on the labeling screen."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMED, [project.pk, TIMED_ANSWERS])
        timed = np.array([row[0] for row in cursor.fetchall()], np.float64)
        cursor.execute(_HOURLY, [project.pk, project.pk])
        per_hour = int(cursor.fetchone()[0])
    if not timed.size:
        return Pace(None, None, None, 0, per_hour)
    timed = np.minimum(timed, LONGEST_MS)
    mean = float(timed.mean())
    half = 1.96 * float(timed.std(ddof=1)) / timed.size**0.5 if timed.size > 1 else mean
    return Pace(mean, max(0.0, mean - half), mean + half, int(timed.size), per_hour)


def counts_at(items: IdArray, known: IdArray, counts: IdArray) -> IdArray:
    """`counts` of the `known` items (ascending) for each of `items`; 0 where they are not known."""
    found, where = _places(items, known)
    return np.where(found, counts[where] if counts.size else 0, 0)


def rows_at(
    items: IdArray, known: IdArray, rows: npt.NDArray[np.float64], default: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The same for rows of a matrix; `default` where the item is not known."""
    found, where = _places(items, known)
    result = np.tile(default, (items.size, 1))
    result[found] = rows[where[found]]
    return result


def _places(items: IdArray, known: IdArray) -> tuple[npt.NDArray[np.bool_], IdArray]:
    where = np.searchsorted(known, items)
    where = np.minimum(where, max(known.size - 1, 0))
    found = known[where] == items if known.size else np.zeros(items.shape, bool)
    return found, where
