"""From touched items to changed sums, for questions whose answers are values.

What was counted of an item is taken back as it was added, to the last unit, and what it adds now is
added: an undo brings back the very same rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from quality.models import SumPart
from quality.queries.live.values_counting import CountedNow, Sum, add_amounts, count_now
from quality.queries.live.values_ledger import Key, answers_of, counted_items, value_questions

# Comparing answers takes long: so many items of an import are counted in one transaction.
MOST_ITEMS = 500

_FORGOTTEN = """
DELETE FROM quality_itemvalues AS known
 USING unnest(%s::bigint[], %s::bigint[], %s::text[]) AS gone (question_id, item_id, slices)
 WHERE known.item_id = gone.item_id AND known.question_id = gone.question_id
   AND known.slices = gone.slices
"""
_ITEMS = """
INSERT INTO quality_itemvalues (question_id, item_id, slices, mark, n_answers, answers, whole,
                                without, least, most)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::text[],
                     %s::text[], %s::text[], %s::float8[], %s::float8[])
    ON CONFLICT (item_id, question_id, slices) DO UPDATE
   SET n_answers = excluded.n_answers, answers = excluded.answers, whole = excluded.whole,
       without = excluded.without, least = excluded.least, most = excluded.most
"""
_SUMS = """
WITH changed AS (
    INSERT INTO quality_valuesum AS known (question_id, part, slices, rater_id, name, amount, text)
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[], %s::text[],
                         %s::numeric[], %s::text[])
        ON CONFLICT (question_id, part, slices, rater_id, name)
        DO UPDATE SET amount = known.amount + excluded.amount
    RETURNING id, amount
)
SELECT id FROM changed WHERE amount = 0
"""
_CHANGED = """
INSERT INTO quality_livequestion AS known (question_id, project_id, changes, shown, changed_at)
SELECT question_id, %s, 1, 0, %s FROM unnest(%s::bigint[]) AS touched (question_id)
    ON CONFLICT (question_id)
    DO UPDATE SET changes = known.changes + 1, changed_at = excluded.changed_at
"""


def most_items(project_id: int, otherwise: int) -> int:
    """How many items of a project are counted in one transaction."""
    return min(MOST_ITEMS, otherwise) if value_questions(project_id) else otherwise


def count_values(*, project_id: int, items: Sequence[int], now: datetime) -> int:
    """Set these items to what the ledger says; how many rows of items changed.

    The caller holds the project (`LiveProject`), so that nobody else changes these sums.
    """
    questions = value_questions(project_id) if items else {}
    if not questions:
        return 0
    before, after = counted_items(items), answers_of(project_id, items)
    gone = [key for key in before if after.get(key) != before[key].answers]
    new = {
        key: answers
        for key, answers in after.items()
        if key not in before or before[key].answers != answers
    }
    if not gone and not new:
        return 0
    counted = count_now(questions, new)
    sums: Counter[Sum] = Counter()
    texts: dict[str, str] = {}
    for key in gone:
        add_amounts(sums, key, before[key], -1)
    for key, found in counted.items():
        add_amounts(sums, key, found.amounts, 1)
        texts |= found.texts
    _store_items([key for key in gone if key not in counted], counted)
    _store_sums(sums, texts)
    _mark_changed(project_id, {key[0] for key in (*gone, *new)}, now)
    return len({*gone, *new})


def _store_items(gone: Sequence[Key], counted: Mapping[Key, CountedNow]) -> None:
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(_FORGOTTEN, [list(column) for column in zip(*gone, strict=True)])
        if counted:
            rows = [found.row for found in counted.values()]
            cursor.execute(_ITEMS, [list(column) for column in zip(*rows, strict=True)])


def _store_sums(sums: Mapping[Sum, int], texts: Mapping[str, str]) -> None:
    """What comes to nothing is removed."""
    rows = [
        (*key, amount, texts.get(key[4], "") if key[1] == SumPart.VALUES else "")
        for key, amount in sums.items()
        if amount
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(column) for column in zip(*rows, strict=True)])
        if empty := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute("DELETE FROM quality_valuesum WHERE id = ANY(%s)", [empty])


def _mark_changed(project_id: int, questions: Iterable[int], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [project_id, now, sorted(questions)])
