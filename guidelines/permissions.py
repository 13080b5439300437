"""May this happen to a guideline now? Who may is said by the views' rules."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from guidelines.models import GuidelineVersion
from projects.models import Project


def check_can_change(project: Project) -> None:
    """A closed project is read and exported; its guideline rests, too."""
    if not project.is_open:
        raise Conflict(
            _("This project is closed, so its guideline cannot be changed. Reopen it first."),
            code="project_closed",
        )


def check_is_draft(version: GuidelineVersion) -> None:
    """Only drafts change."""
    if version.is_published:
        raise Conflict(
            _("Version %(number)s is published and can no longer be changed. Start a new draft.")
            % {"number": version.number},
            code="already_published",
            number=version.number,
        )


def check_revision(version: GuidelineVersion, expected: int) -> None:
    """Whoever saves must have seen the latest text."""
    if version.revision != expected:
        raise Conflict(
            _("Somebody else has saved this draft in the meantime. Nothing of yours was stored."),
            code="stale_revision",
            revision=version.revision,
            expected_revision=expected,
            title=version.title,
            prose=version.prose,
            document=version.document,
            changes=version.changes,
        )


def check_based_on(version: GuidelineVersion, current: GuidelineVersion | None) -> None:
    """What is published has been compared with the version that holds now."""
    if version.based_on_id != (current.pk if current else None):
        raise Conflict(
            _(
                "Version %(number)s was published in the meantime, and this draft does not know"
                " it. Put the draft on top of that version, look at what it changes, and publish"
                " again."
            )
            % {"number": current.number if current else 0},
            code="based_on_old",
            number=current.number if current else 0,
            based_on=version.based_on.number if version.based_on else None,
        )


def check_is_current(version: GuidelineVersion, current: GuidelineVersion | None) -> None:
    """People read, and are asked about, the version that holds now."""
    if current is None or version.pk != current.pk:
        raise Conflict(
            _("Version %(number)s is not the one that holds now. Please read the current one.")
            % {"number": version.number},
            code="old_version",
            number=version.number,
            current=current.number if current else 0,
        )
