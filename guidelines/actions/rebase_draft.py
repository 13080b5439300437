"""Put a draft on top of the version that was published meanwhile."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core import audit
from guidelines import permissions, queries
from guidelines.actions.lock_draft import lock_draft
from guidelines.actions.save_draft import draft_changes
from guidelines.content import Content
from guidelines.models import Guideline, GuidelineVersion


@transaction.atomic
def rebase_draft(
    *, version: GuidelineVersion, expected_revision: int, by: User, now: datetime
) -> GuidelineVersion:
    """The draft with its own text, now compared with the current version.

    Text of the current version that the draft does not have shows as taken out: the lead looks
    at the changes before publishing. Decisions about what neither has any more go. A draft that
    is on top already stays as it is.
    """
    Guideline.objects.select_for_update().get(pk=version.guideline_id)
    draft = lock_draft(version)
    permissions.check_revision(draft, expected_revision)
    current = queries.current_version(draft.guideline.project)
    if draft.based_on_id == (current.pk if current else None):
        return draft
    before = draft.based_on.number if draft.based_on else None
    draft.based_on = current
    content = Content(draft.title, draft.prose, draft.document)
    draft.changes = draft_changes(draft, content, None)
    draft.revision += 1
    draft.edited_by = by
    draft.edited_at = now
    draft.save(update_fields=["based_on", "changes", "revision", "edited_by", "edited_at"])
    audit.record(
        action="guideline.rebase",
        by=by,
        now=now,
        scope=draft.guideline.project.scope,
        subject=f"guideline version:{draft.pk}",
        number=draft.number,
        before=before,
        after=current.number if current else None,
    )
    return draft
