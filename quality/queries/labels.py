"""The bridge from rows to arrays: current labels of one question, read in one statement."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

from core.copying import stream
from guidelines.label_schema import parse_document
from guidelines.models import Choice, GuidelineVersion, Question
from quality.agreement.table import ReliabilityTable
from quality.models.run import Run
from quality.queries.resolution.ledger_cut import Cut, NoCut

IdArray = npt.NDArray[np.int64]
EPOCH = date(2000, 1, 1)

# The planner must expect that all is read, and hash a few million rows without spilling.
_PLANNING = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '128MB'"

# The last answer of each rater to each item, and the last one under each guideline version that a
# later version has superseded; of items that are not withdrawn. What was carried over counts for
# its rater (ADR 0019). All labels of a source travel as one value (PostgreSQL's limit for one is
# 1 GB), which costs a tenth of a row per label; the version of a label that is not current any
# more is negative. Days are counted from 2000-01-01 (UTC). The row without a source is the
# watermark: from the same statement, so it speaks of the same moment as the labels.
_LABELS = """
SELECT NULL::bigint, NULL::boolean, NULL::bytea, count(*), max(created_at),
       pg_current_snapshot()::text
  FROM annotations_annotation annotation
 WHERE project_id = %(project)s AND {annotation_stored}
UNION ALL
SELECT coalesce(source.on_behalf_of_id, source.id), source.on_behalf_of_id IS NULL, said.labels,
       NULL, NULL, NULL
  FROM (
        SELECT annotation.source_id,
               string_agg(int8send(label.item_id) || int8send({said}) || int8send(
                   CASE WHEN later.id IS NULL THEN annotation.version_id
                        ELSE -annotation.version_id END) || int8send(
                   (annotation.submitted_at::date - DATE '2000-01-01')::bigint), ''::bytea
               ) AS labels
          FROM annotations_label label
          JOIN annotations_annotation annotation ON annotation.id = label.annotation_id
          LEFT JOIN annotations_annotation later
            ON later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL
           AND {later_stored}
         WHERE label.question_id = %(question)s
           AND {annotation_stored}
           AND {said} IS NOT NULL
           AND annotation.kind = 'answer'
           AND annotation.source_id IN (
                   SELECT made.id FROM annotations_source made
                     JOIN annotations_source rater
                       ON rater.id = coalesce(made.on_behalf_of_id, made.id)
                    WHERE made.project_id = %(project)s AND rater.kind = ANY(%(source_kinds)s))
           AND (%(version)s IS NULL OR annotation.version_id = %(version)s)
           AND (later.id IS NULL OR later.version_id <> annotation.version_id)
           AND NOT EXISTS (
                   SELECT FROM annotations_item item
                    WHERE item.id = label.item_id AND {withdrawn})
         GROUP BY annotation.source_id
  ) AS said
  JOIN annotations_source source ON source.id = said.source_id
"""


class Watermark(NamedTuple):
    """How far the ledger of the project had come when the labels were read.

    `snapshot`: PostgreSQL's own name of that moment.
    """

    n_annotations: int
    latest_annotation_at: datetime | None
    snapshot: str = ""


@dataclass(frozen=True, eq=False)
class LabelColumns:
    """Labels as parallel columns of row ids, by (item, source), of which each occurs once.

    A source is a rater here. `scale`: ids of all choices that could have been given, ascending,
    and their keys. `under`: all that people said under each version, where that is more than the
    labels themselves: columns item, source, choice, version. `days`: when each label was given,
    in days since `EPOCH`, where that is known.
    """

    items: IdArray
    sources: IdArray
    choices: IdArray
    versions: IdArray
    scale: dict[int, str]
    watermark: Watermark
    under: IdArray | None = None
    days: IdArray | None = None

    def __len__(self) -> int:
        return self.items.size

    @cached_property
    def item_ids(self) -> IdArray:
        """Distinct items: code i of the table is `item_ids[i]`."""
        return _ranked(self.items)[0]

    @cached_property
    def source_ids(self) -> IdArray:
        """Distinct sources: annotator code a of the table is `source_ids[a]`."""
        return _ranked(self.sources)[0]

    @cached_property
    def choice_ids(self) -> IdArray:
        """The scale: label code c of the table is `choice_ids[c]`."""
        return np.array(sorted(self.scale), np.int64)

    @cached_property
    def choice_keys(self) -> list[str]:
        """Key of each label code."""
        return [self.scale[choice] for choice in sorted(self.scale)]

    @cached_property
    def table(self) -> ReliabilityTable:
        """The labels as codes, for the pure packages."""
        return ReliabilityTable(
            items=_ranked(self.items)[1],
            annotators=_ranked(self.sources)[1],
            labels=np.searchsorted(self.choice_ids, self.choices),
            n_items=self.item_ids.size,
            n_annotators=self.source_ids.size,
            n_labels=self.choice_ids.size,
        )

    @property
    def version_ids(self) -> list[int]:
        """The guideline versions under which people said something, ascending."""
        versions = self.versions if self.under is None else self.under[:, 3]
        return [int(each) for each in np.unique(versions)]

    def of_version(self, version_id: int) -> "LabelColumns":
        """What people said under one guideline version, also where a later one superseded it.

        Without what was carried over: nobody said that.
        """
        if self.under is None:
            chosen = self.versions == version_id
            rows = np.column_stack([self.items, self.sources, self.choices, self.versions])[chosen]
        else:
            rows = _sorted(self.under[self.under[:, 3] == version_id])
        items, sources, choices, versions = _columns(rows)
        return LabelColumns(items, sources, choices, versions, self.scale, self.watermark)

    def of_items(self, chosen: npt.NDArray[np.bool_]) -> "LabelColumns":
        """The labels of some items, given by their codes: (n_items,)."""
        rows = chosen[_ranked(self.items)[1]]
        return LabelColumns(
            self.items[rows],
            self.sources[rows],
            self.choices[rows],
            self.versions[rows],
            self.scale,
            self.watermark,
        )

    @cached_property
    def last_days(self) -> IdArray:
        """The day of each item's last label, by item code: (n_items,)."""
        found = np.zeros(self.item_ids.size, np.int64)
        if self.days is not None:
            np.maximum.at(found, _ranked(self.items)[1], self.days)
        return found

    def digest(self) -> str:
        """SHA-256 of scale and labels: equal inputs, equal digests."""
        sha = hashlib.sha256(self.choice_ids.astype("<i8").tobytes())
        for column in (self.items, self.sources, self.choices, self.versions):
            sha.update(column.astype("<i8").tobytes())
        if self.under is not None:
            sha.update(_sorted(self.under).astype("<i8").tobytes())
        return sha.hexdigest()


