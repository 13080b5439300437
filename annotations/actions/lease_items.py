"""Hand out the next items: one statement that renews, searches and locks (ADR 0005)."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.check_draw import reserve_checks
from annotations.actions.release_expired_leases import release_expired_leases
from annotations.queries.serving import Serving, serving_of
from core.errors import Conflict
from core.prepared import Prepared
from projects.models import Project

# An annotator never holds more than this, however often a client asks.
MOST_HELD = 20
# Open slots after the cursor that are looked at per lane: the work of one call has this bound,
# whoever has done whatever before.
WINDOW = 200
# How long a person who found nothing waits before the queue is searched from its start again.
SWEEP_SECONDS = 10.0
MOST_RACES = 8

_LEASE = """
WITH RECURSIVE
held AS MATERIALIZED (
    SELECT a.id, a.item_id, a.version_id, a.priority, a.position, a.lease_until,
           a.round, a.show_previous,
           a.lease_until < statement_timestamp() + %(lease)s / 2 AS is_stale
    FROM annotations_assignment AS a
    JOIN annotations_item AS i ON i.id = a.item_id AND i.withdrawn_at IS NULL
    WHERE a.project_id = %(project)s AND a.annotator_id = %(annotator)s AND a.state = 'leased'
),
renewed AS (
    UPDATE annotations_assignment AS a SET lease_until = statement_timestamp() + %(lease)s
    FROM (
        SELECT id FROM annotations_assignment
        WHERE id IN (SELECT id FROM held WHERE is_stale)
          AND state = 'leased' AND annotator_id = %(annotator)s
        ORDER BY id FOR UPDATE SKIP LOCKED
    ) AS stale
    WHERE a.id = stale.id
    RETURNING a.id, a.lease_until
),
version AS MATERIALIZED (
    SELECT v.id, v.guideline_id, v.reading_number
    FROM guidelines_guidelineversion AS v
    JOIN guidelines_guideline AS g ON g.id = v.guideline_id
    WHERE g.project_id = %(project)s AND v.state = 'published'
    ORDER BY v.number DESC LIMIT 1
),
gate AS MATERIALIZED (
    SELECT CASE
        WHEN (
            SELECT pause.state FROM annotations_pause AS pause
            WHERE pause.project_id = %(project)s AND pause.person_id = %(annotator)s
            ORDER BY pause.id DESC LIMIT 1
        ) = 'paused' THEN 'paused'
        WHEN version.reading_number > 0 AND NOT EXISTS (
            SELECT FROM guidelines_acknowledgement AS seen
            JOIN guidelines_guidelineversion AS v ON v.id = seen.version_id
            WHERE seen.person_id = %(annotator)s AND v.guideline_id = version.guideline_id
              AND v.number >= version.reading_number
        ) THEN 'reading'
        WHEN project.training_items > 0 AND NOT EXISTS (
            SELECT FROM annotations_trainingresult AS result
            WHERE result.project_id = %(project)s AND result.person_id = %(annotator)s
              AND result.passed
        ) THEN 'training'
        END AS reason
    FROM projects_project AS project LEFT JOIN version ON true
    WHERE project.id = %(project)s
),
wanted AS MATERIALIZED (
    SELECT CASE WHEN EXISTS (SELECT FROM gate WHERE reason IS NULL) THEN greatest(0, least(
        %(count)s - count(*) FILTER (WHERE id <> ALL(%(have)s)), {most_held} - count(*)
    )) ELSE 0 END AS places
    FROM held
),
reserved AS MATERIALIZED (
    SELECT a.id, a.item_id FROM annotations_assignment AS a
    WHERE a.project_id = %(project)s AND a.reserved_for_id = %(annotator)s
      AND a.state = 'reserved'
      AND (SELECT i.withdrawn_at FROM annotations_item AS i WHERE i.id = a.item_id) IS NULL
      AND (a.purpose = 'repeat' OR (
        SELECT 1 FROM annotations_assignment AS mine
        WHERE mine.item_id = a.item_id AND mine.annotator_id = %(annotator)s
          AND (mine.round = a.round OR a.purpose = 'gold') LIMIT 1
    ) IS NULL)
    ORDER BY a.priority, a.position
    LIMIT (SELECT places FROM wanted WHERE EXISTS (SELECT 1 FROM version))
    FOR UPDATE SKIP LOCKED
),
lanes(priority) AS (
    (
        SELECT a.priority FROM annotations_assignment AS a
        WHERE a.project_id = %(project)s AND a.state = 'open'
        ORDER BY a.priority LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT a.priority FROM annotations_assignment AS a
        WHERE a.project_id = %(project)s AND a.state = 'open' AND a.priority > lanes.priority
        ORDER BY a.priority LIMIT 1
    )
    FROM lanes WHERE lanes.priority IS NOT NULL
),
taken AS MATERIALIZED (
    SELECT slot.id, slot.item_id, lanes.priority, candidate.position
    FROM lanes
    CROSS JOIN LATERAL (
        SELECT coalesce(max(a.position), -1) AS position
        FROM annotations_assignment AS a
        WHERE {after_own} AND a.project_id = %(project)s
          AND a.annotator_id = %(annotator)s AND a.priority = lanes.priority
    ) AS cursor
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (position, item_id) position, item_id
        FROM (
            SELECT a.position, a.item_id FROM annotations_assignment AS a
            WHERE a.project_id = %(project)s AND a.state = 'open'
              AND a.priority = lanes.priority AND a.position > cursor.position
            ORDER BY a.position, a.item_id LIMIT {window}
        ) AS nearest
        ORDER BY position, item_id
    ) AS candidate
    CROSS JOIN LATERAL (
        SELECT a.id, a.item_id FROM annotations_assignment AS a
        WHERE a.project_id = %(project)s AND a.state = 'open' AND a.priority = lanes.priority
          AND a.position = candidate.position AND a.item_id = candidate.item_id
        LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS slot
    WHERE (
        SELECT 1 FROM annotations_assignment AS mine
        WHERE mine.item_id = candidate.item_id
          AND %(annotator)s IN (mine.annotator_id, mine.reserved_for_id) LIMIT 1
    ) IS NULL
      AND candidate.item_id NOT IN (SELECT item_id FROM reserved)
      AND (
        SELECT i.withdrawn_at FROM annotations_item AS i WHERE i.id = candidate.item_id
    ) IS NULL
    LIMIT (
        SELECT places - (SELECT count(*) FROM reserved) FROM wanted
        WHERE EXISTS (SELECT 1 FROM version)
    )
),
leased AS (
    UPDATE annotations_assignment AS a
    SET state = 'leased', annotator_id = %(annotator)s, version_id = version.id,
        leased_at = statement_timestamp(), lease_until = statement_timestamp() + %(lease)s,
        -- A check gets a place among what is handed out with it, else behind what was: to stand
        -- first, now or after a reload, would tell. Neither moves the person's cursor.
        position = CASE WHEN a.purpose = 'label' THEN a.position ELSE coalesce(
            (
                SELECT taken.position FROM taken WHERE taken.priority = a.priority
                ORDER BY hashint8(taken.id # a.id) LIMIT 1
            ),
            (
                SELECT max(mine.position) FROM annotations_assignment AS mine
                WHERE mine.project_id = %(project)s AND mine.annotator_id = %(annotator)s
                  AND mine.priority = a.priority
            ),
            a.position
        ) END
    FROM (
        (SELECT DISTINCT ON (item_id) id FROM taken ORDER BY item_id)
        UNION ALL SELECT id FROM reserved
    ) AS chosen, version
    WHERE a.id = chosen.id AND a.state IN ('open', 'reserved')
    RETURNING a.id, a.item_id, a.version_id, a.priority, a.position, a.lease_until,
              a.round, a.show_previous
)
SELECT wanted.places, gate.reason, served.is_new, served.id, served.version_id, served.lease_until,
       served.priority, item.id, item.external_id, item.payload, item.metadata, draft.values,
       served.round, served.show_previous
FROM wanted CROSS JOIN gate
LEFT JOIN (
    SELECT false AS is_new, held.id, held.item_id, held.version_id, held.priority, held.position,
           coalesce(renewed.lease_until, held.lease_until) AS lease_until,
           held.round, held.show_previous
    FROM held LEFT JOIN renewed ON renewed.id = held.id
    WHERE held.id <> ALL(%(have)s)
    UNION ALL
    SELECT true, id, item_id, version_id, priority, position, lease_until, round, show_previous
    FROM leased
) AS served ON true
LEFT JOIN annotations_item AS item ON item.id = served.item_id
LEFT JOIN annotations_draft AS draft
    ON draft.assignment_id = served.id AND draft.annotator_id = %(annotator)s
    AND draft.refused_id IS NULL
ORDER BY served.is_new, served.priority, served.position, served.id
"""

# Planned once per connection: planning it costs more than running it.
_NEXT = Prepared(
    "next_items",
    _LEASE.format(after_own="true", window=WINDOW, most_held=MOST_HELD),
    project="bigint",
    annotator="bigint",
    lease="interval",
    count="bigint",
    have="bigint[]",
)
# The rare search from the start of the queue.
_SWEEP = _LEASE.format(after_own="false", window="ALL", most_held=MOST_HELD)

# When each (project, annotator) last searched in vain; per process, a hint and no truth.
_dry: dict[tuple[int, int], float] = {}
MOST_DRY = 10_000


@dataclass(frozen=True)
class Lease:
    """What is handed out. `gate` is what the person must do before they get more: "reading" the
    changes of the guideline, "training", "paused" (somebody has to let them go on), or ""."""

    servings: list[Serving]
    gate: str


def lease_items(
    *, project: Project, by: User, count: int, have: Sequence[int] = ()
) -> list[Serving]:
    """The items of `lease`."""
    return lease(project=project, by=by, count=count, have=have).servings


def lease(*, project: Project, by: User, count: int, have: Sequence[int] = ()) -> Lease:
    """Up to `count` items that the annotator holds but does not name in `have`.

    Leases that are still theirs come first (renewed), then slots reserved for them, then open
    ones, in the order of priority and position. Checks are drawn here, and come as reserved slots.
    Who is paused, or has to read or to train first, keeps what they hold, and gets nothing new.
    Time is the database's, never that of a web server. Raises Conflict when the project is closed.
    """
    if not project.is_open:
        raise Conflict(
            _("This project is closed: nothing is handed out and no answers are taken."),
            code="project_closed",
        )
    key = (project.pk, by.pk)
    places, found, leased = _lease(project, by, count, have, sweep=False)
    if found or not places:
        return leased
    if time.monotonic() - _dry.get(key, -SWEEP_SECONDS) < SWEEP_SECONDS:
        return leased
    # Nothing after the cursor. What lies before it can only have been locked by somebody who then
    # gave up, or have been committed late; and leases may have run out.
    release_expired_leases(project=project)
    _places, found, leased = _lease(project, by, count, have, sweep=True)
    if found:
        _dry.pop(key, None)
    else:
        if len(_dry) >= MOST_DRY:
            _dry.clear()
        _dry[key] = time.monotonic()
    return leased


def _lease(
    project: Project, by: User, count: int, have: Sequence[int], *, sweep: bool
) -> tuple[int, bool, Lease]:
    """How many places there were, whether any was filled, and what is on the screen next."""
    for _attempt in range(MOST_RACES):
        try:
            # One commit, whether or not a check is drawn: its time would tell.
            has_checks = project.gold_rate or project.repeat_rate
            with transaction.atomic() if has_checks else nullcontext():
                rows = _rows(project, by, count, have, sweep)
                fresh = [row[3] for row in rows if row[2]]
                if fresh:
                    reserve_checks(project=project, by=by, slots=fresh)
        except IntegrityError:
            # Two tabs of the same person reached for two slots of one item: look again.
            continue
        servings = [serving_of(row[3:]) for row in rows if row[3] is not None]
        return rows[0][0], bool(fresh), Lease(servings, rows[0][1] or "")
    raise Conflict(_("Too many requests at once. Please try again."), code="busy")


def _rows(
    project: Project, by: User, count: int, have: Sequence[int], sweep: bool
) -> list[tuple[Any, ...]]:
    parameters: dict[str, Any] = {
        "project": project.pk,
        "annotator": by.pk,
        "lease": timedelta(minutes=project.lease_minutes),
        "count": max(0, min(count, MOST_HELD)),
        "have": list(have),
    }
    with connection.cursor() as cursor:
        if sweep:
            cursor.execute(_SWEEP, parameters)
        else:
            _NEXT.execute(cursor, parameters)
        return cursor.fetchall()
