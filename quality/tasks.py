"""The handlers of this app's jobs, and Celery's entry points: each calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import Progress, register
from quality.actions.compute_agreement import compute_agreement
from quality.actions.compute_overview import compute_overview
from quality.actions.compute_resolution import compute_resolution
from quality.actions.live_counting import count_all
from quality.actions.live_figures import show_all
from quality.actions.live_proof import prove_all
from quality.actions.start_agreement import AGREEMENT_JOB
from quality.actions.start_overview import OVERVIEW_JOB
from quality.actions.start_resolution import RESOLUTION_JOB


def agreement(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute an agreement run."""
    return compute_agreement(progress=progress, now=timezone.now())


def resolution(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run."""
    return compute_resolution(progress=progress, now=timezone.now())


def overview(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Count an overview."""
    return compute_overview(progress=progress, now=timezone.now())


@shared_task(name="quality.count_live", ignore_result=True)
def count_live() -> None:
    """Every two seconds, from beat: count what was touched, then make figures of it."""
    count_all(now=timezone.now())
    show_all(now=timezone.now())


@shared_task(name="quality.prove_live", ignore_result=True)
def prove_live() -> None:
    """Every ten minutes, from beat: one proof a day for each project."""
    prove_all(now=timezone.now())


register(AGREEMENT_JOB, agreement)
register(OVERVIEW_JOB, overview)
register(RESOLUTION_JOB, resolution)
