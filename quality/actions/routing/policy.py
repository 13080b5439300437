"""Start, pause, resume and end adaptive overlap for a question. Labels always stay."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict
from guidelines.models import Question
from projects.models import Project
from quality.actions.routing.close import close_own_slots, restore_fixed_slots
from quality.actions.routing.start_step import start_routing_step
from quality.actions.routing.study import locked_question
from quality.aggregation.routing import StopRule
from quality.models import RoutingMove, RoutingPolicy, RoutingState, RoutingStudy
from quality.models.routing import HIGHEST_TARGET, LEAST_TARGET, MOST_LABELS
from quality.queries.routing.policies import expectation, kept_by

LARGEST_BUDGET = 2**31 - 1


@dataclass(frozen=True)
class RoutingPlan:
    """What a lead asks for; see `RoutingPolicy`."""

    target: float = 0.95
    least: int = 2
    most: int = 5
    budget: int | None = None

    def rule(self) -> StopRule:
        """Of a checked plan."""
        return StopRule(self.target, self.least, self.most)


def check_routing_plan(plan: RoutingPlan) -> None:
    """ValidationError with every fault of the plan, by field."""
    target = _("The confidence lies between 0.5 and 0.999: no label is ever certain.")
    number = _("This is a whole number from 1 to 50.")
    budget = _("The budget is a whole number above 0. Leave it out for no budget.")
    found = (
        (not LEAST_TARGET <= plan.target <= HIGHEST_TARGET, "target", "bad_target", target),
        (not 1 <= plan.least <= MOST_LABELS, "least", "bad_least", number),
        (not 1 <= plan.most <= MOST_LABELS, "most", "bad_most", number),
        (
            1 <= plan.most < plan.least <= MOST_LABELS,
            "most",
            "most_below_least",
            _("The most labels of an item cannot be fewer than the least."),
        ),
        (
            plan.budget is not None and not 1 <= plan.budget <= LARGEST_BUDGET,
            "budget",
            "bad_budget",
            budget,
        ),
    )
    faults = {
        field: ValidationError(message, code=code)
        for is_wrong, field, code, message in found
        if is_wrong
    }
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def start_routing(
    *,
    project: Project,
    question: Question,
    plan: RoutingPlan,
    replaces: int | None = None,
    by: User,
    now: datetime,
) -> RoutingPolicy:
    """The next policy of the question; its first step begins at once.

    `replaces` is the number of the policy that it takes over from, which ends. ValidationError for
    a plan that cannot be, another kind of question, or without a study. Conflict when the project
    is closed (`project_closed`) or another policy has not ended (`policy_running`).
    """
    if not project.is_open:
        raise Conflict(
            _("This project is closed: nothing is handed out any more."), code="project_closed"
        )
    locked = locked_question(project, question)
    check_routing_plan(plan)
    study = _latest_study(locked)
    check_within_reach(plan, study)
    last = RoutingPolicy.objects.filter(question=locked).with_state().order_by("-number").first()
    if last is not None and last.state != RoutingState.ENDED:  # type: ignore[attr-defined]
        _take_over(last, replaces, by=by, now=now)
    policy = RoutingPolicy.objects.create(
        project=project,
        question=locked,
        number=last.number + 1 if last else 1,
        target=plan.target,
        least=plan.least,
        most=plan.most,
        budget=plan.budget,
        study=study,
        expected=expectation(kept_by(study), plan.rule(), plan.budget).as_json(),
        started_by=by,
        started_at=now,
    )
    _move(policy, RoutingState.RUNNING, 1, 0, by=by, now=now)
    start_routing_step(policy=policy, now=now)
    return policy


def _latest_study(question: Question) -> RoutingStudy:
    study = RoutingStudy.objects.computed().filter(question=question).order_by("-pk").first()
    if study is None:
        message = _("Look at where the items stand first: what is asked for is planned from that.")
        raise ValidationError({"question": ValidationError(message, code="no_study")})
    return study


def check_within_reach(plan: RoutingPlan, study: RoutingStudy) -> None:
    """ValidationError for a confidence that no number of labels could lead to."""
    ceiling = study.sample["ceiling"]
    if plan.target > ceiling:
        message = _(
            "No number of labels makes a decision surer than %(ceiling)s%% here, as long as there"
            " are not enough gold items to say how far annotators can be trusted."
        ) % {"ceiling": number_format(floored_percent(ceiling), 1)}
        raise ValidationError({"target": ValidationError(message, code="out_of_reach")})


def floored_percent(share: float) -> float:
    """In per cent with one decimal, never more than it is."""
    return math.floor(1000 * share) / 10


def _take_over(last: RoutingPolicy, replaces: int | None, *, by: User, now: datetime) -> None:
    if replaces != last.number:
        raise Conflict(
            _("Policy %(number)s of this question has not ended. End it, or replace it.")
            % {"number": last.number},
            code="policy_running",
            number=last.number,
        )
    end_routing(policy=last, by=by, now=now)


@transaction.atomic
def pause_routing(*, policy: RoutingPolicy, by: User, now: datetime) -> RoutingPolicy:
    """Open and close nothing more, and take back the slots that wait. Again: nothing changes."""
    locked, last = _locked(policy)
    if last.state == RoutingState.RUNNING:
        closed = close_own_slots(locked)
        _move(locked, RoutingState.PAUSED, last.number + 1, closed, by=by, now=now)
    elif last.state == RoutingState.ENDED:
        raise _has_ended()
    return locked


@transaction.atomic
def resume_routing(*, policy: RoutingPolicy, by: User, now: datetime) -> RoutingPolicy:
    """Go on from where the items stand now. Resuming a running policy changes nothing."""
    locked, last = _locked(policy)
    if last.state == RoutingState.PAUSED:
        _move(locked, RoutingState.RUNNING, last.number + 1, 0, by=by, now=now)
        start_routing_step(policy=locked, now=now)
    elif last.state == RoutingState.ENDED:
        raise _has_ended()
    return locked


@transaction.atomic
def end_routing(
    *, policy: RoutingPolicy, restores: bool = False, by: User, now: datetime
) -> RoutingPolicy:
    """Take back what waits, for good. With `restores`, the slots of the fixed overlap that were
    held back wait again. Ending an ended policy changes nothing.
    """
    locked, last = _locked(policy)
    if last.state != RoutingState.ENDED:
        closed = close_own_slots(locked)
        restored = restore_fixed_slots(locked) if restores else 0
        _move(
            locked,
            RoutingState.ENDED,
            last.number + 1,
            closed,
            by=by,
            now=now,
            restored=restored,
        )
    return locked


def _has_ended() -> Conflict:
    return Conflict(_("This policy has ended. Start a new one to go on."), code="policy_ended")


def _locked(policy: RoutingPolicy) -> tuple[RoutingPolicy, RoutingMove]:
    locked = (
        RoutingPolicy.objects.select_related("project", "question")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=policy.pk)
    )
    return locked, RoutingMove.objects.filter(policy=locked).latest("number")


def _move(
    policy: RoutingPolicy,
    state: RoutingState,
    number: int,
    n_slots: int,
    *,
    by: User,
    now: datetime,
    restored: int = 0,
) -> None:
    RoutingMove.objects.create(
        policy=policy, number=number, state=state, n_slots=n_slots, by=by, at=now
    )
    record(
        action={
            RoutingState.RUNNING: "routing.running",
            RoutingState.PAUSED: "routing.paused",
            RoutingState.ENDED: "routing.ended",
        }[state],
        by=by,
        now=now,
        scope=policy.project.scope,
        subject=f"routing:{policy.pk}",
        question=policy.question.key,
        number=policy.number,
        target=policy.target,
        least=policy.least,
        most=policy.most,
        budget=policy.budget,
        slots=n_slots,
        restored=restored,
    )
