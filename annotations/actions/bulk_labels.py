"""Many answers at once: from the stage into the ledger, each source's answers as one line."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from annotations.actions.bulk_items import MOST_PROBLEMS, Tick
from annotations.models import Batch, SourceKind
from core.problems import Problem, Problems

ROWS = 20_000  # answers per statement

INSERT_SOURCES = """
INSERT INTO annotations_source (project_id, kind, name, version, person_id, created_at)
SELECT DISTINCT %(project)s, %(kind)s, annotator, '', NULL::bigint, %(now)s::timestamptz
FROM staged_answer
ON CONFLICT DO NOTHING
"""

# What is new, numbered within each source's line of an item in the order of time. Where a source
# has answered before, its last answer is what the first new one supersedes.
ARRANGE = """
CREATE TEMPORARY TABLE arranged_answer ON COMMIT DROP AS
WITH fresh AS (
    SELECT DISTINCT ON (staged.id)
        staged.*, item.id AS item_id, source.id AS source_id,
        coalesce(staged.labeled_at, %(now)s) AS at
    FROM staged_answer AS staged
    JOIN annotations_item AS item
        ON item.project_id = %(project)s AND item.external_id = staged.external_id
    JOIN annotations_source AS source
        ON source.project_id = %(project)s AND source.kind = %(kind)s
        AND source.name = staged.annotator AND source.version = '' AND source.person_id IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM annotations_annotation AS stored WHERE stored.id = staged.id)
    ORDER BY staged.id, staged.line
), lines AS (
    SELECT fresh.*,
        row_number() OVER line AS generation,
        lag(fresh.id) OVER line AS previous
    FROM fresh
    WINDOW line AS (PARTITION BY fresh.item_id, fresh.source_id ORDER BY fresh.at, fresh.line)
)
SELECT row_number() OVER (ORDER BY lines.generation, lines.item_id, lines.line, lines.id) AS number,
    lines.*, head.id AS head_id, head.submitted_at AS head_at
FROM lines
LEFT JOIN annotations_annotation AS head
    ON lines.generation = 1
    AND head.item_id = lines.item_id AND head.source_id = lines.source_id
    AND NOT EXISTS (
        SELECT 1 FROM annotations_annotation AS later WHERE later.supersedes_id = head.id
    )
"""
INDEX = "CREATE UNIQUE INDEX ON arranged_answer (number); ANALYZE arranged_answer"

TOO_LATE = """
SELECT line, external_id, annotator, head_at FROM arranged_answer
WHERE head_at > at ORDER BY line LIMIT %(limit)s
"""

# The plans inside triggers are kept by the session. One that was made while the table was small
# reads all of it for every row: forget those, and make new ones that use the indexes.
PLAN_FOR_MANY = "DISCARD PLANS; SET LOCAL enable_seqscan = off"
PLAN_AS_USUAL = "SET LOCAL enable_seqscan = on"

INSERT_ANNOTATIONS = """
INSERT INTO annotations_annotation (
    id, project_id, item_id, source_id, version_id, kind, supersedes_id, reason, comment,
    submitted_at, created_at, tool, body_hash
)
SELECT id, %(project)s, item_id, source_id, %(version)s, kind, coalesce(previous, head_id),
    reason, comment, at, %(now)s, %(tool)s, body_hash
FROM arranged_answer
WHERE number > %(after)s AND number <= %(until)s
ORDER BY number
"""

INSERT_LABELS = """
INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, number, value)
SELECT answer.id, answer.item_id, label.question_id, label.choice_id, label.number,
    label.value::jsonb
FROM arranged_answer AS answer
JOIN (
    SELECT DISTINCT ON (annotation_id, question_id) * FROM staged_label
    ORDER BY annotation_id, question_id
) AS label ON label.annotation_id = answer.id
"""

_NAMESPACE = uuid.UUID("6f1c7c0e-8f0b-5d5e-9a3b-0b6a7c6f2d11")


@dataclass(frozen=True)
class AnswerCounts:
    """`revisions` of the added ones supersede an earlier answer of the same source."""

    added: int
    known: int
    revisions: int


def answer_identity(*parts: Any) -> tuple[str, str]:
    """(id, body hash) of an answer that came without an id: the same parts, the same id."""
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    name = hashlib.sha1(_NAMESPACE.bytes + body, usedforsecurity=False).digest()[:16]
    return str(uuid.UUID(bytes=name, version=5)), hashlib.sha256(body).hexdigest()


def insert_staged_answers(
    *,
    batch: Batch,
    version_id: int,
    source_kind: SourceKind,
    tool: str,
    now: datetime,
    tick: Tick = lambda added: None,
) -> AnswerCounts:
    """From the stage to annotations and labels, made under one published guideline version.

    The items are stored already. A second answer of a source to an item supersedes the first in
    the order of time; raises `Problems` (answer_out_of_order) where the stored one is later.
    """
    keys: dict[str, Any] = {
        "project": batch.project_id,
        "version": version_id,
        "kind": str(source_kind),
        "tool": tool,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_answer; ANALYZE staged_label")
        cursor.execute(INSERT_SOURCES, keys)
        cursor.execute(ARRANGE, keys)
        cursor.execute(INDEX)
        cursor.execute(TOO_LATE, {"limit": MOST_PROBLEMS})
        if problems := [_out_of_order(*row) for row in cursor.fetchall()]:
            raise Problems(problems)
        cursor.execute("SELECT count(*), count(coalesce(previous, head_id)) FROM arranged_answer")
        added, revisions = cursor.fetchone()
        cursor.execute(PLAN_FOR_MANY)
        for after in range(0, added, ROWS):
            cursor.execute(INSERT_ANNOTATIONS, {**keys, "after": after, "until": after + ROWS})
            tick(after)
        cursor.execute(INSERT_LABELS)
        cursor.execute(PLAN_AS_USUAL)
        cursor.execute("SELECT count(*) FROM staged_answer")
        return AnswerCounts(added=added, known=cursor.fetchone()[0] - added, revisions=revisions)


def _out_of_order(line: int, external_id: str, annotator: str, stored: datetime) -> Problem:
    return Problem(
        "“%(annotator)s” has a later answer to “%(external_id)s” already "
        "(%(stored)s). An older one cannot be put behind it.",
        code="answer_out_of_order",
        line=line,
        external_id=external_id,
        annotator=annotator,
        stored=stored.isoformat(),
    )
