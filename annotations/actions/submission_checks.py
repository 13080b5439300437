"""Whether one answer may enter the ledger: an entry to write, or the outcome that says why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.actions.ledger_entry import Entry
from annotations.actions.submission_state import State, Submitter
from annotations.answers import (
    ANSWER,
    CONFLICT,
    GONE,
    INVALID,
    REPLAYED,
    RETRACTION,
    SKIP,
    Answer,
    Outcome,
)
from annotations.models import SkipReason
from annotations.parts import Part
from annotations.queries.history import summary_of_stored
from annotations.queries.items import parts_of_item
from annotations.values import KINDS, About, LabelValue
from core.problems import Problem
from guidelines.label_schema import asked_questions
from guidelines.queries import ServedVersion, served_schema

# A device's clock may be wrong by this much before its word is not taken.
CLOCK_TOLERANCE = timedelta(minutes=5)

Labels = list[tuple[int, int | None, LabelValue]]


def check_answer(submitter: Submitter, answer: Answer, state: State) -> Entry | Outcome:
    """Replays and conflicts first, then the project, the line of answers, the slot, the values."""
    if state.stored_hash is not None:
        return _replay(submitter, answer, state)
    if not submitter.project.is_open:
        return refusal(
            answer,
            CONFLICT,
            "project_closed",
            _("This project is closed, so the answer was not stored."),
        )
    refused = _check_place(submitter, answer, state)
    if refused:
        return refused
    version = state.version if answer.version is not None else _served_version(answer, state)
    if version is None:
        return invalid(answer, "version", _("This guideline version was never published here."))
    if answer.supersedes is None and state.mine and version != state.mine_version:
        return refusal(
            answer,
            CONFLICT,
            "version_changed",
            _("This item was served again under another guideline version. Please look again."),
        )
    return read_entry(submitter, answer, state, version)


def _served_version(answer: Answer, state: State) -> int | None:
    """What was on the screen of a client that does not say: the version of the slot."""
    if answer.supersedes is not None:
        return state.previous_version
    return state.mine_version if state.mine else state.slot_version


def refusal(answer: Answer, status: int, code: str, message: str, **more: Any) -> Outcome:
    """An outcome that stores nothing."""
    return Outcome(id=str(answer.id), status=status, code=code, message=message, **more)


def invalid(answer: Answer, field: str, message: str) -> Outcome:
    """422 with one field at fault."""
    return refusal(answer, INVALID, "invalid", message, errors={field: [message]})


def lost_lease(answer: Answer) -> Outcome:
    """410: the slot is somebody else's by now, and no other is open."""
    return refusal(
        answer,
        GONE,
        "lease_lost",
        _("This item went to somebody else in the meantime. Your answer is kept as a draft."),
    )


def summary_of(entry: Entry) -> str:
    """A few words on what a new answer says."""
    if entry.answer.kind == SKIP:
        return _("Skipped")
    if entry.answer.kind == RETRACTION:
        return _("Withdrawn")
    served = served_schema(entry.version)
    keys = {number: key for key, number in served.questions.items()}
    language = get_language() or "en"
    return " · ".join(
        KINDS[question.kind].summary(value.value, question, language)
        for number, _choice, value in entry.labels
        if (question := served.schema.question(keys[number]))
    )


def _replay(submitter: Submitter, answer: Answer, state: State) -> Outcome:
    same_place = (state.stored_project, state.stored_source) == (
        submitter.project.pk,
        submitter.source,
    )
    if same_place and state.stored_hash == answer.body_hash:
        return Outcome(
            id=str(answer.id),
            status=REPLAYED,
            code="stored",
            summary=summary_of_stored(answer.id, get_language() or "en"),
            item=state.stored_item,
        )
    return refusal(
        answer,
        CONFLICT,
        "id_taken",
        _("Another answer is stored under this id. Yours is kept as a draft."),
    )


