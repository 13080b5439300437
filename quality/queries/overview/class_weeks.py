"""How often each class was marked or chosen, by week, where an answer can name several.

The statement reads every current answer to the question once, so only a job runs it.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from guidelines.models import Question
from quality.kinds import KIND_QUALITY
from quality.queries.overview.throughput import first_week

# The keys that one answer names, as often as it names them; of shares the class with the largest,
# the first by key among equals, as `quality.kinds.classes_in` has it.
_CHOSEN = "SELECT chosen FROM jsonb_array_elements_text(label.value -> 'choices') AS chosen"
_MARKED = "SELECT mark ->> 'choice' FROM jsonb_array_elements(label.value -> %(elements)s) AS mark"
_LARGEST = """
    SELECT share.key FROM jsonb_each(label.value -> 'shares') AS share
     ORDER BY share.value DESC, share.key COLLATE "C" LIMIT 1
"""

# As in `quality.queries.overview.throughput`: current answers of items that are not withdrawn,
# which count for their rater; old weeks in the first one.
_CLASSES = """
SELECT greatest(date_trunc('week', (annotation.submitted_at AT TIME ZONE %(zone)s))::date,
                %(first_week)s)::text,
       annotation.version_id, coalesce(rater.kind, source.kind), choice.id, count(*)
  FROM annotations_label label
  JOIN annotations_annotation annotation ON annotation.id = label.annotation_id
  LEFT JOIN annotations_annotation later
    ON later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL
  LEFT JOIN annotations_item withdrawn
    ON withdrawn.id = label.item_id AND withdrawn.withdrawn_at IS NOT NULL
  JOIN annotations_source source ON source.id = annotation.source_id
  LEFT JOIN annotations_source rater ON rater.id = source.on_behalf_of_id
 CROSS JOIN LATERAL ({keys}) AS named (key)
  JOIN guidelines_choice choice
    ON choice.question_id = label.question_id AND choice.key = named.key
 WHERE label.question_id = %(question)s AND annotation.kind = 'answer'
   AND later.id IS NULL AND withdrawn.id IS NULL
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, 3, 4
"""


def count_classes(question: Question, today: date) -> list[list[Any]]:
    """[week, version, kind of rater, choice, times named], for kinds with classes but choice.

    The work grows with the answers to the question. Inside a transaction.
    """
    kind = KIND_QUALITY.get(question.kind)
    if kind is None or not kind.elements:
        return []
    keys = {"choices": _CHOSEN, "shares": _LARGEST}.get(kind.elements, _MARKED)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLASSES.format(keys=keys),
            {
                "zone": settings.TIME_ZONE,
                "question": question.pk,
                "elements": kind.elements,
                "first_week": first_week(today),
            },
        )
        return [list(row) for row in cursor.fetchall()]
