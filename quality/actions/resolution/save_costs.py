"""Say what wrong decisions cost."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict
from guidelines.models import Question
from projects.models import Project
from quality.actions.starting import check_question
from quality.models import CostMatrix
from quality.queries.labels import scale_for
from quality.queries.resolution.costs import latest_costs

DEAREST = 1_000_000_000
LONGEST_COMMENT = 2_000


@transaction.atomic
def save_costs(
    *,
    project: Project,
    question: Question,
    costs: Mapping[str, Any],
    based_on: int,
    comment: str = "",
    by: User,
    now: datetime,
) -> CostMatrix:
    """A new version of the costs; the same costs as before make none.

    `costs`: {true choice key: {said choice key: cost}} for every choice of the question.
    `based_on`: number of the version that was edited, 0 for the first. ValidationError for costs
    that make no sense; Conflict when somebody else was faster.
    """
    rows = Question.objects.select_related("guideline")
    question = rows.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    check_question(project=project, question=question)
    if question.kind != "choice":
        message = _("Costs are for questions with a single choice.")
        raise ValidationError({"question": ValidationError(message, code="not_a_choice")})
    checked = checked_costs(list(scale_for(question, None).values()), costs)
    head = latest_costs(question.pk)
    number = head.number if head else 0
    if head is not None and head.costs == checked:
        return head
    if number != based_on:
        raise Conflict(_("Somebody has changed these costs meanwhile."), code="costs_changed")
    made = CostMatrix(
        project=project,
        question=question,
        number=number + 1,
        costs=checked,
        comment=comment.strip()[:LONGEST_COMMENT],
        created_by=by,
        created_at=now,
    )
    made.save(force_insert=True)
    _note(made, by=by, now=now)
    return made


def _note(made: CostMatrix, *, by: User, now: datetime) -> None:
    record(
        action="quality.costs_changed",
        by=by,
        now=now,
        scope=made.project.scope,
        subject=f"costs:{made.pk}",
        question=made.question.key,
        number=made.number,
    )


def checked_costs(keys: list[str], costs: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """All costs between these choices as numbers; ValidationError for what is missing, unknown or
    no cost, and where all mistakes cost nothing."""
    found: dict[str, dict[str, float]] = {}
    for true in keys:
        row = costs.get(true)
        if not isinstance(row, Mapping):
            raise _wrong(_("There is no row for the choice “%(choice)s”."), choice=true)
        found[true] = {said: _cost(true, said, row.get(said)) for said in keys}
        if unknown := sorted(set(row) - set(keys)):
            raise _wrong(_("There is no choice “%(choice)s”."), choice=unknown[0])
    if unknown := sorted(set(costs) - set(keys)):
        raise _wrong(_("There is no choice “%(choice)s”."), choice=unknown[0])
    if not any(cost for row in found.values() for cost in row.values()):
        raise _wrong(_("At least one mistake must cost something."))
    return found


def _cost(true: str, said: str, cost: Any) -> float:
    known = isinstance(cost, int | float) and not isinstance(cost, bool) and math.isfinite(cost)
    if not known or not 0 <= cost <= DEAREST:
        raise _wrong(
            _("The cost of saying “%(said)s” of “%(true)s” must be a number from 0 to %(most)s."),
            true=true,
            said=said,
            most=DEAREST,
        )
    if true == said and cost:
        raise _wrong(_("Saying “%(said)s” of “%(said)s” is right, and costs nothing."), said=said)
    return float(cost)


def _wrong(message: str, **named: Any) -> ValidationError:
    return ValidationError({"costs": ValidationError(message % named, code="bad_costs")})
