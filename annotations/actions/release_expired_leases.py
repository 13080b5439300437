"""Leases that ran out go back to the queue."""

from django.db import connection

from annotations.models import RESERVED_POSITIONS, RETURNED_PRIORITY
from projects.models import Project

BATCH = 500

_RELEASE = """
UPDATE annotations_assignment AS a
SET state = CASE WHEN a.reserved_for_id IS NULL THEN 'open' ELSE 'reserved' END,
    previous_annotator_id = a.annotator_id, annotator_id = NULL, lease_until = NULL,
    priority = least(a.priority, %(priority)s),
    position = nextval('annotations_position_seq')
        + CASE WHEN a.reserved_for_id IS NULL THEN 0 ELSE %(reserved)s END
FROM (
    SELECT id FROM annotations_assignment
    WHERE state = 'leased' AND lease_until < statement_timestamp()
      AND (%(project)s::bigint IS NULL OR project_id = %(project)s)
    ORDER BY lease_until LIMIT %(batch)s FOR UPDATE SKIP LOCKED
) AS expired
WHERE a.id = expired.id
"""


def release_expired_leases(*, project: Project | None = None) -> int:
    """One batch of expired leases, of one project or of all; how many there were.

    By the database's clock. The slot remembers who had it: a late answer still finds its place
    while nobody else has taken it. The draft stays with its annotator.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RELEASE,
            {
                "project": project.pk if project else None,
                "priority": RETURNED_PRIORITY,
                "reserved": RESERVED_POSITIONS,
                "batch": BATCH,
            },
        )
        return int(cursor.rowcount)
