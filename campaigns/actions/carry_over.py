"""Carry labels over: the handler of its job, all in the job's transaction (ADR 0019).

The statements work on sets. What somebody supersedes at the same moment is theirs: the unique
index on `supersedes` decides, and the row is left out.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.actions.job_language import in_language_of
from campaigns.models import CarryOver
from campaigns.queries.publication import Publication, publication_of
from campaigns.touched import Outcome
from core.jobs import Progress
from guidelines.models import Question

ROWS_AT_ONCE = 20_000
TOOL = "labelhub carry-over"

# Checks after each statement keep the queue of triggers short.
_PREPARE = "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"

_MAPPING = """
DROP TABLE IF EXISTS carry_mapping, carry_answer;
CREATE TEMPORARY TABLE carry_mapping ON COMMIT DROP AS
SELECT * FROM unnest(%(old)s::bigint[], %(question)s::bigint[], %(new)s::bigint[], %(key)s::text[])
    AS mapping (old_id, question_id, new_id, key)
"""

# Answers of older versions at the end of their line, all of whose labels map and one to another
# choice. Labels without a choice go on as they are while their question does.
_ANSWERS = """
CREATE TEMPORARY TABLE carry_answer ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY annotation.id) AS place, annotation.id AS old_id,
       gen_random_uuid() AS new_id, annotation.item_id,
       coalesce(source.on_behalf_of_id, source.id) AS rater_id
  FROM annotations_annotation AS annotation
  JOIN annotations_source AS source ON source.id = annotation.source_id
  JOIN annotations_item AS item ON item.id = annotation.item_id AND item.withdrawn_at IS NULL
  JOIN (
        SELECT label.annotation_id
          FROM annotations_label AS label
          LEFT JOIN carry_mapping AS mapping ON mapping.old_id = label.choice_id
         WHERE label.question_id IN (
                   SELECT id FROM guidelines_question WHERE guideline_id = %(guideline)s)
         GROUP BY label.annotation_id
        HAVING bool_and(mapping.new_id IS NOT NULL
                        OR label.choice_id IS NULL AND label.question_id = ANY(%(asked)s))
           AND bool_or(mapping.new_id <> label.choice_id)
           AND count(DISTINCT coalesce(mapping.question_id, label.question_id)) = count(*)
  ) AS mapped ON mapped.annotation_id = annotation.id
 WHERE annotation.project_id = %(project)s AND annotation.kind = 'answer'
   AND annotation.version_id IN (
           SELECT id FROM guidelines_guidelineversion
            WHERE guideline_id = %(guideline)s AND number < %(number)s)
   AND NOT EXISTS (
           SELECT FROM annotations_annotation AS later
            WHERE later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL)
"""

_SOURCES = """
INSERT INTO annotations_source (project_id, kind, name, version, on_behalf_of_id, created_at)
SELECT %(project)s, 'migration', 'migration-' || rater_id, %(label)s, rater_id, %(now)s
  FROM (SELECT DISTINCT rater_id FROM carry_answer) AS rater
ON CONFLICT DO NOTHING
"""

_ANNOTATIONS = """
INSERT INTO annotations_annotation (
    id, project_id, item_id, source_id, version_id, kind, supersedes_id, reason, comment,
    submitted_at, created_at, tool, body_hash
)
SELECT answer.new_id, %(project)s, answer.item_id, source.id, %(version)s, 'answer', answer.old_id,
       '', '', %(now)s, %(now)s, %(tool)s,
       encode(sha256(convert_to(answer.old_id || ':' || %(version)s, 'UTF8')), 'hex')
  FROM carry_answer AS answer
  JOIN annotations_source AS source
    ON source.project_id = %(project)s AND source.kind = 'migration'
   AND source.on_behalf_of_id = answer.rater_id AND source.version = %(label)s
 WHERE answer.place > %(after)s AND answer.place <= %(until)s
 ORDER BY answer.place
