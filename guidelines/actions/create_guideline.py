"""A project gets its guideline."""

from datetime import datetime

from accounts.models import User
from core import audit
from guidelines.models import Guideline
from projects.models import Project


def create_guideline(*, project: Project, by: User, now: datetime) -> Guideline:
    """The project's guideline; made at the first call, the same one ever after."""
    guideline, created = Guideline.objects.get_or_create(
        project=project, defaults={"created_at": now}
    )
    if created:
        audit.record(
            action="guideline.create",
            by=by,
            now=now,
            scope=project.scope,
            subject=f"guideline:{guideline.pk}",
        )
    return guideline
