"""Training: which gold item comes next, how somebody does, who is where. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery

from accounts.models import User
from annotations.models import GoldItem, TrainingAnswer, TrainingResult
from core.digest import digest
from projects.models import Membership, Project
from projects.roles import ROLE_PERMISSIONS, Permission


@dataclass(frozen=True)
class TrainingState:
    """One person's attempt: `next` is None at its end, or when the project has no gold items."""

    attempt: int
    done: int
    total: int
    next: GoldItem | None
    last: TrainingResult | None

    @property
    def has_passed(self) -> bool:
        return self.last is not None and self.last.passed


def active_gold(project: Project) -> int:
    """How many gold items there are."""
    return GoldItem.objects.filter(project=project, retired_at=None).count()


def training_state(project: Project, person: User) -> TrainingState:
    """Where the person stands. Gold items of earlier attempts come last; the order is drawn anew
    for each attempt, and is the same whenever it is asked for."""
    results = TrainingResult.objects.filter(project=project, person=person).order_by("attempt")
    last = results.last()
    attempt = last.attempt + 1 if last else 1
    answers = TrainingAnswer.objects.filter(project=project, person=person)
    seen = dict(answers.values("gold").annotate(last=Max("attempt")).values_list("gold", "last"))
    golds = list(GoldItem.objects.filter(project=project, retired_at=None).select_related("item"))
    done = answers.filter(attempt=attempt).count()
    waiting = sorted(
        (gold for gold in golds if seen.get(gold.pk) != attempt),
        key=lambda gold: (gold.pk in seen, digest([person.pk, attempt, gold.pk])),
    )
    total = min(project.training_items, done + len(waiting))
    upcoming = waiting[0] if waiting and done < total else None
    return TrainingState(attempt, done, total, upcoming, last)


@dataclass(frozen=True)
class Trainee:
    """Where one annotator stands."""

    person: User
    attempts: int
    n_right: int | None
    n_items: int | None
    passed_at: datetime | None
    answered: int


def trainees(project: Project) -> list[Trainee]:
    """Everybody who labels, by name."""
    roles = [role for role, may in ROLE_PERMISSIONS.items() if Permission.LABEL in may]
    results = TrainingResult.objects.filter(project=project, person=OuterRef("user"))
    by_person = results.order_by().values("person")
    answers = TrainingAnswer.objects.filter(project=project, person=OuterRef("user"))
    latest = results.order_by("-attempt")
    rows = (
        Membership.objects.filter(project=project, left_at=None, roles__overlap=roles)
        .select_related("user")
        .annotate(
            attempts=Subquery(by_person.annotate(n=Count("pk")).values("n")),
            n_right=Subquery(latest.values("n_right")[:1]),
            n_items=Subquery(latest.values("n_items")[:1]),
            passed_at=Subquery(
                by_person.annotate(at=Min("created_at", filter=Q(passed=True))).values("at")
            ),
            answered=Subquery(
                answers.order_by().values("person").annotate(n=Count("pk")).values("n")
            ),
        )
        .order_by("user__name", "pk")
    )
    return [
        Trainee(
            row.user,
            row.attempts or 0,
            row.n_right,
            row.n_items,
            row.passed_at,
            row.answered or 0,
        )
        for row in rows
    ]
