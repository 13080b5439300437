"""One step of a policy: look at all items, close what is not needed, open what helps most."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _

from core.jobs import Progress
from quality.actions.resolution.run_inputs import check_labels, close_run, in_language_of
from quality.actions.routing.close import close_slots
from quality.actions.routing.open import open_slots, release_kept_slots
from quality.aggregation.routing import Standing, StopRule
from quality.aggregation.routing_people import NOBODY, gains, most_helpful_people
from quality.aggregation.routing_plan import ItemStates, Plan, plan_slots
from quality.models import (
    RoutingMove,
    RoutingOutcome,
    RoutingPolicy,
    RoutingReason,
    RoutingState,
    RoutingStep,
)
from quality.queries.routing.outlook import Outlook, outlook, sample_of, standing_of
from quality.queries.routing.policies import Kept, expectation
from quality.queries.routing.states import had_by, measured_pace, present_people

# Nobody's queue runs dry between two steps, and nothing is asked for that another answer makes
# needless: about an hour of work waits.
FEWEST_WAITING, MOST_WAITING = 20, 5000
# Closing goes on in the next step, so that no step holds the queue for long.
MOST_CLOSED = 50_000

_REASONS = {
    Standing.BELOW_LEAST: RoutingReason.BELOW_LEAST,
    Standing.UNSURE: RoutingReason.UNSURE,
    Standing.SURE: RoutingReason.SURE,
    Standing.AT_MOST: RoutingReason.AT_MOST,
    Standing.NOTHING_TO_GAIN: RoutingReason.NO_GAIN,
    Standing.DECIDED: RoutingReason.DECIDED,
}

_USED = """
SELECT count(DISTINCT assignment_id) FROM quality_routedslot AS routed
  JOIN annotations_assignment AS slot ON slot.id = routed.assignment_id
 WHERE routed.policy_id = %s AND routed.change = 'opened' AND slot.state <> 'closed'
"""


def compute_routing_step(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """The handler of its job. Once more with nothing new, it changes nothing."""
    steps = RoutingStep.objects.select_related(
        "project", "question", "version", "requested_by", "policy"
    )
    step = steps.get(job=progress.job_id)
    with in_language_of(step):
        progress.report(0, 0, _("Reading labels"))
        seen = outlook(
            step,
            policy=step.policy,
            check=check_labels,
            report=lambda _read: progress.report(0),
        )
        progress.report(0, message=_("Choosing items"))
        policy = step.policy
        rule = StopRule(policy.target, policy.least, policy.most)
        states = seen.states(rule)
        standing = standing_of(seen, states)
        results = _acted(step, seen, states, rule, now)
        left = None if policy.budget is None else max(0, policy.budget - results["n_used"])
        pace = asdict(measured_pace(step.project))
        found = expectation(Kept(standing, sample_of(seen, step.number), pace), rule, left)
        close_run(
            step, seen.labels, now=now, standing=standing, forecast=found.as_json(), **results
        )
        progress.report(0, message="")
    return {"step": step.pk, "opened": results["n_opened"], "closed": results["n_closed"]}


def _acted(
    step: RoutingStep, seen: Outlook, states: ItemStates, rule: StopRule, now: datetime
) -> dict[str, Any]:
    """Change the slots, unless the policy was stopped while the labels were looked at."""
    # Whoever pauses or ends the policy takes the same lock, and so does another step.
    RoutingPolicy.objects.select_for_update(no_key=True).get(pk=step.policy_id)
    state = RoutingMove.objects.filter(policy=step.policy_id).latest("number").state
    used = _used(step.policy)
    if state != RoutingState.RUNNING:
        return _results(RoutingOutcome.STOPPED, used=used)
    room = _room(step)
    budget = None if step.policy.budget is None else step.policy.budget - used
    plan = plan_slots(states, rule, room=room, budget=budget, most_closed=MOST_CLOSED)
    chooser = _Chooser(step, seen, states, rule, plan)
    n_closed = close_slots(step, list(chooser.closing()))
    release_kept_slots(step, people=seen.people, now=now)
    n_opened, n_reserved = open_slots(step, list(chooser.opening(now)))
    return _results(
        RoutingOutcome(plan.outcome),
        room=room,
        used=_used(step.policy),
        n_candidates=plan.n_candidates,
        n_opened=n_opened,
        n_reserved=n_reserved,
        n_closed=n_closed,
        n_left_open=plan.n_left,
    )


def _results(outcome: RoutingOutcome, *, used: int, **more: int) -> dict[str, Any]:
    counts = ("n_candidates", "n_opened", "n_reserved", "n_closed", "n_left_open", "room")
    return {"outcome": outcome, "n_used": used, **dict.fromkeys(counts, 0), **more}


def _used(policy: RoutingPolicy) -> int:
    """Slots the policy has opened that were answered, or still are asked for."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, [policy.pk])
        return int(cursor.fetchone()[0])


