"""How far a project is: its slots by state, and how many were answered on each of the last days.

Counted over all slots, so only a job asks. (The labeling screen has counters of its own.)
"""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from quality.queries.overview.throughput_forecast import forecast

PACE_DAYS = 14
# States of slots that somebody has still to answer.
WAITING = ("open", "leased", "reserved")

_SLOTS = """
SELECT slot.state, count(*)
  FROM annotations_assignment slot
 WHERE slot.project_id = %(project)s
   AND NOT EXISTS (SELECT FROM annotations_item item
                    WHERE item.id = slot.item_id AND item.withdrawn_at IS NOT NULL)
 GROUP BY slot.state
"""

# A slot is finished by its first answer: neither by a revision, nor by a skip, which makes another
# slot in its place.
_PACE = """
SELECT (answer.created_at AT TIME ZONE %(zone)s)::date, count(*)
  FROM annotations_annotation answer
  LEFT JOIN annotations_annotation previous
    ON previous.id = answer.supersedes_id AND previous.assignment_id = answer.assignment_id
 WHERE answer.project_id = %(project)s AND answer.created_at >= %(since)s
   AND answer.kind = 'answer' AND answer.assignment_id IS NOT NULL AND previous.id IS NULL
 GROUP BY 1
"""

_BEGUN = """
SELECT min(created_at) FROM annotations_annotation
 WHERE project_id = %(project)s AND assignment_id IS NOT NULL
"""


def count_progress(project_id: int, today: date) -> dict[str, Any]:
    """{"slots": {state: n}, "pace": [n of each whole day, oldest first], "forecast": {...}}.

    Days before anybody began are no days without work: the pace is that of at most 14 whole days
    since the first answer.
    """
    zone = timezone.get_default_timezone()
    first = today - timedelta(days=PACE_DAYS)
    asked = {
        "project": project_id,
        "zone": settings.TIME_ZONE,
        "since": datetime.combine(first, time(), zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, asked)
        slots = dict(cursor.fetchall())
        cursor.execute(_PACE, asked)
        answered = dict(cursor.fetchall())
        cursor.execute(_BEGUN, asked)
        begun = cursor.fetchone()[0]
    start = max(first, timezone.localtime(begun, zone).date()) if begun else today
    pace = [
        answered.get(start + timedelta(days=number), 0) for number in range((today - start).days)
    ]
    remaining = sum(slots.get(state, 0) for state in WAITING)
    return {
        "slots": slots,
        "pace": pace,
        "pace_from": start.isoformat(),
        "forecast": asdict(forecast(pace, remaining)),
    }
