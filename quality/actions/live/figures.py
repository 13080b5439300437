"""Make the live figures of the questions whose counts have changed."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from guidelines.models import GuidelineVersion, Question
from quality.actions.agreement.start import INTERVALS
from quality.actions.live.values_figures import show_values
from quality.models import LiveFigures, LiveQuestion
from quality.models.run import PEOPLE
from quality.queries.live.counts import (
    MOST_CELLS,
    LiveCounts,
    LiveSlice,
    TooManyCells,
    live_counts,
)
from quality.queries.live.figures import with_intervals, without_intervals
from quality.queries.live.icc import Sample, sample_of
from quality.queries.live.scales import live_slice
from quality.queries.live.statistics import cells_of
from quality.queries.live.values_ledger import VALUE_KINDS

# Intervals may take a twentieth of the time: the more they cost, the rarer they are made.
INTERVALS_SHARE = 20

_OUTDATED = """
SELECT question_id FROM quality_livequestion AS live
 WHERE changes > shown
   AND NOT EXISTS (SELECT FROM quality_toucheditems AS waiting
                    WHERE waiting.project_id = live.project_id
                      AND waiting.first_item < waiting.last_item)
 ORDER BY question_id
"""
_LATE = """
SELECT question_id FROM quality_livefigures
 GROUP BY question_id
HAVING bool_or(digest <> intervals_digest)
   AND max(intervals_at) + %s * sum(seconds) * interval '1 second' <= %s
"""
_HOLD = "SELECT pg_try_advisory_xact_lock(hashtextextended('quality.live_figures:' || %s, 0))"


class Wanted(NamedTuple):
    """A slice by what stands in `LiveFigures`."""

    kind: str
    version_id: int | None


class Making(NamedTuple):
    """What slices of a question share. `kinds`: of raters that gave labels. `due`: raters were
    read, so that intervals can be made, where needed from a sample of items."""

    question: Question
    kinds: list[str]
    due: bool
    sample: Sample | None


def show_all(*, now: datetime) -> None:
    """Make all figures that are not those of their counts."""
    for question_id in questions_to_show(now):
        show_question(question_id=question_id, now=now)


def questions_to_show(now: datetime) -> list[int]:
    """Questions whose figures are not those of their counts, or whose intervals are due.

    Not while a large import is being counted: figures of half of it would mislead.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED)
        outdated = [question_id for (question_id,) in cursor.fetchall()]
        cursor.execute(_LATE, [INTERVALS_SHARE, now])
        late = [question_id for (question_id,) in cursor.fetchall()]
    return sorted({*outdated, *late})


@transaction.atomic
def show_question(*, question_id: int, now: datetime) -> bool:
    """Make the figures of every slice that changed; False when somebody else is at it."""
    with connection.cursor() as cursor:
        # Not a lock of the row, which would hold up who counts.
        cursor.execute(_HOLD, [question_id])
        if not cursor.fetchone()[0]:
            return False
    question = Question.objects.get(pk=question_id)
    known = {
        Wanted(row.kind, row.version_id): row
        for row in LiveFigures.objects.filter(question=question)
    }
    due = _intervals_are_due(list(known.values()), now)
    if question.kind in VALUE_KINDS:
        return show_values(question=question, known=known.values(), due=due, now=now)
    rates = question.kind == "rating"
    counts = live_counts(question_id, raters=due or rates, meetings=rates)
    if counts is None:
        return False
    parts = _slices(question, counts)
    if not due and not parts.keys() <= known.keys():
        due, counts = True, live_counts(question_id, meetings=rates) or counts
        parts = _slices(question, counts)
    making = Making(question, counts.kinds, due, sample_of(question_id) if due and rates else None)
    for wanted, part in parts.items():
        _show_slice(making, wanted, part, known.get(wanted), now)
    gone = [row.pk for wanted, row in known.items() if wanted not in parts]
    LiveFigures.objects.filter(pk__in=gone).delete()
    LiveQuestion.objects.filter(pk=question_id).update(shown=counts.changes)
    return True


def _intervals_are_due(known: Sequence[LiveFigures], now: datetime) -> bool:
    """The rule of `_LATE`, but for whether anything has changed."""
    spent = sum(row.seconds for row in known)
    last = max((row.intervals_at for row in known), default=None)
    return last is None or last + timedelta(seconds=INTERVALS_SHARE * spent) <= now


def _slices(question: Question, counts: LiveCounts) -> dict[Wanted, LiveSlice]:
    """All people and, where there are several, each kind of them; all versions and each."""
    kinds: dict[str, Sequence[str]] = {"": PEOPLE}
    if len(counts.kinds) > 1 or not set(counts.kinds) <= set(PEOPLE):
        kinds |= {kind: [kind] for kind in counts.kinds}
    versions = GuidelineVersion.objects.in_bulk(counts.versions)
    found = {}
    for kind, members in kinds.items():
        for version_id in (None, *counts.versions):
            version = versions[version_id] if version_id is not None else None
            try:
                part = live_slice(question, counts, members, version)
            except TooManyCells:
                continue
            if cells_of(question.kind, *part.cases.counts.shape) <= MOST_CELLS:
                found[Wanted(kind, version_id)] = part
    return found


def _show_slice(
    making: Making, wanted: Wanted, part: LiveSlice, known: LiveFigures | None, now: datetime
) -> None:
    """Store the figures of a slice, where they are not those that are stored already."""
    question = making.question
    digest = part.digest
    is_same = known is not None and known.digest == digest
    changed: dict[str, Any] = {"digest": digest, "changed_at": now}
    if making.due:
        raters = part.raters_digest
        if known is not None and is_same and known.figures.get("raters") == raters:
            _set_current(known, now)
            return
        started = time.process_time()
        figures = with_intervals(question.kind, part, INTERVALS, making.sample)
        figures["raters"] = raters
        seconds = time.process_time() - started
        changed |= {"intervals_at": now, "intervals_digest": digest, "seconds": seconds}
    elif known is not None and not is_same:
        figures = without_intervals(question.kind, part, known.figures)
    elif known is not None:
        # Who gave the labels may have changed all the same: that is looked at when it is due.
        LiveFigures.objects.filter(pk=known.pk).update(intervals_digest="")
        return
    else:
        return
    LiveFigures.objects.update_or_create(
        question=question,
        kind=wanted.kind,
        version_id=wanted.version_id,
        defaults={**changed, "figures": figures | {"kinds": making.kinds}},
    )


def _set_current(known: LiveFigures, now: datetime) -> None:
    """Intervals and annotators were looked at and are still those of the counts."""
    if known.intervals_digest != known.digest:
        LiveFigures.objects.filter(pk=known.pk).update(
            intervals_digest=known.digest, intervals_at=now
        )
