"""Whether files may arrive now, and from where; who may bring them is said by the roles."""

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Conflict
from projects.models import Project


def can_bring(project: Project) -> bool:
    """Closed and retired projects take no files."""
    return project.is_open


def check_can_bring(project: Project) -> None:
    """Conflict `project_closed` unless `can_bring`."""
    if not can_bring(project):
        raise Conflict(
            _("This project is closed. No files can be added until it is opened again."),
            code="project_closed",
        )


def can_fetch() -> bool:
    """Whether this server may fetch from any other."""
    return bool(settings.MEDIA_FETCH_HOSTS)


def check_can_fetch() -> None:
    """Conflict `fetching_off` unless `can_fetch`."""
    if not can_fetch():
        raise Conflict(
            _("This server fetches nothing from other servers: its owner has allowed none."),
            code="fetching_off",
        )


def has_inbox() -> bool:
    """Whether this server has a folder from which files are taken."""
    return "inbox" in settings.STORAGES


def check_has_inbox() -> None:
    """Conflict `no_inbox` unless `has_inbox`."""
    if not has_inbox():
        raise Conflict(
            _("This server has no folder from which files could be taken."), code="no_inbox"
        )
