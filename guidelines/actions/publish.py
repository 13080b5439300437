"""Publish a draft: from then on it is frozen, and labels are made under it."""

from collections import Counter
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from guidelines import permissions, queries
from guidelines.actions.lock_draft import lock_draft
from guidelines.changes import to_changes
from guidelines.content import (
    Content,
    checked_content,
    checked_decisions,
    compared,
    content_hash,
)
from guidelines.document_reader import UNSTORABLE
from guidelines.label_schema import LabelSchema, parse_document
from guidelines.models import (
    ChangeClass,
    Choice,
    Guideline,
    GuidelineVersion,
    Question,
    VersionState,
)

MAX_CHANGE_NOTE = 5000


@transaction.atomic
def publish(
    *,
    version: GuidelineVersion,
    change_note: str,
    expected_revision: int,
    by: User,
    now: datetime,
) -> GuidelineVersion:
    """The published version.

    ValidationError if it is unfinished, asks nothing, changes nothing, gives a key another kind,
    or leaves open what becomes of a choice that is gone; Conflict if the draft moved since
    `expected_revision`, or another version was published since it was begun. Nothing is
    half-published.
    """
    Guideline.objects.select_for_update().get(pk=version.guideline_id)
    draft = lock_draft(version)
    permissions.check_revision(draft, expected_revision)
    permissions.check_based_on(draft, queries.current_version(draft.guideline.project))
    content = checked_content(Content(draft.title, draft.prose, draft.document), complete=True)
    schema = parse_document(content.document)
    _check_asks_something(schema)
    _check_kinds(schema, queries.frozen_kinds(draft))
    _check_note(change_note)
    draft.content_hash = content_hash(content)
    _check_changes(draft)
    _decide(draft, content)
    _create_identities(draft.guideline, schema)
    draft.state = VersionState.PUBLISHED
    draft.document = content.document
    draft.change_note = change_note.strip()
    draft.published_by = by
    draft.published_at = now
    draft.save()
    _record(draft, by, now)
    return draft


def _decide(draft: GuidelineVersion, content: Content) -> None:
    """What the changes mean, complete, and from which version on people must have read."""
    if draft.based_on is None:
        draft.changes, draft.change_class, draft.reading_number = {}, "", 0
        return
    before, after = queries.content_of(draft.based_on), compared(content)
    decisions = checked_decisions(draft.changes, before, after, complete=True)
    draft.changes = to_changes(decisions)
    draft.change_class = decisions.change_class
    must_read = draft.change_class != ChangeClass.EDITORIAL
    draft.reading_number = draft.number if must_read else draft.based_on.reading_number


def _record(draft: GuidelineVersion, by: User, now: datetime) -> None:
    audit.record(
        action="guideline.publish",
        by=by,
        now=now,
        scope=draft.guideline.project.scope,
        subject=f"guideline version:{draft.pk}",
        number=draft.number,
        content_hash=draft.content_hash,
        change_class=draft.change_class,
        changes=dict(Counter(draft.changes.get("classes", {}).values())),
    )


def _check_asks_something(schema: LabelSchema) -> None:
    if not schema.questions:
        raise ValidationError(
            {"questions": _("A guideline needs at least one question before it can be published.")}
        )


def _check_kinds(schema: LabelSchema, kinds: dict[str, str]) -> None:
    faults = {
        f"questions[{index}].kind": _(
            "The question “%(key)s” was published with the kind “%(kind)s”; a key never changes"
            " its kind. Use another key."
        )
        % {"key": question.key, "kind": kinds[question.key]}
        for index, question in enumerate(schema.questions)
        if kinds.get(question.key, question.kind) != question.kind
    }
    if faults:
        raise ValidationError(faults)


def _check_note(change_note: str) -> None:
    if len(change_note) > MAX_CHANGE_NOTE:
        text = _("The change note may have %(most)s characters at most.")
        raise ValidationError({"change_note": text % {"most": MAX_CHANGE_NOTE}})
    if UNSTORABLE.search(change_note):
        raise ValidationError(
            {"change_note": _("This text has a character that cannot be stored.")}
        )


def _check_changes(draft: GuidelineVersion) -> None:
    if draft.based_on and draft.based_on.content_hash == draft.content_hash:
        raise ValidationError(
            _("This draft is equal to version %(number)s: there is nothing to publish."),
            code="nothing_changed",
            params={"number": draft.based_on.number},
        )


def _create_identities(guideline: Guideline, schema: LabelSchema) -> None:
    """Rows for the keys that this guideline has not seen before."""
    Question.objects.bulk_create(
        [Question(guideline=guideline, key=each.key, kind=each.kind) for each in schema.questions],
        ignore_conflicts=True,
    )
    questions = {each.key: each for each in Question.objects.filter(guideline=guideline)}
    Choice.objects.bulk_create(
        [
            Choice(question=questions[question.key], key=choice.key)
            for question in schema.questions
            for choice in question.choices
        ],
        ignore_conflicts=True,
    )
