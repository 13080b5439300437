"""How many answers to a question came in, by day and week, and by whom: counted in one statement.

The statement reads every answer of the question once, so only a job runs it.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from quality.models.run import PEOPLE

DAYS = 35
WEEKS = 53
SOURCE_DAYS = 28
# Kinds of sources that are people, taken together.
ALL_PEOPLE = ""
ALL_VERSIONS = 0

# The planner must expect that all is read, and hash a few million rows without spilling.
_PLANNING = "SET LOCAL work_mem = '128MB'"

# Answers are boiled down to one row a day, version, source and choice; the rest sums those. A day
# is one of the server's time zone. An answer counts on its day also when a later one superseded
# it: that was work, too. Classes are those of current answers, which count for their rater.
_ANSWERS = """
WITH said AS MATERIALIZED (
    SELECT (annotation.submitted_at AT TIME ZONE %(zone)s)::date AS day,
           annotation.version_id, annotation.source_id, label.choice_id,
           later.id IS NULL AND withdrawn.id IS NULL AS is_current, count(*) AS n
      FROM annotations_label label
      JOIN annotations_annotation annotation ON annotation.id = label.annotation_id
      LEFT JOIN annotations_annotation later
        ON later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL
      LEFT JOIN annotations_item withdrawn
        ON withdrawn.id = label.item_id AND withdrawn.withdrawn_at IS NOT NULL
     WHERE label.question_id = %(question)s AND annotation.kind = 'answer'
     GROUP BY 1, 2, 3, 4, 5
), told AS MATERIALIZED (
    SELECT said.*, date_trunc('week', said.day)::date AS week, source.kind,
           source.kind = ANY(%(people)s) AS is_person,
           coalesce(rater.kind, source.kind) AS rater_kind
      FROM said
      JOIN annotations_source source ON source.id = said.source_id
      LEFT JOIN annotations_source rater ON rater.id = source.on_behalf_of_id
)
SELECT 'days', day::text, coalesce(version_id, 0), coalesce(kind, ''), NULL::bigint,
       sum(n)::bigint, count(DISTINCT source_id)
  FROM told WHERE day >= %(first_day)s
 GROUP BY GROUPING SETS ((day, is_person), (day, version_id, is_person),
                         (day, kind), (day, version_id, kind))
HAVING is_person IS NOT FALSE
UNION ALL
SELECT 'weeks', week::text, coalesce(version_id, 0), coalesce(kind, ''), NULL,
       sum(n)::bigint, count(DISTINCT source_id)
  FROM told WHERE week >= %(first_week)s
 GROUP BY GROUPING SETS ((week, is_person), (week, version_id, is_person),
                         (week, kind), (week, version_id, kind))
HAVING is_person IS NOT FALSE
UNION ALL
SELECT 'totals', NULL, coalesce(version_id, 0), coalesce(kind, ''), NULL,
       sum(n)::bigint, count(DISTINCT source_id)
  FROM told
 GROUP BY GROUPING SETS ((is_person), (version_id, is_person), (kind), (version_id, kind))
HAVING is_person IS NOT FALSE
UNION ALL
SELECT 'sources', NULL, version_id, kind, source_id, sum(n)::bigint, 1
  FROM told WHERE day >= %(source_day)s
 GROUP BY version_id, kind, source_id
UNION ALL
SELECT 'classes', greatest(week, %(first_week)s)::text, version_id, rater_kind, choice_id,
       sum(n)::bigint, 0
  FROM told WHERE is_current AND choice_id IS NOT NULL
 GROUP BY 2, 3, 4, 5
 ORDER BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Counts:
    """Rows of numbers, ready for JSON. Version 0: all of them; kind "": all people.

    days, weeks: [first day, version, kind, answers, sources]; totals: the same without a day;
    sources: [source, version, kind, answers] of the last `SOURCE_DAYS`;
    classes: [week, version, kind of rater, choice, current answers], old weeks in the first one.
    """

    days: list[list[Any]]
    weeks: list[list[Any]]
    totals: list[list[Any]]
    sources: list[list[Any]]
    classes: list[list[Any]]

    @property
    def as_json(self) -> dict[str, list[list[Any]]]:
        return asdict(self)


def count_answers(question_id: int, today: date) -> Counts:
    """All answers to a question: about a second for a million. Inside a transaction."""
    counts = Counts([], [], [], [], [])
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING)
        cursor.execute(
            _ANSWERS,
            {
                "zone": settings.TIME_ZONE,
                "question": question_id,
                "people": PEOPLE,
                "first_day": today - timedelta(days=DAYS - 1),
                "first_week": first_week(today),
                "source_day": today - timedelta(days=SOURCE_DAYS - 1),
            },
        )
        for what, at, version, kind, which, n, sources in cursor.fetchall():
            if what == "sources":
                counts.sources.append([which, version, kind, n])
            elif what == "classes":
                counts.classes.append([at, version, kind, which, n])
            elif what == "totals":
                counts.totals.append([version, kind, n, sources])
            else:
                getattr(counts, what).append([at, version, kind, n, sources])
    return counts


def first_week(today: date) -> date:
    """The Monday with which the oldest week on the overview begins."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
