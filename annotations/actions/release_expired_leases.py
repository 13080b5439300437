"""Leases that ran out go back to the queue."""

from django.db import connection

from annotations.models import RETURNED_PRIORITY
from projects.models import Project

BATCH = 500

_RELEASE = """
UPDATE annotations_assignment AS a
SET state = 'open', previous_annotator_id = a.annotator_id, annotator_id = NULL,
    lease_until = NULL, priority = least(a.priority, %(priority)s),
    position = nextval('annotations_position_seq')
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
                "batch": BATCH,
            },
        )
        return int(cursor.rowcount)
