"""How far a project is: counted, never kept by hand; the cache only spares counting again.

Counting a million slots takes long, so a request counts small projects only. Of a large one it
takes what is kept, or else the planner's estimate, and rings a worker to count. A cache that is
away costs a bounded count, nothing else.
"""

import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.db.backends.utils import CursorWrapper
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from accounts.models import User
from projects.models import Project

logger = logging.getLogger(__name__)

COUNT_TASK = "annotations.count_slots"
FRESH_SECONDS = 30
RING_SECONDS = 120  # beat counts projects at work more often than that by itself
KEPT_SECONDS = 3600
OWN_SECONDS = 600
# Slots up to which a request counts by itself.
SMALL = 20_000

_TOTALS = """
SELECT
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND annotator_id IS NOT NULL)
    - (SELECT count(*) FROM annotations_assignment
       WHERE project_id = %(project)s AND annotator_id IS NOT NULL AND purpose <> 'label'),
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'leased' AND purpose = 'label'),
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'open')
"""

# The same three, each up to a bound: their indexes hold them by project.
_UP_TO = """
SELECT
    (SELECT count(*) FROM (SELECT FROM annotations_assignment
     WHERE project_id = %(project)s AND annotator_id IS NOT NULL AND purpose = 'label'
     LIMIT %(bound)s) AS held),
    (SELECT count(*) FROM (SELECT FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'leased' AND purpose = 'label'
     LIMIT %(bound)s) AS leased),
    (SELECT count(*) FROM (SELECT FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'open' LIMIT %(bound)s) AS open)
"""

_PLANNED = "EXPLAIN (FORMAT JSON) SELECT FROM annotations_assignment WHERE project_id = %(project)s"
_HELD, _OPEN = " AND annotator_id IS NOT NULL", " AND state = 'open'"

_OWN = """
SELECT project_id, count(*) FROM annotations_assignment
WHERE project_id = ANY(%(projects)s::bigint[]) AND annotator_id = %(annotator)s
  AND state = 'done'
GROUP BY project_id
"""


def progress(project: Project, by: User) -> dict[str, int]:
    """{"done", "total"} in slots of the project, {"mine"} in answers of this annotator.

    Checks are no slots of the project, but an annotator's figure counts them: it moves with each
    answer, whatever the item was for.
    """
    keys = _totals_key(project.pk), _own_key(project.pk, by.pk)
    known = _get_many(keys)
    totals, mine = known.get(keys[0]), known.get(keys[1])
    if totals is None:
        totals = _first_totals(project.pk)
    elif time.time() - totals[2] > FRESH_SECONDS:
        totals = _refreshed(project.pk, totals)
    if mine is None:
        mine = _count_own([project.pk], by.pk)[project.pk]
    done, total, _at = totals
    done = max(done, mine)
    return {"done": done, "total": max(total, done), "mine": mine}


def count_totals(project_id: int) -> tuple[int, int, float]:
    """(done, total, when), counted now and kept for the next reader."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"project": project_id})
        return _kept(project_id, *cursor.fetchone())


def own_counts(by: User, projects: Sequence[Project]) -> dict[int, int]:
    """The person's answers and skips by project id: at most one statement for all of them."""
    known = _get_many([_own_key(project.pk, by.pk) for project in projects])
    counts = {project.pk: known.get(_own_key(project.pk, by.pk)) for project in projects}
    missing = [project_id for project_id, count in counts.items() if count is None]
    counts |= _count_own(missing, by.pk) if missing else {}
    return {project_id: count or 0 for project_id, count in counts.items()}


def projects_at_work() -> list[int]:
    """Projects with items on somebody's screen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT project_id FROM annotations_assignment WHERE state = 'leased'"
        )
        return [row[0] for row in cursor.fetchall()]


def note_stored(project: Project, by: User, count: int) -> None:
    """Keep the annotator's own figure current without counting; it is counted again later."""
    try:
        cache.incr(_own_key(project.pk, by.pk), count)
    except (ValueError, RedisError):
        return  # not in the cache: the next reader counts


def _first_totals(project_id: int) -> tuple[int, int, float]:
    """Exact for a small project; of a large one an estimate, which is not kept as if counted."""
    bound = SMALL + 1
    with connection.cursor() as cursor:
        cursor.execute(_UP_TO, {"project": project_id, "bound": bound})
        held, leased, waiting = cursor.fetchone()
        if held < bound and waiting < bound:
            return _kept(project_id, held, leased, waiting)
        # What was counted to its end stays; what goes on is at least as much as was counted.
        if held == bound:
            held = max(held, _planned(cursor, project_id, _HELD))
        if waiting == bound:
            waiting = max(waiting, _planned(cursor, project_id, _OPEN))
    _ring(project_id)
    totals = (held - leased, held + waiting, time.time())
    _set(_totals_key(project_id), totals, FRESH_SECONDS)
    return totals


def _refreshed(project_id: int, totals: tuple[int, int, float]) -> tuple[int, int, float]:
    if totals[1] <= SMALL:
        # It may have grown since: a file can bring a million items.
        return _first_totals(project_id)
    if time.time() - totals[2] > RING_SECONDS:
        _ring(project_id)
    return totals


def _kept(project_id: int, held: int, leased: int, waiting: int) -> tuple[int, int, float]:
    totals = (held - leased, held + waiting, time.time())
    _set(_totals_key(project_id), totals, KEPT_SECONDS)
    return totals


def _planned(cursor: CursorWrapper, project_id: int, condition: str) -> int:
    """How many rows the planner expects: its statistics, without reading the rows."""
    cursor.execute(_PLANNED + condition, {"project": project_id})
    plan = cursor.fetchone()[0]
    return int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])


def _ring(project_id: int) -> None:
    """Ask a worker to count, once in a while however many people look."""
    try:
        if cache.add(f"{_totals_key(project_id)}:rung", 1, FRESH_SECONDS):
            asked = {"project_id": project_id}
            current_app.send_task(COUNT_TASK, kwargs=asked, retry=False, expires=RING_SECONDS)
    except (RedisError, BrokerError):
        logger.warning("the cache or the broker is away; project %s is not counted", project_id)


def _count_own(projects: list[int], user_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"projects": projects, "annotator": user_id})
        counts = dict.fromkeys(projects, 0) | dict(cursor.fetchall())
    for project_id, count in counts.items():
        _set(_own_key(project_id, user_id), count, OWN_SECONDS)
    return counts


def _get_many(keys: Sequence[str]) -> dict[str, Any]:
    try:
        return cache.get_many(keys)
    except RedisError:
        return {}


def _set(key: str, value: Any, seconds: int) -> None:
    try:
        cache.set(key, value, seconds)
    except RedisError:
        logger.warning("the cache is away; %s is not kept", key)


def _totals_key(project_id: int) -> str:
    return f"annotations:progress:{project_id}"


def _own_key(project_id: int, user_id: int) -> str:
    return f"annotations:progress:{project_id}:{user_id}"
