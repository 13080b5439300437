"""The handlers of this app's jobs, and what beat rings: each calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import Progress, register
from quality.actions.compute_agreement import compute_agreement
from quality.actions.compute_resolution import compute_resolution
from quality.actions.routing_start_step import STEP_JOB, ring_routing
from quality.actions.routing_step import compute_routing_step
from quality.actions.routing_study import STUDY_JOB, compute_routing_study
from quality.actions.start_agreement import AGREEMENT_JOB
from quality.actions.start_resolution import RESOLUTION_JOB


def agreement(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute an agreement run."""
    return compute_agreement(progress=progress, now=timezone.now())


def resolution(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run."""
    return compute_resolution(progress=progress, now=timezone.now())


def routing_study(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Look at where the items of a question stand."""
    return compute_routing_study(progress=progress, now=timezone.now())


def routing_step(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Open and close slots for a policy."""
    return compute_routing_step(progress=progress, now=timezone.now())


@shared_task(name="quality.ring_routing", ignore_result=True)
def route() -> None:
    """Every half minute, from beat: the next steps of running policies."""
    ring_routing(now=timezone.now())


register(AGREEMENT_JOB, agreement)
register(RESOLUTION_JOB, resolution)
register(STUDY_JOB, routing_study)
register(STEP_JOB, routing_step)
