"""Who has read which version: a lead's view of everybody who labels. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Subquery

from accounts.models import User
from guidelines.models import Acknowledgement, QuizAttempt
from guidelines.queries import current_version
from projects.models import Membership, Project
from projects.roles import ROLE_PERMISSIONS, Permission


@dataclass(frozen=True)
class Reader:
    """Where a person who labels stands; attempts are those at the current version's quiz."""

    person: User
    acknowledged: int | None
    acknowledged_at: datetime | None
    attempts: int
    passed_at: datetime | None
    is_due: bool


def reading_state(project: Project) -> list[Reader]:
    """Everybody who labels, by name: what they read last, and how they did in the quiz."""
    current = current_version(project)
    roles = [role for role, may in ROLE_PERMISSIONS.items() if Permission.LABEL in may]
    seen = Acknowledgement.objects.filter(
        person=OuterRef("user"), version__guideline__project=project
    ).order_by("-version__number")
    tries = QuizAttempt.objects.filter(person=OuterRef("user"), version=current)
    by_person = tries.order_by().values("person")
    rows = (
        Membership.objects.filter(project=project, left_at=None, roles__overlap=roles)
        .select_related("user")
        .annotate(
            acknowledged=Subquery(seen.values("version__number")[:1]),
            acknowledged_at=Subquery(seen.values("created_at")[:1]),
            attempts=Subquery(by_person.annotate(n=Count("pk")).values("n")),
            passed_at=Subquery(
                by_person.filter(passed=True).annotate(at=Min("created_at")).values("at")
            ),
        )
        .order_by("user__name", "pk")
    )
    needed = current.reading_number if current else 0
    return [
        Reader(
            person=row.user,
            acknowledged=row.acknowledged,
            acknowledged_at=row.acknowledged_at,
            attempts=row.attempts or 0,
            passed_at=row.passed_at,
            is_due=needed > (row.acknowledged or 0),
        )
        for row in rows
    ]
