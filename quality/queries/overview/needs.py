"""Items that need somebody: how many, and which page lists exactly those."""

from typing import Any

from django.db import connection

from annotations.queries.questions import questions_of
from projects.models import Project

# Items with a slot that waits or is on a screen; of these, those of which a slot is done.
_UNFINISHED = """
SELECT count(*), count(*) FILTER (WHERE begun)
  FROM (SELECT slot.item_id, bool_or(slot.state = 'done') AS begun
          FROM annotations_assignment slot
         WHERE slot.project_id = %(project)s
         GROUP BY slot.item_id
        HAVING bool_or(slot.state IN ('open', 'leased'))) unfinished
  JOIN annotations_item item ON item.id = unfinished.item_id AND item.withdrawn_at IS NULL
"""

# Items that somebody passed on and has not answered since.
_SKIPPED = """
SELECT count(DISTINCT skip.item_id)
  FROM annotations_annotation skip
  JOIN annotations_item item ON item.id = skip.item_id AND item.withdrawn_at IS NULL
 WHERE skip.project_id = %(project)s AND skip.kind = 'skip'
   AND NOT EXISTS (SELECT FROM annotations_annotation later WHERE later.supersedes_id = skip.id)
"""

_ITEMS = """
SELECT count(*) FROM annotations_item WHERE project_id = %(project)s AND withdrawn_at IS NULL
"""


def count_needs(project: Project) -> dict[str, Any]:
    """{"items", "unfinished", "begun", "skipped", "questions"}: items, but for the last."""
    asked = {"project": project.pk}
    with connection.cursor() as cursor:
        cursor.execute(_UNFINISHED, asked)
        unfinished, begun = cursor.fetchone()
        cursor.execute(_SKIPPED, asked)
        (skipped,) = cursor.fetchone()
        cursor.execute(_ITEMS, asked)
        (items,) = cursor.fetchone()
    return {
        "items": items,
        "unfinished": unfinished,
        "begun": begun,
        "skipped": skipped,
        "questions": questions_of(project, answered=False).count(),
    }
