"""Background work: rows in PostgreSQL are the truth, Celery and Redis only ring the bell.

An action calls `start_job` inside its transaction. A worker claims the row, runs the handler in
one transaction together with the final "done", and a heartbeat thread with a connection of its
own writes progress and renews the lease. A worker that lost its lease cannot commit.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop
from kombu.exceptions import OperationalError as BrokerError

from core.models import Job
from core.models.job import JobState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RING_AGAIN = timedelta(seconds=30)
HEARTBEAT_SECONDS = 1.0
LAST_BEAT_SECONDS = 5.0
MAX_ATTEMPTS = 3

Handler = Callable[["Progress", dict[str, Any]], dict[str, Any]]
_HANDLERS: dict[str, Handler] = {}


class JobFailed(Exception):
    """The job cannot be done; `errors` say why, each with message, code and place."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        super().__init__("; ".join(str(error.get("message")) for error in errors))


class JobCancelled(Exception):
    """Somebody asked for it to stop."""


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must not commit."""


@dataclass
class Progress:
    """What a handler tells about itself; the heartbeat thread carries it to the row."""

    job_id: uuid.UUID
    attempt: int
    done: int = 0
    total: int = 0
    message: str = ""
    cancelled: bool = False
    lost: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def report(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Call it often: it costs nothing, and raises when the job was cancelled or taken over."""
        self.done = done
        self.total = self.total if total is None else total
        self.message = self.message if message is None else message
        if self.cancelled:
            raise JobCancelled
        if self.lost:
            raise LeaseLost


def register(kind: str, handler: Handler) -> None:
    """Name the handler of a kind of job; called from `AppConfig.ready`."""
    _HANDLERS[kind] = handler


def start_job(*, kind: str, arguments: dict[str, Any], by: Any, now: datetime) -> Job:
    """Insert the row and ring a worker after the commit. A lost ring is repeated by beat.

    `by` is the user who asks, or None for the program itself.
    """
    job = Job.objects.create(
        kind=kind,
        arguments=arguments,
        requested_by=by,
        created_at=now,
        ring_at=now + RING_AGAIN,
    )
    transaction.on_commit(lambda: ring(job.pk))
    return job


def cancel_job(*, job: Job, now: datetime) -> None:
    """Stop a job: at once when nobody has begun, else at its next report. Nothing is kept."""
    stopped = Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(
        state=JobState.CANCELLED, finished_at=now
    )
    if not stopped:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)


def ring(job_id: uuid.UUID) -> None:
    """Wake a worker. A broker that is away is no error: the row stays queued, beat rings again."""
    try:
        current_app.send_task("core.run_job", kwargs={"job_id": str(job_id)}, retry=False)
    except BrokerError:
        logger.warning("the broker is away; job %s waits for the next ring", job_id)


def ring_overdue() -> int:
    """Ring for every job that is queued too long or whose worker fell silent."""
    overdue = list(Job.objects.overdue(Now()).values_list("pk", flat=True)[:100])  # type: ignore[arg-type]
    for job_id in overdue:
        Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(ring_at=Now() + RING_AGAIN)
        ring(job_id)
    return len(overdue)


def run_job(job_id: uuid.UUID) -> JobState | None:
    """Claim, run and finish one job; None when there was nothing to claim."""
    job = _claim(job_id)
    if job is None:
        return None
    if job.attempt > MAX_ATTEMPTS:
        message = gettext_noop("The worker died while doing this, several times in a row.")
        return _finish(job, JobState.FAILED, error=[{"message": message, "code": "worker_died"}])
    progress = Progress(job_id=job.pk, attempt=job.attempt, total=job.total)
    heart = threading.Thread(target=_beat, args=(progress,), daemon=True)
    heart.start()
    try:
        with transaction.atomic():
            result = _HANDLERS[job.kind](progress, job.arguments)
            _stop(progress, heart)
            done = _finish(
                job, JobState.DONE, result=result, done=progress.done, total=progress.total
            )
            if done is None:
                raise LeaseLost
        return done
    except LeaseLost:
        logger.warning("job %s was taken over by another worker; nothing was kept", job.pk)
        return None
    except JobCancelled:
        return _finish(job, JobState.CANCELLED)
    except JobFailed as failure:
        return _finish(job, JobState.FAILED, error=failure.errors)
    except ValidationError as invalid:
        errors = [{"message": message, "code": "invalid"} for message in invalid.messages]
        return _finish(job, JobState.FAILED, error=errors)
    finally:
        _stop(progress, heart)


def fail_job(job_id: uuid.UUID, message: str) -> None:
    """Mark a job failed after an error nobody foresaw (the log has the trace)."""
    Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(
        state=JobState.FAILED,
        error=[{"message": message, "code": "internal"}],
        finished_at=Now(),
    )


def _claim(job_id: uuid.UUID) -> Job | None:
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, ring_at__lte=Now())
    claimed = Job.objects.filter(free, pk=job_id).update(
        state=JobState.RUNNING,
        attempt=F("attempt") + 1,
        started_at=Now(),
        ring_at=Now() + LEASE,
    )
    return Job.objects.get(pk=job_id) if claimed else None


def _finish(job: Job, state: JobState, **fields: Any) -> JobState | None:
    finished = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).update(
        state=state, finished_at=Now(), **fields
    )
    return state if finished else None


def _stop(progress: Progress, heart: threading.Thread) -> None:
    """Bounded, since its last beat may wait for somebody who waits for rows of this very job: no
    database sees such a circle, which leads through this process. The job's own last statement
    then waits in its place, where PostgreSQL does see it, and ends one of the two."""
    progress.stop.set()
    heart.join(LAST_BEAT_SECONDS)


def _beat(progress: Progress) -> None:
    """Runs in a thread, hence on a connection of its own: visible while the job is at work."""
    try:
        while not progress.stop.wait(HEARTBEAT_SECONDS):
            mine = Job.objects.filter(
                pk=progress.job_id, attempt=progress.attempt, state=JobState.RUNNING
            )
            kept = mine.update(
                done=progress.done,
                total=progress.total,
                message=progress.message[:300],
                ring_at=Now() + LEASE,
            )
            progress.lost = not kept
            progress.cancelled = mine.filter(cancel_requested=True).exists()
    finally:
        connection.close()
