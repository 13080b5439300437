"""When each answer was given and how long it took, as columns beside the labels of a run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.copying import stream
from quality.models.run import Run
from quality.queries.labels import IdArray, LabelColumns

# Answers of one source travel as one value, as in `quality.queries.labels`: item, moment in
# milliseconds since 1970, active milliseconds or -1. What was carried over was not said then.
_TIMES = """
SELECT annotation.source_id,
       string_agg(int8send(annotation.item_id)
           || int8send((extract(epoch FROM annotation.submitted_at) * 1000)::bigint)
           || int8send(coalesce(annotation.active_ms, -1)::bigint), ''::bytea)
  FROM annotations_annotation annotation
  JOIN annotations_source source ON source.id = annotation.source_id
  LEFT JOIN annotations_annotation later ON later.supersedes_id = annotation.id
 WHERE source.project_id = %s AND source.kind = ANY(%s) AND annotation.kind = 'answer'
   AND later.id IS NULL
 GROUP BY annotation.source_id
"""


@dataclass(frozen=True, eq=False)
class Times:
    """Parallel to the labels: `at` in milliseconds since 1970 (0: unknown), `active` in
    milliseconds (NaN: not measured)."""

    at: IdArray
    active: npt.NDArray[np.float64]


def read_times(run: Run, labels: LabelColumns) -> Times:
    """The times of these labels; unknown where a label was carried over from another version."""
    keys = _keys(labels.items, labels.sources, labels.source_ids)
    order = np.argsort(keys)
    at = np.zeros(len(labels), np.int64)
    active = np.full(len(labels), np.nan)
    for rows in stream(_TIMES, (run.project_id, run.source_kinds), size=20):
        for source, value in rows:
            found = np.frombuffer(value, ">i8").reshape(-1, 3).astype(np.int64)
            wanted = _keys(found[:, 0], np.full(len(found), source), labels.source_ids)
            place = np.searchsorted(keys, wanted, sorter=order)
            place[place == len(labels)] = 0
            rows_of = order[place] if len(labels) else place
            known = keys[rows_of] == wanted
            at[rows_of[known]] = found[known, 1]
            measured = known & (found[:, 2] >= 0)
            active[rows_of[measured]] = found[measured, 2]
    return Times(at, active)


def _keys(items: IdArray, sources: IdArray, source_ids: IdArray) -> IdArray:
    """One number for each pair; -1 for sources that gave no label of the run."""
    rank = np.searchsorted(source_ids, sources)
    rank[rank == source_ids.size] = 0
    known = source_ids[rank] == sources if source_ids.size else np.zeros(len(sources), bool)
    return np.where(known, items * source_ids.size + rank, -1)
