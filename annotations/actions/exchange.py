"""One request of the labeling screen: answers in, next items out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from annotations.actions.lease_items import lease
from annotations.actions.submit_annotations import submit_annotations
from annotations.answers import STORED, Answer, Outcome
from annotations.queries.progress import note_stored
from annotations.queries.serving import Serving
from projects.models import Project


@dataclass(frozen=True)
class Exchange:
    """What became of the answers, what is on the screen next, and what must be done before."""

    outcomes: list[Outcome]
    servings: list[Serving]
    gate: str = ""


def exchange(
    *,
    project: Project,
    by: User,
    answers: Sequence[Answer | Outcome],
    want: int,
    have: Sequence[int],
    now: datetime,
) -> Exchange:
    """Store first, then hand out: whatever happens to the second half, the first half stands."""
    outcomes = (
        submit_annotations(project=project, by=by, answers=answers, now=now) if answers else []
    )
    stored = sum(outcome.status == STORED for outcome in outcomes)
    if stored:
        note_stored(project, by, stored)
    if not want or not project.is_open:
        return Exchange(outcomes, [])
    leased = lease(project=project, by=by, count=want, have=have)
    return Exchange(outcomes, leased.servings, leased.gate)
