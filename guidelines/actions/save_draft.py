"""Store an edit of the draft."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from guidelines import permissions
from guidelines.actions.lock_draft import lock_draft
from guidelines.content import Content, checked_content
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
) -> GuidelineVersion:
    """The saved draft with its next revision.

    Drafts may be unfinished, but not broken: a missing text is stored, a key used twice is a
    ValidationError. Conflict, with the stored text, if somebody saved since `expected_revision`.
    """
    content = checked_content(Content(title, prose, document), complete=False)
    draft = lock_draft(version)
    permissions.check_revision(draft, expected_revision)
    draft.title = content.title
    draft.prose = content.prose
    draft.document = content.document
    draft.revision += 1
    draft.edited_by = by
    draft.edited_at = now
    draft.save(update_fields=["title", "prose", "document", "revision", "edited_by", "edited_at"])
    return draft
