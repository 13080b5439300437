"""Start the next version."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict
from guidelines import permissions, queries
from guidelines.actions.create_guideline import create_guideline
from guidelines.actions.save_draft import draft_changes
from guidelines.content import EMPTY_DOCUMENT, MAX_TITLE, Content, checked_content
from guidelines.models import Guideline, GuidelineVersion
from projects.models import Project


@transaction.atomic
def open_draft(
    *,
    project: Project,
    by: User,
    now: datetime,
    content: Content | None = None,
    changes: Any = None,
    based_on: int | None = None,
) -> GuidelineVersion:
    """The project's draft: the one at work, or a new one that copies the current version.

    With `content` the new draft starts from it, and from the decisions in `changes`; Conflict if
    a draft is already at work, because that one would be lost. `based_on` is the number of the
    published version that the content was made from, the current one by default.
    """
    permissions.check_can_change(project)
    guideline = create_guideline(project=project, by=by, now=now)
    Guideline.objects.select_for_update().get(pk=guideline.pk)
    draft = queries.draft_of(project)
    if draft and content is None:
        return draft
    _check_none_at_work(draft)
    current = _published(project, based_on)
    text = _first_content(project, current) if content is None else content
    text = checked_content(text, complete=False)
    number = queries.next_version_number(guideline.pk)
    version = GuidelineVersion(
        guideline=guideline,
        number=number,
        title=text.title,
        prose=text.prose,
        document=text.document,
        based_on=current,
        revision=queries.last_revision(guideline.pk, number) + 1,
        created_by=by,
        created_at=now,
    )
    version.changes = draft_changes(version, text, changes)
    version.save()
    _record(project, version, by, now)
    return version


def _check_none_at_work(draft: GuidelineVersion | None) -> None:
    if draft:
        raise Conflict(
            _("Version %(number)s is being written already. Save into it, or discard it first.")
            % {"number": draft.number},
            code="draft_exists",
            number=draft.number,
            revision=draft.revision,
        )


def _published(project: Project, number: int | None) -> GuidelineVersion | None:
    """The version with this number; the current one, if any, without a number."""
    if number is None:
        return queries.current_version(project)
    found = queries.published_versions(project).filter(number=number).first()
    if found is None:
        raise ValidationError(
            {
                "based_on": _("This project has no guideline version %(number)s.")
                % {"number": number}
            }
        )
    return found


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
