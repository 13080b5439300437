"""Celery's entry points: load nothing, decide nothing, call `core.jobs`."""

import logging
import uuid

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_noop

from core import jobs

logger = logging.getLogger(__name__)


@shared_task(
    name="core.run_job",
    autoretry_for=(OperationalError, InterfaceError),
    retry_backoff=1,
    retry_backoff_max=30,
    max_retries=20,
)
def run_job(*, job_id: str) -> None:
    """Run one job row; running it twice is harmless."""
    try:
        jobs.run_job(uuid.UUID(job_id))
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the task's edge: whatever happened, the row must say so
        logger.exception("job %s failed", job_id)
        message = gettext_noop("An unexpected error; the server log has the details.")
        jobs.fail_job(uuid.UUID(job_id), message)


@shared_task(name="core.ring_overdue_jobs", ignore_result=True)
def ring_overdue_jobs() -> None:
    """Every few seconds, from beat."""
    jobs.ring_overdue()