ON CONFLICT (supersedes_id) DO NOTHING
"""

_LABELS = """
INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, number, value)
SELECT answer.new_id, label.item_id, coalesce(mapping.question_id, label.question_id),
       mapping.new_id, label.number,
       CASE WHEN mapping.new_id IS NULL THEN label.value
            ELSE label.value || jsonb_build_object('choice', mapping.key) END
  FROM carry_answer AS answer
  JOIN annotations_annotation AS written ON written.id = answer.new_id
  JOIN annotations_label AS label ON label.annotation_id = answer.old_id
  LEFT JOIN carry_mapping AS mapping ON mapping.old_id = label.choice_id
 WHERE answer.place > %(after)s AND answer.place <= %(until)s
"""


def carry_over(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """Write every answer that maps; nothing of it is kept when the job is cancelled."""
    works = CarryOver.objects.select_related(
        "project", "version__guideline", "version__based_on", "requested_by"
    )
    work = works.get(job=progress.job_id)
    with in_language_of(work.requested_by):
        progress.report(0, message=_("Looking for labels that carry over"))
        keys = _keys(work, publication_of(work.version), now)
        n_answers = _collect(keys)
        progress.report(0, n_answers, _("Writing labels under the new version"))
        n_annotations, n_labels = _write(keys, n_answers, progress)
        progress.report(n_answers, message="")
    CarryOver.objects.filter(pk=work.pk).update(
        n_annotations=n_annotations, n_labels=n_labels, computed_at=now
    )
    return {"carry_over": work.pk, "annotations": n_annotations, "labels": n_labels}


def _keys(work: CarryOver, publication: Publication, now: datetime) -> dict[str, Any]:
    """The parameters of all statements."""
    kinds = {question.key: question.kind for question in publication.schema_before.questions}
    kinds |= {question.key: question.kind for question in publication.schema_after.questions}
    rows = dict(
        Question.objects.filter(guideline=work.version.guideline_id).values_list("key", "pk")
    )
    ids = publication.choice_ids
    mapped = [
        (ids[key], rows[question], ids[into], choice)
        for key, each in publication.touched.items()
        if each.outcome is not Outcome.NEEDS_PEOPLE
        for into in each.into
        for question, _dot, choice in [into.partition(".")]
        if kinds[question] == kinds[key.partition(".")[0]]
    ]
    asked = [rows[question.key] for question in publication.schema_after.questions]
    return {
        "project": work.project_id,
        "guideline": work.version.guideline_id,
        "version": work.version_id,
        "number": work.version.number,
        "label": f"v{work.version.number}",
        "now": now,
        "tool": TOOL,
        "asked": asked,
        "old": [old for old, _question, _new, _key in mapped],
        "question": [question for _old, question, _new, _key in mapped],
        "new": [new for _old, _question, new, _key in mapped],
        "key": [key for _old, _question, _new, key in mapped],
    }


def _collect(keys: dict[str, Any]) -> int:
    """Find the answers, and make a source for each of their raters."""
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        cursor.execute(_MAPPING, keys)
        cursor.execute("ANALYZE carry_mapping")
        cursor.execute(_ANSWERS, keys)
        n_answers = int(cursor.rowcount)
        cursor.execute("CREATE INDEX ON carry_answer (place); ANALYZE carry_answer")
        cursor.execute(_SOURCES, keys)
    return n_answers


def _write(keys: dict[str, Any], n_answers: int, progress: Progress) -> tuple[int, int]:
    n_annotations = n_labels = 0
    with connection.cursor() as cursor:
        for after in range(0, n_answers, ROWS_AT_ONCE):
            part = {**keys, "after": after, "until": after + ROWS_AT_ONCE}
            cursor.execute(_ANNOTATIONS, part)
            n_annotations += cursor.rowcount
            cursor.execute(_LABELS, part)
            n_labels += cursor.rowcount
            progress.report(min(after + ROWS_AT_ONCE, n_answers))
    return n_annotations, n_labels
