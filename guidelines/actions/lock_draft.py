"""Take the draft for the rest of the transaction, as it is in the database now."""

from django.utils.translation import gettext as _

from core.errors import Gone
from guidelines import permissions
from guidelines.models import GuidelineVersion, VersionState


def lock_draft(version: GuidelineVersion) -> GuidelineVersion:
    """The locked row; Conflict if it was published meanwhile, Gone if it was discarded."""
    locked = (
        GuidelineVersion.objects.select_for_update(of=("self",))
        .select_related("guideline__project", "based_on")
        .get(pk=version.pk)
    )
    if locked.state == VersionState.DISCARDED:
        raise Gone(_("This draft has been discarded in the meantime."), code="draft_discarded")
    permissions.check_can_change(locked.guideline.project)
    permissions.check_is_draft(locked)
    return locked
