"""What the database knows about the answers of one request, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.models import User
from annotations.answers import Answer
from annotations.models import Purpose, SourceKind
from core.prepared import Prepared
from projects.models import Project

_STATE = """
SELECT stored.body_hash, stored.project_id, stored.source_id, stored.item_id,
       previous.kind, coalesce(said.on_behalf_of_id, said.id), previous.version_id,
       previous.assignment_id,
       slot.id, slot.previous_annotator_id, slot.version_id, coalesce(slot.round, 0),
       mine.id, mine.state, mine.version_id, mine.leased_at,
       item.id, item.withdrawn_at, version.id, head.id, head.kind, coalesce(head.round, 0),
       coalesce(slot.purpose, 'label'), EXISTS (
        SELECT FROM annotations_repeatanswer AS again
        WHERE again.id = answer.id OR again.id = answer.supersedes
       )
FROM unnest(%(ids)s::uuid[], %(assignments)s::bigint[], %(supersedes)s::uuid[],
            %(versions)s::bigint[])
    WITH ORDINALITY AS answer(id, assignment, supersedes, version, n)
LEFT JOIN annotations_annotation AS stored ON stored.id = answer.id
LEFT JOIN annotations_annotation AS previous
    ON previous.id = answer.supersedes AND previous.project_id = %(project)s
LEFT JOIN annotations_source AS said ON said.id = previous.source_id
LEFT JOIN annotations_assignment AS slot
    ON slot.id = answer.assignment AND slot.project_id = %(project)s
LEFT JOIN annotations_item AS item ON item.id = coalesce(previous.item_id, slot.item_id)
LEFT JOIN annotations_assignment AS mine
    ON mine.item_id = item.id AND mine.annotator_id = %(annotator)s
    AND mine.round = coalesce(slot.round, 0) AND mine.purpose = coalesce(slot.purpose, 'label')
LEFT JOIN guidelines_guideline AS guideline ON guideline.project_id = %(project)s
LEFT JOIN guidelines_guidelineversion AS version
    ON version.guideline_id = guideline.id AND version.number = answer.version
    AND version.state = 'published'
LEFT JOIN LATERAL (
    SELECT line.id, line.kind, taken.round FROM annotations_annotation AS line
    LEFT JOIN annotations_assignment AS taken ON taken.id = line.assignment_id
    WHERE line.item_id = item.id
      AND line.source_id IN (
        SELECT id FROM annotations_source WHERE id = %(source)s OR on_behalf_of_id = %(source)s
      )
      AND NOT EXISTS (
        SELECT 1 FROM annotations_annotation AS next WHERE next.supersedes_id = line.id
      )
    LIMIT 1
) AS head ON true
ORDER BY answer.n
"""

_STATES = Prepared(
    "submission_states",
    _STATE,
    ids="uuid[]",
    assignments="bigint[]",
    supersedes="uuid[]",
    versions="bigint[]",
    project="bigint",
    annotator="bigint",
    source="bigint",
)

_SOURCE = """
WITH made AS (
    INSERT INTO annotations_source (project_id, kind, name, version, person_id, created_at)
    VALUES (%(project)s, %(kind)s, %(name)s, '', %(person)s, %(now)s)
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM made
UNION ALL
SELECT id FROM annotations_source WHERE project_id = %(project)s AND person_id = %(person)s
"""


class State(NamedTuple):
    """One row: what is stored under the answer's id, what it supersedes, its slot, its item.

    `slot` is the one the answer names, `mine` the one the annotator has on that item in the same
    round (as a rule the same). `head` is the end of the rater's line of answers to the item: what
    the annotator said last, or what was carried over from it. `purpose` is that of the slot;
    `is_repeat_known`: the answer is stored as one to a repeat, or supersedes such a one.
    """

    stored_hash: str | None
    stored_project: int | None
    stored_source: int | None
    stored_item: int | None
    previous_kind: str | None
    previous_rater: int | None
    previous_version: int | None
    previous_assignment: int | None
    slot: int | None
    slot_previous_annotator: int | None
    slot_version: int | None
    round: int
    mine: int | None
    mine_state: str | None
    mine_version: int | None
    leased_at: datetime | None
    item: int | None
    withdrawn_at: datetime | None
    version: int | None
    head: UUID | None
    head_kind: str | None
    head_round: int
    purpose: str
    is_repeat_known: bool

    @property
    def is_repeat(self) -> bool:
        """The answer is to a silent repeat: it does not belong into the ledger."""
        return self.purpose == Purpose.REPEAT or self.is_repeat_known

    @property
    def asks_again(self) -> bool:
        """The slot is of a campaign, and the annotator's last answer is of an earlier round."""
        return self.mine is not None and self.head is not None and self.round > self.head_round


@dataclass(frozen=True)
class Submitter:
    """Who submits, where, when: the same for all answers of one request."""

    project: Project
    by: User
    source: int
    now: datetime


def load_states(submitter: Submitter, answers: Sequence[Answer]) -> list[State]:
    """One row per answer, in their order."""
    parameters: dict[str, Any] = {
        "project": submitter.project.pk,
        "source": submitter.source,
        "annotator": submitter.by.pk,
        "ids": [str(answer.id) for answer in answers],
        "assignments": [answer.assignment for answer in answers],
        "supersedes": [answer.supersedes and str(answer.supersedes) for answer in answers],
        "versions": [answer.version for answer in answers],
    }
    with connection.cursor() as cursor:
        _STATES.execute(cursor, parameters)
        return [State(*row) for row in cursor.fetchall()]


# Ids of sources by (project, person). A source is never changed or deleted, so it cannot be stale.
_sources: dict[tuple[int, int], int] = {}
MOST_SOURCES = 50_000


def source_of(*, project: Project, person: User, now: datetime) -> int:
    """The id of the person's source in this project; made at the first call.

    The name holds no personal data, since the row can never be changed: screens show the person's.
    """
    key = (project.pk, person.pk)
    if key in _sources:
        return _sources[key]
    parameters: dict[str, Any] = {
        "project": project.pk,
        "kind": SourceKind.HUMAN.value,
        "name": f"user-{person.pk}",
        "person": person.pk,
        "now": now,
    }
    row = None
    while row is None:  # the other one of two first requests may commit between the two halves
        with connection.cursor() as cursor:
            cursor.execute(_SOURCE, parameters)
            row = cursor.fetchone()
    if not connection.in_atomic_block:
        if len(_sources) >= MOST_SOURCES:
            _sources.clear()
        _sources[key] = int(row[0])
    return int(row[0])
