"""Writing one entry into the ledger: one statement does all that belongs together.

It takes the slot, inserts the annotation with its labels, clears the draft, and opens or closes a
replacement slot. Statements are composed here from fixed parts; values are always parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from annotations.actions.submission_state import State, Submitter
from annotations.answers import ANSWER, Answer
from annotations.models import RETURNED_PRIORITY
from annotations.values import LabelValue
from core.prepared import Prepared

# The annotator's own lease, or, when that is lost, an open slot of the same item and round. A check
# whose lease ran out waits for the same person, and never takes a slot that is asked for.
_SLOT = """
slot AS (
    UPDATE annotations_assignment
    SET state = 'done', annotator_id = %(annotator)s, version_id = %(version)s,
        leased_at = coalesce(leased_at, %(now)s), lease_until = NULL, done_at = %(now)s
    WHERE id = (
        SELECT id FROM annotations_assignment
        WHERE item_id = %(item)s AND round = %(round)s AND purpose = %(purpose)s AND (
            state = 'open'
            OR (id = %(assignment)s AND state = 'leased' AND annotator_id = %(annotator)s)
            OR (id = %(assignment)s AND state = 'reserved' AND purpose = 'gold'
                AND reserved_for_id = %(annotator)s)
        )
        ORDER BY id = %(assignment)s DESC, slot LIMIT 1 FOR UPDATE
    )
    RETURNING id
)"""

_FOLLOWED = "slot AS (SELECT %(assignment)s::bigint AS id)"

_ENTRY = """
, stored AS (
    INSERT INTO annotations_annotation (
        id, project_id, item_id, source_id, version_id, assignment_id, kind, supersedes_id,
        reason, comment, started_at, submitted_at, created_at, active_ms, tool, body_hash
    )
    SELECT %(id)s::uuid, %(project)s, %(item)s, %(source)s, %(version)s, slot.id, %(kind)s,
           %(supersedes)s::uuid, %(reason)s, %(comment)s, %(started_at)s, %(submitted_at)s,
           %(now)s, %(active_ms)s, %(tool)s, %(body_hash)s
    FROM slot
    RETURNING id, item_id, assignment_id
), cleared AS (
    DELETE FROM annotations_draft AS draft USING stored
    WHERE draft.assignment_id = stored.assignment_id AND draft.annotator_id = %(annotator)s
      AND draft.refused_id IS NULL
)"""

_LABELS = """
, labels AS (
    INSERT INTO annotations_label (annotation_id, item_id, question_id, choice_id, number, value)
    SELECT stored.id, stored.item_id, label.question, label.choice, label.number,
           label.value::jsonb
    FROM stored, unnest(
        %(questions)s::bigint[], %(choices)s::bigint[], %(numbers)s::float8[], %(values)s::text[]
    ) AS label(question, choice, number, value)
)"""

# Somebody else is asked instead, at most `overlap` times per item; nobody instead of a check.
_REPLACE = """
, replacement AS (
    INSERT INTO annotations_assignment
        (project_id, item_id, slot, round, state, priority, position, replaces_id)
    SELECT %(project)s, stored.item_id, known.last + 1, taken.round, 'open',
           least(known.priority, %(returned)s), nextval('annotations_position_seq'),
           stored.assignment_id
    FROM stored
    JOIN annotations_assignment AS taken
        ON taken.id = stored.assignment_id AND taken.purpose = 'label'
    CROSS JOIN LATERAL (
        SELECT max(slot) AS last, min(priority) FILTER (WHERE round = taken.round) AS priority,
               count(*) FILTER (
                   WHERE round = taken.round AND replaces_id IS NOT NULL AND state <> 'closed'
               ) AS extra
        FROM annotations_assignment WHERE item_id = stored.item_id
    ) AS known
    WHERE stored.assignment_id IS NOT NULL AND known.extra < %(overlap)s
)"""

# The annotator answers after all: the replacement is not needed, unless it is on a screen by now.
_CLOSE = """
, closed AS (
    UPDATE annotations_assignment SET state = 'closed'
    WHERE id = (
        SELECT slot.id FROM annotations_assignment AS slot, stored
        WHERE slot.item_id = stored.item_id AND slot.replaces_id = stored.assignment_id
          AND slot.state = 'open'
        ORDER BY slot.id DESC LIMIT 1 FOR UPDATE OF slot SKIP LOCKED
    )
)"""

_RESULT = " SELECT assignment_id FROM stored"

_TYPES = {
    "annotator": "bigint",
    "project": "bigint",
    "source": "bigint",
    "overlap": "bigint",
    "now": "timestamptz",
    "returned": "smallint",
    "assignment": "bigint",
    "item": "bigint",
    "round": "smallint",
    "purpose": "text",
    "version": "bigint",
    "id": "uuid",
    "kind": "text",
    "supersedes": "uuid",
    "reason": "text",
    "comment": "text",
    "started_at": "timestamptz",
    "submitted_at": "timestamptz",
    "active_ms": "bigint",
    "tool": "text",
    "body_hash": "text",
    "questions": "bigint[]",
    "choices": "bigint[]",
    "numbers": "float8[]",
    "values": "text[]",
}


@dataclass(frozen=True)
class Entry:
    """A checked answer, ready to be written. A revision keeps its slot, all others take theirs."""

    answer: Answer
    state: State
    version: int
    supersedes: UUID | None
    labels: Sequence[tuple[int, int | None, LabelValue]]
    submitted_at: datetime


def write_entry(submitter: Submitter, entry: Entry) -> bool:
    """Whether it was stored; False when the slot was lost in the meantime.

    Raises IntegrityError when somebody else stored the same id, or another answer of the same
    line, in the meantime. Either way nothing was changed.
    """
    statement = _statement(
        entry.answer.supersedes is None,
        entry.answer.kind == ANSWER,
        entry.answer.supersedes is None or entry.state.previous_kind in (None, ANSWER),
    )
    with connection.cursor() as cursor:
        statement.execute(cursor, _parameters(submitter, entry))
        return cursor.fetchone() is not None


@cache
def _statement(is_first: bool, is_answer: bool, was_answer: bool) -> Prepared:
    """One of the few combinations of the parts above."""
    parts = ["WITH ", _SLOT if is_first else _FOLLOWED, _ENTRY]
    if is_answer:
        parts.append(_LABELS)
    if not is_answer and was_answer:
        parts.append(_REPLACE)
    if is_answer and not was_answer:
        parts.append(_CLOSE)
    name = f"ledger_entry_{is_first:d}{is_answer:d}{was_answer:d}"
    return Prepared(name, "".join([*parts, _RESULT]), **_TYPES)


def _parameters(submitter: Submitter, entry: Entry) -> dict[str, Any]:
    answer, state = entry.answer, entry.state
    slot = state.mine or state.slot
    return {
        "annotator": submitter.by.pk,
        "project": submitter.project.pk,
        "source": submitter.source,
        "overlap": submitter.project.overlap,
        "now": submitter.now,
        "returned": RETURNED_PRIORITY,
        "assignment": slot if answer.supersedes is None else state.previous_assignment,
        "item": state.item,
        "round": state.round,
        "purpose": state.purpose,
        "version": entry.version,
        "id": str(answer.id),
        "kind": answer.kind,
        "supersedes": entry.supersedes and str(entry.supersedes),
        "reason": answer.reason,
        "comment": answer.comment,
        "started_at": answer.started_at,
        "submitted_at": entry.submitted_at,
        "active_ms": answer.active_ms,
        "tool": answer.tool,
        "body_hash": answer.body_hash,
        "questions": [question for question, _choice, _value in entry.labels],
        "choices": [choice for _question, choice, _value in entry.labels],
        "numbers": [value.number for _question, _choice, value in entry.labels],
        "values": [value.as_json() for _question, _choice, value in entry.labels],
    }
