"""Celery's entry points of this app."""

from celery import shared_task

from annotations.actions import release_expired_leases as release
from annotations.queries.progress import COUNT_TASK, count_totals, projects_at_work


@shared_task(name="annotations.release_expired_leases", ignore_result=True)
def release_expired_leases() -> None:
    """Every minute, from beat: expired leases first, then the figures of those who are at work."""
    while release.release_expired_leases() == release.BATCH:
        pass
    for project_id in projects_at_work():
        count_totals(project_id)


@shared_task(name=COUNT_TASK, ignore_result=True)
def count_slots(*, project_id: int) -> None:
    """Rung where a request would have to count a large project."""
    count_totals(project_id)
