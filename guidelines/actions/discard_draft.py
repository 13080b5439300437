"""Lay a draft aside for good; published versions stay."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core import audit
from guidelines import permissions
from guidelines.actions.lock_draft import lock_draft
from guidelines.models import GuidelineVersion, VersionState


@transaction.atomic
def discard_draft(
    *, version: GuidelineVersion, by: User, now: datetime, expected_revision: int | None = None
) -> None:
    """The row stays, hidden and frozen: answers to questions may point at it.

    Conflict if somebody saved since `expected_revision`: text that was not seen is not lost.
    """
    draft = lock_draft(version)
    if expected_revision is not None:
        permissions.check_revision(draft, expected_revision)
    audit.record(
        action="guideline.discard",
        by=by,
        now=now,
        scope=draft.guideline.project.scope,
        subject=f"guideline version:{draft.pk}",
        number=draft.number,
        title=draft.title,
    )
    draft.state = VersionState.DISCARDED
    draft.save(update_fields=["state"])
