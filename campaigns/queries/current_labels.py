"""The bridge from rows to arrays: current labels made before a version, and the pace of people."""

from collections.abc import Callable

import numpy as np
from django.db import connection

from campaigns.impact import CurrentLabels
from core.copying import stream
from projects.models import Project

# The planner must expect that all is read, and hash a few million rows without spilling.
_PLANNING = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '128MB'"

# The ends of all lines of revisions, of items that are not withdrawn; all labels of a rater travel
# as one value, which costs a tenth of a row per label.
_LABELS = """
SELECT coalesce(source.on_behalf_of_id, source.id),
       string_agg(int8send(label.item_id) || int8send(label.choice_id), ''::bytea)
  FROM annotations_label label
  JOIN annotations_annotation annotation ON annotation.id = label.annotation_id
  JOIN annotations_source source ON source.id = annotation.source_id
 WHERE annotation.project_id = %(project)s
   AND annotation.kind = 'answer'
   AND label.choice_id IS NOT NULL
   AND annotation.version_id IN (
           SELECT made.id FROM guidelines_guidelineversion made
             JOIN guidelines_guideline guideline ON guideline.id = made.guideline_id
            WHERE guideline.project_id = %(project)s AND made.number < %(number)s)
   AND NOT EXISTS (
           SELECT FROM annotations_annotation later
            WHERE later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL)
   AND NOT EXISTS (
           SELECT FROM annotations_item item
            WHERE item.id = label.item_id AND item.withdrawn_at IS NOT NULL)
 GROUP BY 1
"""

_PACE = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY annotation.active_ms), count(*)
  FROM annotations_annotation annotation
 WHERE annotation.project_id = %(project)s
   AND annotation.kind = 'answer' AND annotation.active_ms > 0
"""


def current_labels(
    project: Project, *, before_number: int, report: Callable[[int], None]
) -> CurrentLabels:
    """Current labels made under versions before this number; `report` hears how many were read."""
    parts = []
    read = 0
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING)
    parameters = {"project": project.pk, "number": before_number}
    for rows in stream(_LABELS, parameters, size=1):
        for rater, value in rows:
            said = np.frombuffer(value, ">i8").reshape(-1, 2).astype(np.int64)
            parts.append(np.column_stack([said, np.full(len(said), rater)]))
            read += len(said)
            report(read)
    columns = np.concatenate(parts) if parts else np.empty((0, 3), np.int64)
    items, choices, raters = np.ascontiguousarray(columns.T)
    return CurrentLabels(items=items, raters=raters, choices=choices)


def median_pace(project: Project) -> tuple[float | None, int]:
    """Milliseconds of active time per answer, and from how many answers; None without any."""
    with connection.cursor() as cursor:
        cursor.execute(_PACE, {"project": project.pk})
        median, answers = cursor.fetchone()
    return (None if median is None else float(median)), int(answers)
