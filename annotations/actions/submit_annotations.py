"""Answers enter the ledger: each on its own, each at most once (ADR 0004, ADR 0007)."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.check_repeats import store_repeat
from annotations.actions.ledger_entry import Entry, write_entry
from annotations.actions.submission_checks import check_answer, lost_lease, refusal, summary_of
from annotations.actions.submission_state import State, Submitter, load_states, source_of
from annotations.answers import CONFLICT, GONE, STORED, Answer, Outcome
from core.digest import canonical_json
from projects.models import Project

logger = logging.getLogger(__name__)

MOST_ANSWERS = 20
MOST_RACES = 3

# Refusals after which the person's words are kept as a draft; the others leave them with the
# client, which can correct or repeat them.
KEPT = frozenset({"id_taken", "lease_lost", "already_answered", "superseded", "version_changed"})

_KEEP = """
INSERT INTO annotations_draft
    (assignment_id, annotator_id, values, comment, refused_id, refused_code, body_hash, saved_at)
SELECT id, %(annotator)s, %(values)s::jsonb, %(comment)s, %(id)s::uuid, %(code)s, %(body_hash)s,
       %(now)s
FROM annotations_assignment WHERE id = %(assignment)s AND project_id = %(project)s
ON CONFLICT (annotator_id, refused_id, body_hash) WHERE refused_id IS NOT NULL DO NOTHING
"""


def submit_annotations(
    *, project: Project, by: User, answers: Sequence[Answer | Outcome], now: datetime
) -> list[Outcome]:
    """One outcome per answer, in their order; a bad one does not sink the others.

    What could not even be read comes as an outcome already, and stays as it is.

    Answers are written one by one, each in a single statement that is a transaction of its own:
    what was reported as stored is stored, whatever becomes of the rest.
    """
    submitter = Submitter(project, by, source_of(project=project, person=by, now=now), now)
    readable = [answer for answer in answers if isinstance(answer, Answer)]
    known = iter(load_states(submitter, readable) if readable else [])
    touched: set[int | UUID | None] = set()
    outcomes = []
    for answer in answers:
        if isinstance(answer, Outcome):
            outcomes.append(answer)
            continue
        state = next(known)
        named = {answer.id, answer.supersedes, answer.assignment} - {None}
        fresh = not (named & touched)
        outcomes.append(_submit(submitter, answer, state if fresh else None))
        touched |= named
    return outcomes


def _submit(submitter: Submitter, answer: Answer, state: State | None) -> Outcome:
    for _attempt in range(MOST_RACES):
        current = state or load_states(submitter, [answer])[0]
        if current.is_repeat:
            return _repeated(submitter, answer, current)
        checked = check_answer(submitter, answer, current)
        if isinstance(checked, Outcome):
            return _refuse(submitter, answer, current, checked)
        outcome = _write(submitter, checked)
        if outcome is not None:
            return outcome
        state = None  # somebody was faster: look again
    return _refuse(submitter, answer, current, _after_races(answer, current))


def _repeated(submitter: Submitter, answer: Answer, state: State) -> Outcome:
    """Answers to silent repeats go their own way, and what comes back reads the same."""
    outcome = store_repeat(submitter, answer, state)
    return outcome if outcome.is_stored else _refuse(submitter, answer, state, outcome)


def _after_races(answer: Answer, state: State) -> Outcome:
    if answer.supersedes is None and state.mine is None:
        return lost_lease(answer)
    return refusal(answer, CONFLICT, "busy", _("Too many requests at once. Please try again."))


def _write(submitter: Submitter, entry: Entry) -> Outcome | None:
    try:
        if not write_entry(submitter, entry):
            return None
    except IntegrityError as error:
        logger.info("answer %s was overtaken: %s", entry.answer.id, error)
        return None
    return Outcome(
        id=str(entry.answer.id),
        status=STORED,
        code="stored",
        summary=summary_of(entry),
        item=entry.state.item,
    )


def _refuse(submitter: Submitter, answer: Answer, state: State, outcome: Outcome) -> Outcome:
    outcome = replace(outcome, item=outcome.item or state.item)
    if outcome.status not in (CONFLICT, GONE) or outcome.code not in KEPT:
        return outcome
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "project": submitter.project.pk,
                "annotator": submitter.by.pk,
                "assignment": state.slot or state.mine or state.previous_assignment,
                "id": str(answer.id),
                "values": canonical_json(answer.values).decode(),
                "comment": answer.comment,
                "code": outcome.code,
                "body_hash": answer.body_hash,
                "now": submitter.now,
            },
        )
    return outcome
