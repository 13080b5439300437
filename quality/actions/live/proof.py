"""Prove once a day that the live counts are what the ledger says, and build them anew if not."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min

from annotations.models import Annotation
from quality.actions.live.counting import (
    Stretch,
    count_batch,
    count_project,
    hold_project,
    note_items,
)
from quality.models import (
    ItemLabels,
    ItemValues,
    LabelPattern,
    LiveProject,
    LiveProof,
    LiveQuestion,
    RaterMeeting,
    RaterPattern,
    TouchedItems,
    ValueSum,
)
from quality.queries.live.recount import Recount, recount

logger = logging.getLogger(__name__)

PROVE_AFTER = timedelta(hours=24)
ATTEMPTS = 10


def projects_to_prove(now: datetime) -> list[int]:
    """Projects that were counted since their last proof, if that is a day old."""
    latest = dict(
        LiveProof.objects.values_list("project_id").annotate(at=Max("proved_at")).order_by()
    )
    counted = LiveProject.objects.filter(counted_at__isnull=False).values_list(
        "project_id", "counted_at"
    )
    return sorted(
        project_id
        for project_id, counted_at in counted
        if project_id not in latest
        or (latest[project_id] <= now - PROVE_AFTER and counted_at > latest[project_id])
    )


def prove_all(*, now: datetime) -> None:
    """One after the other, each in its own transaction."""
    for project_id in projects_to_prove(now):
        try:
            prove_project(project_id=project_id, now=now)
        except OperationalError as error:
            # Somebody counted between the snapshot and the lock: the next ring proves it.
            logger.warning("project %s was not proved this time: %s", project_id, error)


def prove_project(*, project_id: int, now: datetime) -> LiveProof | None:
    """Recount everything from one snapshot in which nothing is left to be counted.

    Nobody is held up by it, unless changes come so thick that no such moment is found. Where the
    counts differ, everything of the project is built anew. None when somebody else counts.
    """
    for _attempt in range(ATTEMPTS):
        count_project(project_id=project_id, now=now)
        found = _recounted(project_id, now, is_held=False)
        if found is not None:
            break
    else:
        found = _recounted(project_id, now, is_held=True)
    if found is None:
        return None
    with transaction.atomic():
        if found.differences:
            LiveProject.objects.select_for_update().get(pk=project_id)
            forget_counts(project_id)
        return LiveProof.objects.create(
            project_id=project_id,
            proved_at=now,
            is_equal=not found.differences,
            n_items=found.n_items,
            n_labels=found.n_labels,
            differences=found.differences,
        )


@transaction.atomic
def _recounted(project_id: int, now: datetime, *, is_held: bool) -> Recount | None:
    """None when notes are left in the snapshot; `is_held`: then count them in it first."""
    with connection.cursor() as cursor:
        # One snapshot for both sides: labels that come in meanwhile belong to neither.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    if is_held:
        if not hold_project(project_id):
            return None
        while count_batch(project_id=project_id, now=now):
            pass
    elif TouchedItems.objects.filter(project=project_id).exists():
        return None
    return recount(project_id)


@transaction.atomic
def forget_counts(project_id: int) -> None:
    """Drop all live counts of a project and note all its items. The caller holds the project."""
    questions = LiveQuestion.objects.filter(project=project_id)
    ids = list(questions.values_list("pk", flat=True))
    counts = (ItemLabels, LabelPattern, RaterPattern, RaterMeeting, ItemValues, ValueSum)
    for model in counts:
        rows = model._default_manager.filter(question__in=ids)
        rows._raw_delete(rows.db)
    span = Annotation.objects.filter(project=project_id).aggregate(
        first=Min("item_id"), last=Max("item_id")
    )
    if span["first"] is not None:
        note_items(project_id, [Stretch(span["first"], span["last"])])
