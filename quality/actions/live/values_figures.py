"""Make the live figures of a question whose answers are values."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from guidelines.models import GuidelineVersion, Question
from quality.actions.agreement.start import INTERVALS
from quality.models import LiveFigures, LiveQuestion
from quality.models.run import PEOPLE
from quality.queries.labels import scale_for
from quality.queries.live.values_classes import apart_of_classes
from quality.queries.live.values_figures import (
    ValueSlice,
    value_figures,
    value_figures_with_intervals,
)
from quality.queries.live.values_sample import sample_of
from quality.queries.live.values_sums import ValueSums, value_sums

Wanted = tuple[str, int | None]  # kind and version of a slice


def show_values(
    *, question: Question, known: Iterable[LiveFigures], due: bool, now: datetime
) -> bool:
    """Make the figures of every slice that changed; `due`: with their intervals, which the first
    figures of a slice have in any case. False when nothing was counted yet.

    Called where nobody else makes figures of the question.
    """
    rows = {(row.kind, row.version_id): row for row in known}
    sums = value_sums(question.pk, raters=due)
    if sums is None:
        return False
    wanted = _wanted(sums)
    if not due and not set(wanted) <= rows.keys():
        due, sums = True, value_sums(question.pk, raters=True) or sums
        wanted = _wanted(sums)
    versions = GuidelineVersion.objects.in_bulk(sums.versions)
    for kind, version_id in wanted:
        version = versions[version_id] if version_id is not None else None
        _show_slice(question, sums, version, kind, rows.get((kind, version_id)), due=due, now=now)
    gone = [row.pk for each, row in rows.items() if each not in wanted]
    LiveFigures.objects.filter(pk__in=gone).delete()
    LiveQuestion.objects.filter(pk=question.pk).update(shown=sums.changes)
    return True


def _wanted(sums: ValueSums) -> list[Wanted]:
    """All people and, where there are several, each kind of them; all versions and each."""
    kinds: Sequence[str] = ("",)
    if len(sums.kinds) > 1 or not set(sums.kinds) <= set(PEOPLE):
        kinds = ("", *sums.kinds)
    return [(kind, version) for kind in kinds for version in (None, *sums.versions)]


def _show_slice(
    question: Question,
    sums: ValueSums,
    version: GuidelineVersion | None,
    kind: str,
    known: LiveFigures | None,
    *,
    due: bool,
    now: datetime,
) -> None:
    of_slice = sums.slice(kind, version.pk if version else None)
    digest = of_slice.digest
    is_shown = known is not None and known.digest == digest
    if known is not None and is_shown and (known.intervals_digest == digest or not due):
        return
    scale = {key: pk for pk, key in scale_for(question, version).items()}
    started = time.process_time()
    sample = sample_of(question.pk, of_slice.groups, amounts=due)
    if due:
        apart = apart_of_classes(question.kind, of_slice, sample)
    else:
        apart = known.figures["apart_of_classes"] if known else {}
    part = ValueSlice(question.pk, question.kind, of_slice, sample, scale, apart)
    changed = {"digest": digest, "changed_at": now}
    if due:
        figures = value_figures_with_intervals(part, INTERVALS)
        seconds = time.process_time() - started
        changed |= {"intervals_at": now, "intervals_digest": digest, "seconds": seconds}
    else:
        figures = value_figures(part, known.figures if known else None)
    LiveFigures.objects.update_or_create(
        question=question,
        kind=kind,
        version=version,
        defaults={**changed, "figures": figures | {"kinds": sums.kinds}},
    )