def _room(step: RoutingStep) -> int:
    """How many slots may wait: what people answered in their last hour."""
    return min(max(measured_pace(step.project).per_hour, FEWEST_WAITING), MOST_WAITING)


@dataclass(frozen=True, eq=False)
class _Chooser:
    """Rows for closing and opening, each with what was known."""

    step: RoutingStep
    seen: Outlook
    states: ItemStates
    rule: StopRule
    plan: Plan

    def closing(self) -> Iterator[tuple[Any, ...]]:
        for place, row in enumerate(self.plan.closing.tolist(), start=1):
            keep, only_own = int(self.plan.keep[row]), bool(self.plan.only_own[row])
            reason = self._reason(row)
            if reason in (RoutingReason.UNSURE, RoutingReason.BELOW_LEAST):
                reason = RoutingReason.HELD_BACK
            item = int(self.states.items[row])
            yield (place, item, keep, only_own, reason.value, *self._known(row))

    def opening(self, now: datetime) -> Iterator[tuple[Any, ...]]:
        rows = self.plan.chosen
        gain, people = self._people(rows, now)
        for place, row in enumerate(rows.tolist(), start=1):
            n_labels = int(self.states.n_labels[row])
            below = self.states.standing[row] == Standing.BELOW_LEAST
            # What may be asked for already, besides this one.
            most_busy = self.rule.least - n_labels - 1 if below else 0
            yield (
                place,
                int(self.states.items[row]),
                max(0, most_busy),
                self._reason(row).value,
                *self._known(row),
                float(gain[place - 1]),
                people[place - 1],
            )

    def _reason(self, row: int) -> RoutingReason:
        return _REASONS[Standing(int(self.states.standing[row]))]

    def _known(self, row: int) -> tuple[int, float, float]:
        confidence = float(self.seen.posterior[row].max(initial=0.0))
        return int(self.states.n_labels[row]), confidence, float(self.states.margin[row])

    def _people(self, rows: Any, now: datetime) -> tuple[Any, list[int | None]]:
        """The best gain of each item, and for whom its slot is kept: among those at work now."""
        posterior = self.seen.posterior[rows]
        answered = present_people(self.step.project, now=now)
        present = [person for person in self.seen.people if person in answered]
        if not present or not rows.size:
            gain, _information = gains(posterior, self.seen.helpful[np.newaxis])
            return gain.max(axis=1, initial=0.0), [None] * rows.size
        tables = np.array([self.seen.table_of(person) for person in present])
        gain, information = gains(posterior, tables)
        items = self.states.items[rows]
        had = had_by(items, present)
        may = np.array([[(item, each) not in had for each in present] for item in items.tolist()])
        # Slots of an item that others may have besides would give one person two of them.
        may &= (self.states.standing[rows] == Standing.UNSURE)[:, np.newaxis]
        chosen = most_helpful_people(
            gain, information, may, [answered[person] for person in present]
        )
        return gain.max(axis=1), [None if at == NOBODY else present[at] for at in chosen.tolist()]
