"""Start the next version."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict
from guidelines import permissions, queries
from guidelines.actions.create_guideline import create_guideline
from guidelines.content import EMPTY_DOCUMENT, MAX_TITLE, Content, checked_content
from guidelines.models import Guideline, GuidelineVersion
from projects.models import Project


@transaction.atomic
def open_draft(
    *, project: Project, by: User, now: datetime, content: Content | None = None
) -> GuidelineVersion:
    """The project's draft: the one at work, or a new one that copies the current version.

    With `content` the new draft starts from it; Conflict if a draft is already at work, because
    that one would be lost.
    """
    permissions.check_can_change(project)
    guideline = create_guideline(project=project, by=by, now=now)
    Guideline.objects.select_for_update().get(pk=guideline.pk)
    draft = queries.draft_of(project)
    if draft and content is None:
        return draft
    if draft:
        raise Conflict(
            _("Version %(number)s is being written already. Save into it, or discard it first.")
            % {"number": draft.number},
            code="draft_exists",
            number=draft.number,
            revision=draft.revision,
        )
    current = queries.current_version(project)
    text = _first_content(project, current) if content is None else content
    text = checked_content(text, complete=False)
    version = GuidelineVersion.objects.create(
        guideline=guideline,
        number=queries.next_version_number(guideline.pk),
        title=text.title,
        prose=text.prose,
        document=text.document,
        based_on=current,
        created_by=by,
        created_at=now,
    )
    _record(project, version, by, now)
    return version


def _first_content(project: Project, current: GuidelineVersion | None) -> Content:
    if current is None:
        return Content(project.name[:MAX_TITLE], "", EMPTY_DOCUMENT)
    return Content(current.title, current.prose, current.document)


def _record(project: Project, version: GuidelineVersion, by: User, now: datetime) -> None:
    audit.record(
        action="guideline.draft",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"guideline version:{version.pk}",
        number=version.number,
    )
