"""The rule that pauses: who is surely below the project's mark gets no new items (ADR 0031)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from annotations.actions.check_pause import pause_person
from annotations.models import Assignment, AssignmentState, Pause, PauseState, Purpose
from annotations.queries.checks import gold_answers
from core.errors import Conflict
from projects.models import Membership, Project, ProjectState
from projects.roles import Permission
from quality.people.mean_likeness import mean_likeness
from quality.queries.people.gold_credit import gold_credits

# Who has answered a check within this time is judged. Beat asks far more often, and a check that
# it misses is judged together with the person's next one.
RECENT = timedelta(minutes=15)


def apply_pause_rule(*, now: datetime) -> int:
    """Pause everybody for whom the rule of their project holds; how many that were.

    The work grows with the people who answered checks just now, and with the gold items each of
    them has met, never with the items of a project.
    """
    return sum(_judge(project, person, now) for project, person in _recent(now))


def _recent(now: datetime) -> Iterator[tuple[Project, User]]:
    projects = Project.objects.filter(state=ProjectState.OPEN, pause_mark__gt=0)
    for project in projects:
        answered = Assignment.objects.filter(
            project=project,
            purpose=Purpose.GOLD,
            state=AssignmentState.DONE,
            done_at__gt=now - RECENT,
        )
        people = answered.values_list("annotator", flat=True).distinct()
        members = Membership.objects.filter(project=project, left_at=None, user__in=people)
        for member in members.select_related("user").order_by("pk"):
            if Permission.LABEL in member.permissions:
                yield project, member.user


def _judge(project: Project, person: User, now: datetime) -> bool:
    latest = Pause.objects.filter(project=project, person=person).order_by("-pk").first()
    if latest is not None and latest.state == PauseState.PAUSED:
        return False
    # Somebody has let them go on: what was known then is settled.
    since = latest.created_at if latest is not None else None
    answers = list(gold_answers(project, person=person, since=since))
    if len(answers) < project.pause_after:
        return False
    found = mean_likeness(gold_credits(project, answers))
    low, high = found.low or 0.0, found.high or 0.0
    if high * 100 >= project.pause_mark:
        return False
    figures = {
        "n_right": round((found.value or 0.0) * found.n, 1),
        "n_checks": found.n,
        "low": round(low, 4),
        "high": round(high, 4),
        "high_percent": round(100 * high, 1),
        "mark": project.pause_mark,
    }
    try:
        pause_person(project=project, person=person, reason="", by=None, now=now, figures=figures)
    except Conflict:
        return False  # somebody has paused them at this moment
    return True
