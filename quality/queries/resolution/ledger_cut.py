"""The ledger as it was when an earlier run read it: what had been stored until its watermark."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from quality.models.run import Run

# What a row's 32-bit transaction id is in full: the ledger is never updated, so it is the one that
# inserted the row. Good for the four thousand million transactions before this one.
_AGE = "((%(next_xid)s - {row}.xmin::text::bigint) & 4294967295)"
_COMMITTED = (
    f" AND pg_visible_in_snapshot((%(next_xid)s - {_AGE})::text::xid8, %(snapshot)s::pg_snapshot)"
)
_COUNT = "SELECT count(*) FROM annotations_annotation one WHERE one.project_id = %(project)s AND "
_NEXT_XID = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True)
class Cut:
    """A moment of the ledger. `latest`: what was stored later is not read; `withdrawn_by`: items
    withdrawn later are read.

    An import stores its rows under the time at which it began, and commits later: with `snapshot`,
    PostgreSQL's own name of the moment, such rows are told apart. It is of no use in another
    cluster, for example after a backup was restored.
    """

    latest: datetime
    withdrawn_by: datetime
    snapshot: str = ""
    next_xid: int = 0

    @property
    def parameters(self) -> dict[str, Any]:
        """What the conditions below name."""
        return {
            "latest": self.latest,
            "withdrawn_by": self.withdrawn_by,
            "snapshot": self.snapshot,
            "next_xid": self.next_xid,
        }

    def stored(self, row: str) -> str:
        """SQL: the annotation of this alias was there."""
        return f"{row}.created_at <= %(latest)s" + (
            _COMMITTED.format(row=row) if self.snapshot else ""
        )

    def withdrawn(self, row: str) -> str:
        """SQL: the item of this alias was withdrawn."""
        return f"{row}.withdrawn_at <= %(withdrawn_by)s"


class NoCut:
    """The ledger as it is now."""

    parameters: dict[str, Any] = {}

    def stored(self, _row: str) -> str:
        """SQL: everything."""
        return "TRUE"

    def withdrawn(self, row: str) -> str:
        """SQL: the item of this alias is withdrawn."""
        return f"{row}.withdrawn_at IS NOT NULL"


def cut_of(run: Run, snapshot: str = "") -> Cut | None:
    """The moment at which a computed run read the ledger; None when it cannot be found again.

    Rows up to the latest time that the run saw are as many as it counted, or else those of them
    that its snapshot knows are.
    """
    if run.latest_annotation_at is None or run.computed_at is None:
        return None
    by_time = Cut(run.latest_annotation_at, run.computed_at)
    if _count(run, by_time) == run.n_annotations:
        return by_time
    if not snapshot:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_XID)
        (next_xid,) = cursor.fetchone()
    exact = Cut(run.latest_annotation_at, run.computed_at, snapshot, next_xid)
    return exact if _count(run, exact) == run.n_annotations else None


def _count(run: Run, cut: Cut) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT + cut.stored("one"), {"project": run.project_id, **cut.parameters})
        return int(cursor.fetchone()[0])
