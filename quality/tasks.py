"""The handlers of this app's jobs, and Celery's entry points: each calls one action."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from core.jobs import Progress, register
from quality.actions.agreement.compute import compute_agreement
from quality.actions.agreement.start import AGREEMENT_JOB
from quality.actions.live.counting import count_all
from quality.actions.live.figures import show_all
from quality.actions.live.proof import prove_all
from quality.actions.overview.compute import compute_overview
from quality.actions.overview.start import OVERVIEW_JOB
from quality.actions.people.compute import compute_people
from quality.actions.people.rule import apply_pause_rule
from quality.actions.people.start import PEOPLE_JOB
from quality.actions.resolution.compute import compute_resolution
from quality.actions.resolution.compute_comparison import compute_comparison
from quality.actions.resolution.start import RESOLUTION_JOB
from quality.actions.resolution.start_check import CHECK_JOB
from quality.actions.resolution.start_comparison import COMPARE_JOB
from quality.actions.resolution.verify import check_resolution
from quality.actions.review.draw import draw_all_reviews
from quality.actions.routing.start_step import STEP_JOB, ring_routing
from quality.actions.routing.step import compute_routing_step
from quality.actions.routing.study import STUDY_JOB, compute_routing_study


def agreement(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute an agreement run."""
    return compute_agreement(progress=progress, now=timezone.now())


def resolution(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run."""
    return compute_resolution(progress=progress, now=timezone.now())


def check(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run anew and compare."""
    return check_resolution(progress=progress, now=timezone.now())


def comparison(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compare two resolution runs."""
    return compute_comparison(progress=progress, now=timezone.now())


def people(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute the figures of people."""
    return compute_people(progress=progress, now=timezone.now())


@shared_task(name="quality.apply_pause_rule", ignore_result=True)
def pause_by_rule() -> None:
    """Every minute, from beat."""
    apply_pause_rule(now=timezone.now())


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


@shared_task(name="quality.draw_reviews", ignore_result=True)
def draw_reviews() -> None:
    """Every minute: the sample of new answers in projects that review some."""
    draw_all_reviews(now=timezone.now())


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
register(PEOPLE_JOB, people)
register(OVERVIEW_JOB, overview)
register(RESOLUTION_JOB, resolution)
register(CHECK_JOB, check)
register(COMPARE_JOB, comparison)
register(STUDY_JOB, routing_study)
register(STEP_JOB, routing_step)
