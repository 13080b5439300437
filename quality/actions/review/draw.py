"""Which answers are to be reviewed: drawn in the order in which they came, each once.

A draw looks at the answers after the watermark of the project, at most `limit` of them. Whether an
item is in the sample of an annotator is a hash of the item, the annotator and the project's seed,
which nobody but the database knows: neither the annotator nor the client can choose it, and a
changed answer stays in or out of the sample. A revision of an answer that was to be reviewed is
always reviewed again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from projects.models import Project, ProjectState, ReviewMode
from quality.models import PRIORITY, ReviewCause, ReviewWatermark

LIMIT = 2_000
MOST_DRAWS = 50
# Answers that were stored at about the same time may become visible in another order.
LATE = timedelta(seconds=60)

_WINDOW = """
SELECT created_at, id, item_id, source_id, kind, supersedes_id FROM annotations_annotation
WHERE project_id = %(project)s AND (created_at, id) > (%(drawn_to)s, %(annotation)s::uuid)
ORDER BY created_at, id LIMIT %(limit)s
"""

# Of a project that reviews complete items: all answers of the items that the window completed.
_ANSWERS = {
    ReviewMode.SAMPLE: "SELECT * FROM scanned",
    ReviewMode.COMPLETE: """
        SELECT answer.*
        FROM (SELECT DISTINCT item_id FROM scanned) AS touched
        CROSS JOIN LATERAL (
            SELECT created_at, id, item_id, source_id, kind, supersedes_id
            FROM annotations_annotation AS said WHERE said.item_id = touched.item_id OFFSET 0
        ) AS answer
        WHERE NOT EXISTS (
            SELECT FROM annotations_assignment AS slot
            WHERE slot.item_id = touched.item_id AND slot.state IN ('open', 'leased', 'reserved')
        )
    """,
}

# Materialised step by step, and looked up row by row: what a draw costs is bounded by the window,
# however much was answered before. (A join here is planned over all answers of the project.)
_DRAW = """
WITH scanned AS MATERIALIZED ({window}),
considered AS MATERIALIZED ({answers}),
due AS MATERIALIZED (
    SELECT * FROM considered
    WHERE kind = 'answer'
      AND (SELECT kind FROM annotations_source WHERE id = source_id) = 'human'
      AND (SELECT withdrawn_at FROM annotations_item WHERE id = item_id) IS NULL
      AND (
        SELECT 1 FROM annotations_annotation AS later
        WHERE later.supersedes_id = considered.id LIMIT 1
      ) IS NULL
),
drawn AS MATERIALIZED (
    SELECT due.*,
        CASE
            WHEN (
                SELECT 1 FROM quality_reviewcase AS earlier
                WHERE earlier.annotation_id = due.supersedes_id LIMIT 1
            ) = 1 THEN 'again'
            WHEN %(mode)s = 'complete' THEN 'complete'
            WHEN (
                SELECT count(*) FROM (
                    SELECT FROM annotations_annotation AS earlier
                    WHERE earlier.source_id = due.source_id
                      AND earlier.supersedes_id IS NULL
                      AND earlier.created_at <= due.created_at
                      AND (earlier.created_at, earlier.id) < (due.created_at, due.id)
                    ORDER BY earlier.created_at LIMIT %(newcomers)s
                ) AS first
            ) < %(newcomers)s THEN 'newcomer'
            WHEN (hashint8extended(due.item_id, %(seed)s + due.source_id)
                  & 1073741823) %% 10000 < %(share)s * 100 THEN 'share'
        END AS cause
    FROM due
)
INSERT INTO quality_reviewcase
    (project_id, annotation_id, item_id, source_id, cause, priority, created_at)
SELECT %(project)s, id, item_id, source_id, cause,
       (%(priorities)s::jsonb ->> cause)::smallint, %(now)s
FROM drawn
WHERE cause IS NOT NULL
ORDER BY created_at, id
ON CONFLICT (annotation_id) DO NOTHING
"""

# What was changed before anybody looked at it is not looked at any more.
_CLOSE = """
WITH scanned AS MATERIALIZED ({window})
UPDATE quality_reviewcase AS waiting
SET done_at = %(now)s, reviewer_id = NULL, lease_until = NULL
FROM scanned
WHERE waiting.annotation_id = scanned.supersedes_id AND waiting.done_at IS NULL
"""


@transaction.atomic
def draw_reviews(*, project: Project, now: datetime, limit: int = LIMIT) -> int:
    """How many answers were looked at; fewer than `limit` when all were. Nothing with review off.

    Two draws at once do one work: the second finds nothing to do.
    """
    if project.review == ReviewMode.OFF:
        return 0
    ReviewWatermark.objects.bulk_create(
        [ReviewWatermark(project=project, drawn_to=project.created_at, annotation=UUID(int=0))],
        ignore_conflicts=True,
    )
    marks = ReviewWatermark.objects.select_for_update(skip_locked=True).filter(project=project)
    mark = marks.first()
    if mark is None:
        return 0
    parameters = _parameters(project, mark, now, limit)
    with connection.cursor() as cursor:
        cursor.execute(_WINDOW, parameters)
        seen = cursor.fetchall()
        if not seen:
            return 0
        draw = _DRAW.format(window=_WINDOW, answers=_ANSWERS[ReviewMode(project.review)])
        cursor.execute(_CLOSE.format(window=_WINDOW), parameters)
        cursor.execute(draw, parameters)
    _move(mark, seen[-1][:2], now, is_full=len(seen) == limit)
    return len(seen)


def draw_all_reviews(*, now: datetime) -> int:
    """A bounded number of draws in each open project that reviews; how many answers were seen."""
    seen = 0
    for project in Project.objects.filter(state=ProjectState.OPEN).exclude(review=ReviewMode.OFF):
        for _draw in range(MOST_DRAWS):
            looked_at = draw_reviews(project=project, now=now)
            seen += looked_at
            if looked_at < LIMIT:
                break
    return seen


def _parameters(
    project: Project, mark: ReviewWatermark, now: datetime, limit: int
) -> dict[str, Any]:
    priorities = ", ".join(f'"{cause.value}": {PRIORITY[cause]}' for cause in ReviewCause)
    return {
        "project": project.pk,
        "mode": str(project.review),
        "share": project.review_share,
        "newcomers": project.review_newcomers,
        "seed": project.review_seed,
        "drawn_to": mark.drawn_to,
        "annotation": str(mark.annotation),
        "priorities": "{" + priorities + "}",
        "limit": limit,
        "now": now,
    }


def _move(
    mark: ReviewWatermark, last: tuple[datetime, UUID], now: datetime, *, is_full: bool
) -> None:
    """To the last answer seen; not past the last minute, whose answers are looked at again."""
    reached, annotation = last
    if reached > now - LATE and not is_full:
        reached, annotation = max(mark.drawn_to, now - LATE), UUID(int=0)
    mark.drawn_to, mark.annotation = reached, annotation
    mark.save(update_fields=["drawn_to", "annotation"])
