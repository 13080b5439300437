"""New items of a project enter its queue one arrival after the other."""

from django.db import connection

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('annotations.queue'), %s::int)"


def lock_queue(project_id: int) -> None:
    """Hold the end of the queue until this transaction ends.

    Call it after the items are inserted and before positions are drawn (the other way round, two
    arrivals with an item in common could wait for each other). An annotator's search begins after
    the last position they hold: if a later arrival committed before an earlier one, the earlier
    one's positions would lie before that point.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [project_id])
