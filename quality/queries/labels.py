"""The bridge from rows to arrays: current labels of one question, read in one statement."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

from core.copying import stream
from guidelines.label_schema import parse_document
from guidelines.models import Choice
from quality.agreement.table import ReliabilityTable
from quality.models.run import Run

IdArray = npt.NDArray[np.int64]

# The planner must expect that all is read, and hash a few million rows without spilling.
_PLANNING = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '128MB'"

# Only current answers, of items that are not withdrawn. All labels of a source travel as one value
# (PostgreSQL's limit for one is 1 GB), which costs a tenth of a row per label. The row without a
# source is the watermark: from the same statement, so it speaks of the same moment as the labels.
_CURRENT_LABELS = """
SELECT NULL::bigint, NULL::bytea, count(*), max(created_at)
  FROM annotations_annotation
 WHERE project_id = %s
UNION ALL
SELECT annotation.source_id,
       string_agg(int8send(label.item_id) || int8send(label.choice_id)
                  || int8send(annotation.version_id), ''::bytea),
       NULL, NULL
  FROM annotations_label label
  JOIN annotations_annotation annotation ON annotation.id = label.annotation_id
 WHERE label.question_id = %s
   AND label.choice_id IS NOT NULL
   AND annotation.kind = 'answer'
   AND annotation.source_id IN (
           SELECT id FROM annotations_source
            WHERE project_id = %s AND kind = ANY(%s))
   AND (%s IS NULL OR annotation.version_id = %s)
   AND NOT EXISTS (
           SELECT FROM annotations_annotation later
            WHERE later.supersedes_id = annotation.id AND later.supersedes_id IS NOT NULL)
   AND NOT EXISTS (
           SELECT FROM annotations_item item
            WHERE item.id = label.item_id AND item.withdrawn_at IS NOT NULL)
 GROUP BY annotation.source_id
"""


class Watermark(NamedTuple):
    """How far the ledger of the project had come when the labels were read."""

    n_annotations: int
    latest_annotation_at: datetime | None


@dataclass(frozen=True, eq=False)
class LabelColumns:
    """Labels as parallel columns of row ids, by (item, source), of which each occurs once.

    `scale`: ids of all choices that could have been given, ascending, and their keys.
    """

    items: IdArray
    sources: IdArray
    choices: IdArray
    versions: IdArray
    scale: dict[int, str]
    watermark: Watermark

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

    def of_version(self, version_id: int) -> "LabelColumns":
        """Only the labels made under one guideline version."""
        chosen = self.versions == version_id
        return replace(
            self,
            items=self.items[chosen],
            sources=self.sources[chosen],
            choices=self.choices[chosen],
            versions=self.versions[chosen],
        )

    def digest(self) -> str:
        """SHA-256 of scale and labels: equal inputs, equal digests."""
        sha = hashlib.sha256(self.choice_ids.astype("<i8").tobytes())
        for column in (self.items, self.sources, self.choices, self.versions):
            sha.update(column.astype("<i8").tobytes())
        return sha.hexdigest()


def read_labels(run: Run, report: Callable[[int], None] = lambda _read: None) -> LabelColumns:
    """The labels a run is about; `report` is told how many were read so far."""
    parts: list[IdArray] = []
    watermark = Watermark(0, None)
    read = 0
    for source, value, n_annotations, latest in _rows(run):
        if source is None:
            watermark = Watermark(n_annotations, latest)
            continue
        said = np.frombuffer(value, ">i8").reshape(-1, 3).astype(np.int64)
        parts.append(np.column_stack([said, np.full(len(said), source)]))
        read += len(said)
        report(read)
    columns = np.concatenate(parts) if parts else np.empty((0, 4), np.int64)
    items, choices, versions, sources = np.ascontiguousarray(columns.T)
    order = np.argsort(_ranked(items)[1] * (len(parts) + 1) + _ranked(sources)[1])
    return LabelColumns(
        items=items[order],
        sources=sources[order],
        choices=choices[order],
        versions=versions[order],
        scale=_scale(run),
        watermark=watermark,
    )


def _rows(run: Run) -> Iterator[tuple[Any, ...]]:
    parameters = (
        run.project_id,
        run.question_id,
        run.project_id,
        run.source_kinds,
        run.version_id,
        run.version_id,
    )
    with connection.cursor() as cursor:
        cursor.execute(_PLANNING)
    for rows in stream(_CURRENT_LABELS, parameters, size=1):
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


def _scale(run: Run) -> dict[int, str]:
    """The choices of the run's version; of the question in all versions when it spans them."""
    choices: QuerySet[Choice] = Choice.objects.filter(question=run.question_id)
    if run.version is not None:
        question = parse_document(run.version.document).question(run.question.key)
        keys = [choice.key for choice in question.choices] if question else []
        choices = choices.filter(key__in=keys)
    return dict(choices.order_by("pk").values_list("pk", "key"))
