"""When a policy looks at the items again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from annotations.models import Annotation, Item
from core.jobs import start_job
from projects.models import ProjectState
from quality.actions.starting import chosen_kinds
from quality.aggregation.routing_model import parameters
from quality.models import RoutingOutcome, RoutingPolicy, RoutingState, RoutingStep

STEP_JOB = "quality.routing_step"
SHORTEST_PAUSE = timedelta(minutes=1)
# A step takes at most this share of one worker's time, however large the project is.
SHARE_OF_A_WORKER = 20
# With nobody left to ask, people may have joined; what was kept for one person, time has passed.
LONGEST_PAUSE = timedelta(minutes=30)


@transaction.atomic
def start_routing_step(*, policy: RoutingPolicy, now: datetime) -> RoutingStep:
    """The next step of a policy; the one that waits or is at work, if there is one."""
    locked = (
        RoutingPolicy.objects.select_related("started_by", "project", "question")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=policy.pk)
    )
    waiting = RoutingStep.objects.unfinished().filter(policy=locked).first()
    if waiting is not None:
        return waiting
    last = RoutingStep.objects.filter(policy=locked).aggregate(last=Max("number"))["last"] or 0
    return RoutingStep.objects.create(
        policy=locked,
        number=last + 1,
        project=locked.project,
        question=locked.question,
        source_kinds=chosen_kinds(None),
        parameters=parameters(),
        job=start_job(kind=STEP_JOB, arguments={}, by=locked.started_by, now=now),
        requested_by=locked.started_by,
        created_at=now,
    )


def ring_routing(*, now: datetime) -> int:
    """Start the next step of every running policy that has reason for one; how many were started.

    A few index look-ups per policy, whatever the size of its project.
    """
    unended = RoutingPolicy.objects.filter(project__state=ProjectState.OPEN).unended()
    due = [
        policy
        for policy in unended
        if policy.state == RoutingState.RUNNING and _is_due(policy, now)  # type: ignore[attr-defined]
    ]
    for policy in due:
        start_routing_step(policy=policy, now=now)
    return len(due)


def _is_due(policy: RoutingPolicy, now: datetime) -> bool:
    last = RoutingStep.objects.filter(policy=policy).select_related("job").order_by("-number")
    step = last.first()
    if step is None:
        return True
    if not step.job.is_finished:
        return False
    finished = step.job.finished_at or step.created_at
    took = finished - (step.job.started_at or finished)
    if now - finished < max(SHORTEST_PAUSE, SHARE_OF_A_WORKER * took):
        return False
    if step.computed_at is None:
        return now - finished > LONGEST_PAUSE
    if step.n_left_open:
        return True
    if now - finished > LONGEST_PAUSE and (
        step.outcome == RoutingOutcome.NOBODY_LEFT or step.n_reserved
    ):
        return True
    return _something_came(step)


def _something_came(step: RoutingStep) -> bool:
    """Whether there is an annotation or an item that the step has not seen."""
    said = Annotation.objects.filter(project=step.project_id).order_by("-created_at")
    newest = said.values_list("created_at", flat=True).first()
    if newest is not None and newest != step.latest_annotation_at:
        return True
    arrived = Item.objects.filter(project=step.project_id).order_by("-pk")
    latest = arrived.values_list("created_at", flat=True).first()
    return latest is not None and step.computed_at is not None and latest > step.computed_at
