"""A person says that they have read the current version."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict
from guidelines import permissions, queries
from guidelines.models import Acknowledgement, GuidelineVersion, QuizAttempt


@transaction.atomic
def acknowledge(*, version: GuidelineVersion, by: User, now: datetime) -> Acknowledgement:
    """The acknowledgement; made at the first call, the same one ever after.

    Conflict `old_version` if another version holds now, `quiz_first` while its quiz is not
    passed.
    """
    found = Acknowledgement.objects.filter(version=version, person=by).first()
    if found:
        return found
    project = version.guideline.project
    permissions.check_is_current(version, queries.current_version(project))
    reading = queries.reading_due(by, project)
    if reading and reading.asks_quiz:
        raise Conflict(
            _("Please pass the quiz on the changed rules first."),
            code="quiz_first",
            number=version.number,
        )
    passed = QuizAttempt.objects.filter(version=version, person=by, passed=True).first()
    made, created = Acknowledgement.objects.get_or_create(
        version=version, person=by, defaults={"attempt": passed, "created_at": now}
    )
    if created:
        audit.record(
            action="guideline.acknowledge",
            by=by,
            now=now,
            scope=project.scope,
            subject=f"guideline version:{version.pk}",
            number=version.number,
        )
    return made
