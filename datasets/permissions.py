"""Whether an import may happen now; who may is said by the roles."""

from django.utils.translation import gettext as _

from core.errors import Conflict
from projects.models import Project


def can_import(project: Project) -> bool:
    """Closed and retired projects take no items."""
    return project.is_open


def check_can_import(project: Project) -> None:
    """Conflict `project_closed` unless `can_import`."""
    if not can_import(project):
        raise Conflict(
            _("This project is closed. Nothing can be imported until it is opened again."),
            code="project_closed",
        )
