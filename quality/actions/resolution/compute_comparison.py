"""Compare two finished runs item by item: the handler of its job, in its transaction."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection

from core.jobs import Progress
from quality.models import RunComparison
from quality.models.comparison import DECIDED

ITEMS_AT_ONCE = 20_000

# What stood on the left of a pair is no part of the answer.
_DIFFER = "(one.value - 'left') IS DISTINCT FROM (other.value - 'left')"
_LAST = """
SELECT item_id FROM quality_resolution WHERE run_id = %(first)s AND item_id > %(after)s
 ORDER BY item_id OFFSET %(size)s - 1 LIMIT 1
"""
# One stretch of items; both runs are read in the order of their ids, each row once.
_COMPARE = f"""
WITH both_runs AS MATERIALIZED (
    SELECT one.item_id, {{before}} AS before, {{after}} AS after, {_DIFFER} AS differs
      FROM quality_resolution AS one
      JOIN quality_resolution AS other
        ON other.run_id = %(second)s AND other.item_id = one.item_id
      {{choices}}
     WHERE one.run_id = %(first)s AND one.item_id > %(after)s
       AND (%(last)s::bigint IS NULL OR one.item_id <= %(last)s)
       AND other.item_id > %(after)s
       AND (%(last)s::bigint IS NULL OR other.item_id <= %(last)s)
), stored AS (
    INSERT INTO quality_compareditem (comparison_id, item_id, before, after)
    SELECT %(comparison)s, item_id, before, after FROM both_runs WHERE differs ORDER BY item_id
)
SELECT before, after, count(*), count(*) FILTER (WHERE differs) FROM both_runs GROUP BY 1, 2
"""
_OF_CHOICES = _COMPARE.format(
    before="coalesce(was.key, '')",
    after="coalesce(became.key, '')",
    choices="""LEFT JOIN guidelines_choice AS was ON was.id = one.choice_id
      LEFT JOIN guidelines_choice AS became ON became.id = other.choice_id""",
)
_OF_OTHERS = _COMPARE.format(
    before=f"CASE WHEN one.value IS NULL THEN '' ELSE '{DECIDED}' END",
    after=f"CASE WHEN other.value IS NULL THEN '' ELSE '{DECIDED}' END",
    choices="",
)


def compute_comparison(*, progress: Progress, now: datetime) -> dict[str, int]:
    """Stores the items that differ, and how many went from which decision to which."""
    made = RunComparison.objects.select_related("first__question").get(job=progress.job_id)
    statement = _OF_CHOICES if made.first.question.kind == "choice" else _OF_OTHERS
    found: Counter[tuple[str, str, str]] = Counter()
    total, after, done = made.first.n_items or 0, 0, 0
    progress.report(0, total)
    asked: dict[str, Any] = {
        "comparison": made.pk,
        "first": made.first_id,
        "second": made.second_id,
        "size": ITEMS_AT_ONCE,
    }
    last: int | None = 0
    while last is not None:
        with connection.cursor() as cursor:
            cursor.execute(_LAST, {**asked, "after": after})
            row = cursor.fetchone()
            last = row[0] if row else None
            cursor.execute(statement, {**asked, "after": after, "last": last})
            for before, became, n, n_different in cursor.fetchall():
                found[before, became, "all"] += n
                found[before, became, "different"] += n_different
        after = last or after
        done = min(total, done + ITEMS_AT_ONCE)
        progress.report(done)
    pairs = sorted({(before, became) for before, became, _what in found})
    RunComparison.objects.filter(pk=made.pk).update(
        computed_at=now,
        flows=[[*pair, found[*pair, "all"], found[*pair, "different"]] for pair in pairs],
    )
    return {"comparison": made.pk}
