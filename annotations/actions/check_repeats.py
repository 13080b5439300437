"""Answers to silent repeats: kept beside the ledger, under the same promises (ADR 0031).

The client sends them like any answer and hears the same words: stored once under the id that it
made, a replay gives the same result, the same id with another body is a conflict, a change
supersedes. Only the place is another one, so that no label is ever superseded by a check.
"""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.actions.ledger_entry import Entry
from annotations.actions.submission_checks import (
    invalid,
    lost_lease,
    read_entry,
    refusal,
    summary_of,
)
from annotations.actions.submission_state import State, Submitter
from annotations.answers import CONFLICT, GONE, REPLAYED, RETRACTION, STORED, Answer, Outcome
from annotations.models import (
    Annotation,
    Assignment,
    AssignmentState,
    Draft,
    Purpose,
    RepeatAnswer,
)
from annotations.queries.check_repeats import repeat_summary
from annotations.queries.raters import sources_of
from guidelines.queries import served_schema


def store_repeat(submitter: Submitter, answer: Answer, state: State) -> Outcome:
    """What became of an answer to a repeat; the outcomes are those of the ledger."""
    known = RepeatAnswer.objects.filter(pk=answer.id).first()
    if known is not None:
        return _replay(submitter, answer, known)
    if state.stored_hash is not None:
        return _taken(answer)
    if not submitter.project.is_open:
        message = _("This project is closed, so the answer was not stored.")
        return refusal(answer, CONFLICT, "project_closed", message)
    try:
        with transaction.atomic():
            return _store(submitter, answer, state)
    except IntegrityError:
        message = _("Too many requests at once. Please try again.")
        return refusal(answer, CONFLICT, "busy", message)


def _replay(submitter: Submitter, answer: Answer, known: RepeatAnswer) -> Outcome:
    same = (known.project_id, known.person_id) == (submitter.project.pk, submitter.by.pk)
    if not same or known.body_hash != answer.body_hash:
        return _taken(answer)
    summary = repeat_summary(known, get_language() or "en")
    return Outcome(str(answer.id), REPLAYED, "stored", summary=summary, item=known.item_id)


def _taken(answer: Answer) -> Outcome:
    message = _("Another answer is stored under this id. Yours is kept as a draft.")
    return refusal(answer, CONFLICT, "id_taken", message)


def _store(submitter: Submitter, answer: Answer, state: State) -> Outcome:
    """The slot is held from the first look on: of two answers at once the second sees the first."""
    previous = _previous(submitter, answer)
    slot = _slot(submitter, answer, previous)
    if slot is None:
        if answer.supersedes is None:
            return lost_lease(answer)
        return invalid(answer, "supersedes", _("You have no such answer in this project."))
    refused = _check_place(answer, slot)
    if refused is not None:
        return refused
    version = _version(answer, state, slot, previous)
    if version is None:
        return invalid(answer, "version", _("This guideline version was never published here."))
    # A revision names no slot: its item is that of the slot it was first given for.
    entry = read_entry(submitter, answer, state._replace(item=slot.item_id), version)
    if isinstance(entry, Outcome):
        return entry
    original = _original(submitter, slot)
    if original is None:
        return lost_lease(answer)
    _write(submitter, entry, slot, original)
    summary = summary_of(entry)
    return Outcome(str(answer.id), STORED, "stored", summary=summary, item=slot.item_id)


def _check_place(answer: Answer, slot: Assignment) -> Outcome | None:
    """The right end of the right line, and something to withdraw."""
    if slot.item.withdrawn_at is not None:
        message = _("This item has been withdrawn from the project.")
        return refusal(answer, GONE, "item_withdrawn", message)
    head = RepeatAnswer.objects.filter(assignment=slot, successor=None).first()
    if (head.pk if head else None) != answer.supersedes:
        return _moved_on(answer, head)
    if answer.kind == RETRACTION and (head is None or head.kind == RETRACTION):
        return invalid(answer, "kind", _("There is no answer to withdraw."))
    return None


def _previous(submitter: Submitter, answer: Answer) -> RepeatAnswer | None:
    if answer.supersedes is None:
        return None
    own = RepeatAnswer.objects.filter(project=submitter.project, person=submitter.by)
    return own.filter(pk=answer.supersedes).first()


def _slot(submitter: Submitter, answer: Answer, previous: RepeatAnswer | None) -> Assignment | None:
    """The person's own slot, also when its lease ran out: nobody else can have taken it."""
    if answer.supersedes is not None and previous is None:
        return None
    mine = Q(annotator=submitter.by) | Q(
        state=AssignmentState.RESERVED, reserved_for=submitter.by, version__isnull=False
    )
    slots = Assignment.objects.select_for_update(of=("self",), no_key=True).filter(
        mine, project=submitter.project, purpose=Purpose.REPEAT
    )
    wanted = previous.assignment_id if previous is not None else answer.assignment
    return slots.filter(pk=wanted or 0).select_related("item").first()


def _moved_on(answer: Answer, head: RepeatAnswer | None) -> Outcome:
    if answer.supersedes is None:
        message = _("You have already answered this item, in another tab or on another device.")
        code = "already_answered"
    else:
        message = _("This answer has been changed in another tab or on another device.")
        code = "superseded"
    return refusal(answer, CONFLICT, code, message, head=str(head.pk) if head else None)


def _version(
    answer: Answer, state: State, slot: Assignment, previous: RepeatAnswer | None
) -> int | None:
    if answer.version is not None:
        return state.version
    return previous.version_id if previous is not None else slot.version_id


def _original(submitter: Submitter, slot: Assignment) -> Annotation | None:
    """What the person said about the item in earnest, as it stands now."""
    own = Annotation.objects.filter(
        item=slot.item_id, source__in=sources_of(submitter.project, submitter.by)
    )
    return own.current().first()


def _write(submitter: Submitter, entry: Entry, slot: Assignment, original: Annotation) -> None:
    answer = entry.answer
    keys = {number: key for key, number in served_schema(entry.version).questions.items()}
    if answer.supersedes is None:
        Assignment.objects.filter(pk=slot.pk).update(
            state=AssignmentState.DONE,
            annotator=submitter.by,
            version=entry.version,
            leased_at=slot.leased_at or submitter.now,
            lease_until=None,
            done_at=submitter.now,
        )
    RepeatAnswer.objects.create(
        id=answer.id,
        project=submitter.project,
        item_id=slot.item_id,
        person=submitter.by,
        original=original,
        assignment=slot,
        version_id=entry.version,
        kind=answer.kind,
        values={keys[number]: value.value for number, _choice, value in entry.labels},
        supersedes_id=answer.supersedes,
        reason=answer.reason,
        comment=answer.comment,
        started_at=answer.started_at,
        submitted_at=entry.submitted_at,
        created_at=submitter.now,
        active_ms=answer.active_ms,
        tool=answer.tool,
        body_hash=answer.body_hash,
    )
    drafts = Draft.objects.filter(assignment=slot, annotator=submitter.by, refused_id=None)
    drafts.delete()
