"""How much of a person's stream are checks, and what follows from them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.queries.training import active_gold
from projects.actions.projects import CHECKS, change_project
from projects.models import Project


@transaction.atomic
def set_checks(*, project: Project, by: User, now: datetime, **settings: int) -> Project:
    """Change some of the settings of checks (`projects.actions.projects.CHECKS`).

    ValidationError by name, also when gold is to be served and there is none.
    """
    unknown = set(settings) - set(CHECKS)
    if unknown:
        raise TypeError(f"not settings of checks: {sorted(unknown)}")
    if settings.get("gold_rate") and not active_gold(project):
        message = _("There are no gold items yet. Mark items as gold first.")
        raise ValidationError({"gold_rate": ValidationError(message, code="no_gold")})
    return change_project(project=project, by=by, now=now, **settings)
