"""The handlers of this app's jobs, and what beat rings: each calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import Progress, register
from quality.actions.compute_agreement import compute_agreement
from quality.actions.compute_resolution import compute_resolution
from quality.actions.review_draw import draw_all_reviews
from quality.actions.start_agreement import AGREEMENT_JOB
from quality.actions.start_check import CHECK_JOB
from quality.actions.start_resolution import RESOLUTION_JOB
from quality.actions.verify_resolution import check_resolution


def agreement(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute an agreement run."""
    return compute_agreement(progress=progress, now=timezone.now())


def resolution(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run."""
    return compute_resolution(progress=progress, now=timezone.now())


def check(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run anew and compare."""
    return check_resolution(progress=progress, now=timezone.now())


@shared_task(name="quality.draw_reviews", ignore_result=True)
def draw_reviews() -> None:
    """Every minute: the sample of new answers in projects that review some."""
    draw_all_reviews(now=timezone.now())


register(AGREEMENT_JOB, agreement)
register(RESOLUTION_JOB, resolution)
register(CHECK_JOB, check)
