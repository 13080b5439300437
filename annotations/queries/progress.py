"""How far a project is: counted, never kept by hand; the cache only spares counting again.

Counting a million slots takes long, so the figures of large projects that are being labeled are
counted by beat's task, not by a request. A cache that is away costs a count, nothing else.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from accounts.models import User
from projects.models import Project

logger = logging.getLogger(__name__)

FRESH_SECONDS = 30
KEPT_SECONDS = 3600
OWN_SECONDS = 600
# Slots up to which a request counts by itself.
SMALL = 20_000

_TOTALS = """
SELECT
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND annotator_id IS NOT NULL),
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'leased'),
    (SELECT count(*) FROM annotations_assignment
     WHERE project_id = %(project)s AND state = 'open')
"""

_OWN = """
SELECT project_id, count(*) FROM annotations_assignment
WHERE project_id = ANY(%(projects)s::bigint[]) AND annotator_id = %(annotator)s
  AND state = 'done'
GROUP BY project_id
"""


def progress(project: Project, by: User) -> dict[str, int]:
    """{"done", "total"} in slots of the project, {"mine"} in answers of this annotator."""
    keys = _totals_key(project.pk), _own_key(project.pk, by.pk)
    known = _get_many(keys)
    totals, mine = known.get(keys[0]), known.get(keys[1])
    if totals is None:
        totals = count_totals(project.pk)
    elif time.time() - totals[2] > FRESH_SECONDS:
        totals = _refreshed(project.pk, totals)
    if mine is None:
        mine = _count_own([project.pk], by.pk)[project.pk]
    done, total, _at = totals
    return {"done": max(done, mine), "total": total, "mine": mine}


def count_totals(project_id: int) -> tuple[int, int, float]:
    """(done, total, when), counted now and kept for the next reader."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"project": project_id})
        held, leased, waiting = cursor.fetchone()
    totals = (held - leased, held + waiting, time.time())
    _set(_totals_key(project_id), totals, KEPT_SECONDS)
    return totals


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


def _refreshed(project_id: int, totals: tuple[int, int, float]) -> tuple[int, int, float]:
    return count_totals(project_id) if totals[1] <= SMALL else totals


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