def read_labels(
    run: Run,
    report: Callable[[int], None] = lambda _read: None,
    *,
    whole_values: bool = False,
    cut: Cut | None = None,
    scale: dict[int, str] | None = None,
) -> LabelColumns:
    """The labels a run is about; `report` is told how many were read so far.

    With `whole_values`, labels of any kind: the column of choices holds ids of labels. With `cut`,
    the labels of that moment; `scale` are the choices then.
    """
    parts: list[IdArray] = []
    watermark = Watermark(0, None)
    read = 0
    said_by = "label.id" if whole_values else "label.choice_id"
    for source, is_said, value, *mark in _rows(run, said_by, cut or NoCut()):
        if source is None:
            watermark = Watermark(*mark)
            continue
        found = np.frombuffer(value, ">i8").reshape(-1, 4).astype(np.int64)
        more = np.broadcast_to(np.array([source, is_said], np.int64), (len(found), 2))
        parts.append(np.column_stack([found, more]))
        read += len(found)
        report(read)
    columns = np.concatenate(parts) if parts else np.empty((0, 6), np.int64)
    current, said = columns[:, 2] > 0, columns[:, 5] == 1
    # Item, source, choice, version, day; a run of one version is about what was said under it.
    rows = columns[:, [0, 4, 1, 2, 3]]
    np.abs(rows[:, 3], out=rows[:, 3])
    under = None if current.all() and said.all() else _said_under(rows, current, said)
    chosen = rows[current] if run.version_id is None else rows if under is None else under
    chosen = _sorted(chosen)
    items, sources, choices, versions = _columns(chosen)
    return LabelColumns(
        items=items,
        sources=sources,
        choices=choices,
        versions=versions,
        scale={} if whole_values else scale or scale_of(run),
        watermark=watermark,
        under=under[:, :4] if under is not None and run.version_id is None else None,
        days=np.ascontiguousarray(chosen[:, 4]),
    )


def _said_under(
    rows: IdArray, current: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]
) -> IdArray:
    """One row per item, source and version of what people said: the current one, if there is one.

    A person may go back to an earlier version in a later revision; then it has two rows here.
    """
    rows, current = rows[said], current[said]
    rows = rows[np.lexsort((rows[:, 2], current, rows[:, 3], rows[:, 1], rows[:, 0]))]
    keys = rows[:, [0, 1, 3]]
    is_last = np.append((keys[1:] != keys[:-1]).any(axis=1), True)
    return rows[is_last[: len(rows)]]


def _sorted(rows: IdArray) -> IdArray:
    """By item and source."""
    sources = _ranked(rows[:, 1])[1]
    return rows[np.argsort(_ranked(rows[:, 0])[1] * (int(sources.max(initial=0)) + 1) + sources)]


def _columns(rows: IdArray) -> tuple[IdArray, IdArray, IdArray, IdArray]:
    """Items, sources, choices, versions."""
    items, sources, choices, versions = np.ascontiguousarray(rows[:, :4].T)
    return items, sources, choices, versions


def _rows(run: Run, said: str, cut: Cut | NoCut) -> Iterator[tuple[Any, ...]]:
    statement = _LABELS.format(
        said=said,
        annotation_stored=cut.stored("annotation"),
        later_stored=cut.stored("later"),
        withdrawn=cut.withdrawn("item"),
    )
    parameters = {
        "project": run.project_id,
        "question": run.question_id,
        "source_kinds": run.source_kinds,
        "version": run.version_id,
        **cut.parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING)
    for rows in stream(statement, parameters, size=1):
        yield from rows


def _ranked(values: IdArray) -> tuple[IdArray, IdArray]:
    """The distinct values, ascending, and the rank of each value among them."""
    if not values.size:
        return values, values
    lowest = int(values.min())
    span = int(values.max()) - lowest + 1
    if span > 8 * values.size + 1_000_000:
        return np.unique(values, return_inverse=True)
    # Ids lie close together: a look-up table beats sorting.
    present = np.zeros(span, bool)
    present[values - lowest] = True
    return np.flatnonzero(present) + lowest, (np.cumsum(present) - 1)[values - lowest]


def scale_of(run: Run) -> dict[int, str]:
    """The choices that could be given in a run."""
    return scale_for(run.question, run.version)


def scale_for(question: Question, version: GuidelineVersion | None) -> dict[int, str]:
    """The choices of this version; those of the question in all versions when it is None."""
    choices: QuerySet[Choice] = Choice.objects.filter(question=question)
    if version is not None:
        asked = parse_document(version.document).question(question.key)
        choices = choices.filter(key__in=[choice.key for choice in asked.choices] if asked else [])
    return dict(choices.order_by("pk").values_list("pk", "key"))
