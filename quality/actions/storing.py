"""Storing the rows of a run by COPY, piece by piece."""

from collections.abc import Iterator
from itertools import islice

from core.copying import copy_rows
from core.jobs import Progress
from quality.models.run import Run
from quality.queries.agreement.measuring import Row

_ROWS_AT_ONCE = 20_000


def store_rows(
    run: Run,
    table: str,
    columns: tuple[str, ...],
    rows: Iterator[Row],
    *,
    progress: Progress | None = None,
) -> None:
    """COPY the rows with the run's id in front; with `progress`, rows stored are work done.

    Rows are made before each COPY begins, so no COPY stays open while figures are computed.
    """
    stored = 0
    while piece := [(run.pk, *row) for row in islice(rows, _ROWS_AT_ONCE)]:
        stored += copy_rows(table, ("run_id", *columns), piece)
        if progress is not None:
            progress.report(stored)
