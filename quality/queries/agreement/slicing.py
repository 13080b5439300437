"""Slices of a run that are no guideline version: weeks or months, and campaigns."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from django.db import connection

from quality.models.run import Run
from quality.queries.labels import EPOCH, IdArray, LabelColumns

MOST_WEEKS = 26
MOST_PERIODS = 60

# What each rater says in a campaign now: the last entry of the line that names its slot, as in the
# report of the campaign.
_ROUNDS = """
SELECT slot.round, said.item_id, coalesce(source.on_behalf_of_id, source.id), {said},
       said.version_id
  FROM annotations_assignment AS slot
  JOIN annotations_annotation AS said
    ON said.item_id = slot.item_id AND said.assignment_id = slot.id AND said.kind = 'answer'
   AND NOT EXISTS (
           SELECT FROM annotations_annotation AS later
            WHERE later.supersedes_id = said.id AND later.assignment_id = slot.id)
  JOIN annotations_label AS label
    ON label.annotation_id = said.id AND label.question_id = %(question)s
   AND {said} IS NOT NULL
  JOIN annotations_source AS source ON source.id = said.source_id
  JOIN annotations_source AS rater ON rater.id = coalesce(source.on_behalf_of_id, source.id)
  JOIN annotations_item AS item ON item.id = slot.item_id AND item.withdrawn_at IS NULL
 WHERE slot.project_id = %(project)s AND slot.round > 0 AND slot.state = 'done'
   AND rater.kind = ANY(%(kinds)s)
   AND (%(version)s IS NULL OR said.version_id = %(version)s)
 ORDER BY slot.round
"""


class Period(NamedTuple):
    """First and last day."""

    first: date
    last: date


def period_of(day: date, *, weekly: bool) -> Period:
    """The week (from Monday) or month of a day."""
    if weekly:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def periods(days: IdArray) -> dict[Period, IdArray]:
    """Codes of items by the period of their last label, the latest sixty; days since `EPOCH`.

    By week, or by month where that would be more than half a year of weeks.
    """
    if not days.size:
        return {}
    weekly = int(days.max() - days.min()) <= 7 * MOST_WEEKS
    by_day = {
        int(day): period_of(EPOCH + timedelta(days=int(day)), weekly=weekly)
        for day in np.unique(days)
    }
    known = sorted(set(by_day.values()))[-MOST_PERIODS:]
    place = {period: number for number, period in enumerate(known)}
    lowest = int(days.min())
    of_day = np.full(int(days.max()) - lowest + 1, -1, np.int64)
    for day, period in by_day.items():
        of_day[day - lowest] = place.get(period, -1)
    of_item = of_day[days - lowest]
    return {period: np.flatnonzero(of_item == number) for period, number in place.items()}


def by_period(labels: LabelColumns) -> Iterator[tuple[Period, LabelColumns]]:
    """Labels of the items of each period; nothing where there is only one."""
    found = periods(labels.last_days)
    if len(found) < 2:
        return
    for period, items in found.items():
        chosen = np.zeros(labels.item_ids.size, bool)
        chosen[items] = True
        yield period, labels.of_items(chosen)


def by_round(run: Run, labels: LabelColumns) -> Iterator[tuple[int, LabelColumns]]:
    """What was answered in each campaign of the project, on the scale of the run."""
    rows = round_rows(run, "label.choice_id")
    yield from of_rounds(rows[np.isin(rows[:, 3], labels.choice_ids)], labels)


def round_rows(run: Run, said: str) -> IdArray:
    """Round, item, source, `said` (a column of the label) and version of what was answered in
    campaigns, by round: (n, 5)."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ROUNDS.format(said=said),
            {
                "question": run.question_id,
                "project": run.project_id,
                "kinds": run.source_kinds,
                "version": run.version_id,
            },
        )
        return np.array(cursor.fetchall(), np.int64).reshape(-1, 5)


def of_rounds(rows: IdArray, labels: LabelColumns) -> Iterator[tuple[int, LabelColumns]]:
    """The columns of each round, with scale and watermark of the run's labels."""
    for number in np.unique(rows[:, 0]).tolist():
        items, sources, choices, versions = np.ascontiguousarray(
            rows[rows[:, 0] == number][:, 1:].T
        )
        order = np.lexsort((sources, items))
        yield (
            number,
            LabelColumns(
                items[order],
                sources[order],
                choices[order],
                versions[order],
                labels.scale,
                labels.watermark,
            ),
        )
