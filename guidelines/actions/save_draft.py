"""Store an edit of the draft."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from guidelines import permissions, queries
from guidelines.actions.lock_draft import lock_draft
from guidelines.changes import NOTHING_DECIDED, pruned_changes, to_changes
from guidelines.content import Content, checked_content, checked_decisions, compared
from guidelines.models import GuidelineVersion


@transaction.atomic
def save_draft(
    *,
    version: GuidelineVersion,
    title: str,
    prose: str,
    document: Any,
    expected_revision: int,
    by: User,
    now: datetime,
    changes: Any = None,
) -> GuidelineVersion:
    """The saved draft with its next revision.

    `changes` are the decisions so far (`guidelines.changes`). None leaves them as they are, but
    for those about what the new text does not have any more.

    Drafts may be unfinished, but not broken: a missing text is stored, a key used twice is a
    ValidationError. Conflict, with the stored text, if somebody saved since `expected_revision`.
    """
    content = checked_content(Content(title, prose, document), complete=False)
    draft = lock_draft(version)
    permissions.check_revision(draft, expected_revision)
    draft.title = content.title
    draft.prose = content.prose
    draft.document = content.document
    draft.changes = draft_changes(draft, content, changes)
    draft.revision += 1
    draft.edited_by = by
    draft.edited_at = now
    draft.save(
        update_fields=[
            "title", "prose", "document", "changes", "revision", "edited_by", "edited_at",
        ]
    )  # fmt: skip
    return draft


def draft_changes(draft: GuidelineVersion, content: Content, changes: Any) -> dict[str, Any]:
    """The decisions to store with this content; {} when nothing was decided."""
    before, after = queries.content_before(draft), compared(content)
    if changes is None:
        changes = pruned_changes(draft.changes, before, after)
    decisions = checked_decisions(changes, before, after, complete=False)
    return to_changes(decisions) if decisions != NOTHING_DECIDED else {}
