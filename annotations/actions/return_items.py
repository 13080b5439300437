"""Give unfinished leases back, so that nobody waits for them."""

from collections.abc import Sequence

from django.db import connection

from accounts.models import User
from annotations.models import RESERVED_POSITIONS, RETURNED_PRIORITY
from projects.models import Project

_RETURN = """
UPDATE annotations_assignment
SET state = CASE WHEN reserved_for_id IS NULL THEN 'open' ELSE 'reserved' END,
    previous_annotator_id = annotator_id, annotator_id = NULL, lease_until = NULL,
    priority = least(priority, %(priority)s),
    position = nextval('annotations_position_seq')
        + CASE WHEN reserved_for_id IS NULL THEN 0 ELSE %(reserved)s END
WHERE project_id = %(project)s AND annotator_id = %(annotator)s AND state = 'leased'
  AND (%(all)s OR id = ANY(%(assignments)s::bigint[]))
"""


def return_items(*, project: Project, by: User, assignments: Sequence[int] | None = None) -> int:
    """Open these slots again (all of the annotator's by default); how many there were.

    A slot that was reserved for them is reserved again.
    What is not theirs, or answered already, stays as it is. Drafts stay with their annotator.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RETURN,
            {
                "project": project.pk,
                "annotator": by.pk,
                "priority": RETURNED_PRIORITY,
                "reserved": RESERVED_POSITIONS,
                "all": assignments is None,
                "assignments": list(assignments or ()),
            },
        )
        return int(cursor.rowcount)
