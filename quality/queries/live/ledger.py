"""What the ledger says of some items: the input of the live counts, by the rules of
`quality.queries.labels`."""

from collections.abc import Sequence

from django.db import connection

from quality.queries.live.codes import CODED_KINDS, SAID_SQL, code_of
from quality.queries.live.records import Said, records

Key = tuple[int, int]  # question, item

# Rows that count now or under their version, of some items of a project and some kinds of question:
# as in `quality.queries.labels`.
COUNTED_ROWS = """
  FROM annotations_annotation AS annotation
  JOIN annotations_label AS label ON label.annotation_id = annotation.id
  JOIN guidelines_question AS question ON question.id = label.question_id
  JOIN annotations_source AS source ON source.id = annotation.source_id
  JOIN annotations_source AS rater ON rater.id = coalesce(source.on_behalf_of_id, source.id)
  JOIN annotations_item AS item ON item.id = annotation.item_id
  LEFT JOIN annotations_annotation AS later ON later.supersedes_id = annotation.id
 WHERE annotation.item_id = ANY(%s)
   AND annotation.project_id = %s
   AND annotation.kind = 'answer'
   AND question.kind = ANY(%s)
   AND item.withdrawn_at IS NULL
   AND (later.id IS NULL OR (later.version_id <> annotation.version_id
                             AND source.on_behalf_of_id IS NULL))
"""
_SAID = f"""
SELECT label.question_id, annotation.item_id, question.kind, {SAID_SQL}, label.id,
       rater.id, rater.kind, annotation.version_id, later.id IS NULL,
       source.on_behalf_of_id IS NULL
{COUNTED_ROWS}
   AND {SAID_SQL} IS NOT NULL
"""


def records_of(project_id: int, items: Sequence[int]) -> dict[Key, bytes]:
    """The records of each question and item that has any."""
    said: dict[Key, list[Said]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [list(items), project_id, list(CODED_KINDS)])
        for question, item, kind, text, label, *rest in cursor.fetchall():
            rater, rater_kind, version, is_current, is_said = rest
            code = code_of(kind, text)
            rank = code if kind == "choice" else label
            row = Said(rater, rater_kind, version, code, is_current, is_said, rank)
            said.setdefault((question, item), []).append(row)
    return {key: records(rows) for key, rows in said.items()}


def counted_records(items: Sequence[int]) -> dict[Key, bytes]:
    """The records that were counted of these items when they were last counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT question_id, item_id, records FROM quality_itemlabels WHERE item_id = ANY(%s)",
            [list(items)],
        )
        return {(question, item): bytes(packed) for question, item, packed in cursor.fetchall()}