def _check_place(submitter: Submitter, answer: Answer, state: State) -> Outcome | None:
    """Is there a place for it: the right end of the right line, and a slot?"""
    if answer.supersedes is not None and state.previous_rater != submitter.source:
        return invalid(answer, "supersedes", _("You have no such answer in this project."))
    if state.item is None:
        return invalid(answer, "assignment", _("There is no such assignment in this project."))
    if state.withdrawn_at is not None:
        return refusal(
            answer, GONE, "item_withdrawn", _("This item has been withdrawn from the project.")
        )
    if state.head != answer.supersedes and not (answer.supersedes is None and state.asks_again):
        return _moved_on(answer, state)
    if answer.kind == RETRACTION and state.previous_kind in (None, RETRACTION):
        return invalid(answer, "kind", _("There is no answer to withdraw."))
    if answer.supersedes is None and not _has_slot(submitter, state):
        return lost_lease(answer)
    return None


def _moved_on(answer: Answer, state: State) -> Outcome:
    message = (
        _("You have already answered this item, in another tab or on another device.")
        if answer.supersedes is None
        else _("This answer has been changed in another tab or on another device.")
    )
    code = "already_answered" if answer.supersedes is None else "superseded"
    return refusal(answer, CONFLICT, code, message, head=str(state.head) if state.head else None)


def _has_slot(submitter: Submitter, state: State) -> bool:
    """Theirs, or lost by them: then writing looks for an open one of the item."""
    return state.mine is not None or state.slot_previous_annotator == submitter.by.pk


def read_entry(submitter: Submitter, answer: Answer, state: State, version: int) -> Entry | Outcome:
    """The answer with its values read under this version, or the outcome that names the faults."""
    labels: Labels = []
    if answer.kind == ANSWER:
        parts = partial(parts_of_item, state.item or 0)
        labels, errors = parse_values(served_schema(version), answer.values, parts)
        if errors:
            message = next(iter(errors.values()))[0]
            return refusal(answer, INVALID, "invalid", message, errors=errors)
    elif answer.kind == SKIP and answer.reason not in SkipReason.values:
        return invalid(answer, "reason", _("Please say why you skip."))
    # A campaign asks the same person again: their answer takes the slot and supersedes the last.
    supersedes = state.head if answer.supersedes is None else answer.supersedes
    return Entry(answer, state, version, supersedes, labels, _time_of(submitter, answer, state))


def parse_values(
    served: ServedVersion, values: dict[str, Any], parts: Callable[[], tuple[Part, ...]]
) -> tuple[Labels, dict[str, list[str]]]:
    """(question id, choice id, value) of each answered question, and the faults by question.

    `parts` is asked for the parts of the item when a question cannot be checked without them.
    """
    labels: Labels = []
    errors: dict[str, list[str]] = {}
    asked = asked_questions(served.schema, values)
    needed = any(KINDS[question.kind].needs_parts for question in asked)
    about = About(parts() if needed else (), {})
    read: dict[str, dict[str, Any]] = {}
    for question in asked:
        raw = values.get(question.key)
        if raw is None or raw == "":
            if question.required:
                errors[question.key] = [_("This question needs an answer.")]
            continue
        try:
            value = KINDS[question.kind].parse(raw, question, replace(about, values=read))
        except Problem as problem:
            errors[question.key] = [_(problem.template) % problem.params]
            continue
        read[question.key] = value.value
        choice = served.choices[question.key, value.choice] if value.choice else None
        labels.append((served.questions[question.key], choice, value))
    errors |= _uncalled_for(served, values, {question.key for question in asked})
    if not labels and not errors:
        errors["values"] = [_("Answer at least one question, or skip the item.")]
    return labels, errors


def _uncalled_for(
    served: ServedVersion, values: dict[str, Any], asked: set[str]
) -> dict[str, list[str]]:
    """Answers to questions that the version does not have, or does not ask here."""
    errors: dict[str, list[str]] = {}
    for key in values.keys() - asked:
        if key not in served.questions:
            message = _("Version %(number)s has no such question.") % {"number": served.number}
            errors[key] = [message]
        elif values[key] not in (None, ""):
            errors[key] = [_("This question is not asked after these answers.")]
    return errors


def _time_of(submitter: Submitter, answer: Answer, state: State) -> datetime:
    """When the person said it: by their device, if that can be true, else now."""
    said, now = answer.submitted_at, submitter.now
    if said is None or said > now + CLOCK_TOLERANCE:
        return now
    if state.leased_at and said < state.leased_at - CLOCK_TOLERANCE:
        return now
    return said
