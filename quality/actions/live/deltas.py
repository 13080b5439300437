"""From changed items to changed counts: integers only, so that an undo is exact."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection

from guidelines.models import Question
from quality.queries.live.ledger import Key
from quality.queries.live.meetings import Meeting, meetings_of
from quality.queries.live.records import counted, digest, mark

_ITEMS = """
INSERT INTO quality_itemlabels (question_id, item_id, records, mark)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bigint[])
    ON CONFLICT (item_id, question_id) DO UPDATE SET records = excluded.records
"""
_FORGOTTEN = """
DELETE FROM quality_itemlabels AS known
 USING unnest(%s::bigint[], %s::bigint[]) AS gone (question_id, item_id)
 WHERE known.item_id = gone.item_id AND known.question_id = gone.question_id
"""
_PATTERNS = """
INSERT INTO quality_labelpattern AS known (question_id, digest, cells, n_items)
SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bigint[])
    ON CONFLICT (question_id, digest) DO UPDATE SET n_items = known.n_items + excluded.n_items
RETURNING id, question_id, digest, n_items
"""
_RATERS = """
WITH changed AS (
    INSERT INTO quality_raterpattern AS known (question_id, rater_id, pattern_id, own, n_items)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bigint[])
        ON CONFLICT (question_id, rater_id, pattern_id, own)
        DO UPDATE SET n_items = known.n_items + excluded.n_items
    RETURNING id, n_items
)
SELECT id FROM changed WHERE n_items = 0
"""
_MEETINGS = """
WITH changed AS (
    INSERT INTO quality_ratermeeting AS known (question_id, first_id, second_id, met, n_items)
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[], %s::bigint[])
        ON CONFLICT (question_id, first_id, second_id, met)
        DO UPDATE SET n_items = known.n_items + excluded.n_items
    RETURNING id, n_items
)
SELECT id FROM changed WHERE n_items = 0
"""
_CHANGED = """
INSERT INTO quality_livequestion AS known (question_id, project_id, changes, shown, changed_at)
SELECT question_id, %s, 1, 0, %s FROM unnest(%s::bigint[]) AS touched (question_id)
    ON CONFLICT (question_id)
    DO UPDATE SET changes = known.changes + 1, changed_at = excluded.changed_at
"""


class Deltas:
    """Changes of the counts, added up over items before they are written."""

    def __init__(self, rated: Collection[int] = ()) -> None:
        """`rated`: questions of which it is also counted who met whom."""
        self.rated = rated
        self.meetings: Counter[tuple[int, Meeting]] = Counter()
        self.patterns: Counter[tuple[int, bytes]] = Counter()
        self.raters: Counter[tuple[int, int, bytes, bytes]] = Counter()

    def add(self, question: int, packed: bytes, items: int) -> None:
        """So many items more (or fewer) with these records."""
        if not packed:
            return
        item = counted(packed)
        self.patterns[question, item.cells] += items
        for rater, own in item.by_rater:
            self.raters[question, rater, item.cells, own] += items
        if question in self.rated:
            for meeting in meetings_of(packed):
                self.meetings[question, meeting] += items


def count_changes(
    *, project_id: int, before: Mapping[Key, bytes], after: Mapping[Key, bytes], now: datetime
) -> int:
    """Replace what was counted of each question and item by what is so now; how many changed.

    The caller holds the project (`LiveProject`), so that nobody else changes these counts.
    """
    changed = [
        (key, before.get(key, b""), after.get(key, b""))
        for key in sorted(before.keys() | after.keys())
        if before.get(key, b"") != after.get(key, b"")
    ]
    if not changed:
        return 0
    questions = sorted({question for (question, _item), _old, _new in changed})
    ratings = Question.objects.filter(pk__in=questions, kind="rating")
    rated = frozenset(ratings.values_list("pk", flat=True))
    deltas = Deltas(rated)
    for (question, _item), old, new in changed:
        deltas.add(question, old, -1)
        deltas.add(question, new, 1)
    _store_items([(key, new) for key, _old, new in changed], rated)
    _store_counts(deltas)
    _store_meetings(deltas)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [project_id, now, questions])
    return len(changed)


def _store_items(changed: list[tuple[Key, bytes]], rated: Collection[int]) -> None:
    kept = [(key, new) for key, new in changed if new]
    gone = [key for key, new in changed if not new]
    with connection.cursor() as cursor:
        cursor.execute(
            _ITEMS,
            [
                _integers(question for (question, _item), _new in kept),
                _integers(item for (_question, item), _new in kept),
                _byte_strings(new for _key, new in kept),
                [mark(item) if question in rated else None for (question, item), _new in kept],
            ],
        )
        if gone:
            cursor.execute(
                _FORGOTTEN, [_integers(key[0] for key in gone), _integers(key[1] for key in gone)]
            )


def _store_counts(deltas: Deltas) -> None:
    """Rater rows name patterns, so these come first; what comes to nothing is removed."""
    rows = sorted((question, cells, n) for (question, cells), n in deltas.patterns.items())
    digests = [digest(cells) for _question, cells, _n in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            _PATTERNS,
            [
                _integers(question for question, _cells, _n in rows),
                _byte_strings(digests),
                _byte_strings(cells for _question, cells, _n in rows),
                _integers(n for _question, _cells, n in rows),
            ],
        )
        stored = cursor.fetchall()
        ids = {(question, bytes(found)): pk for pk, question, found, _n in stored}
        _store_raters(deltas, ids)
        if empty := [pk for pk, _question, _digest, n in stored if n == 0]:
            cursor.execute("DELETE FROM quality_labelpattern WHERE id = ANY(%s)", [empty])


def _store_raters(deltas: Deltas, ids: Mapping[tuple[int, bytes], int]) -> None:
    names: dict[bytes, bytes] = {}
    rows = []
    for (question, rater, cells, own), n in deltas.raters.items():
        if n:
            name = names.get(cells) or names.setdefault(cells, digest(cells))
            rows.append((question, rater, ids[question, name], own, n))
    rows.sort()
    with connection.cursor() as cursor:
        cursor.execute(
            _RATERS,
            [
                _integers(row[0] for row in rows),
                _integers(row[1] for row in rows),
                _integers(row[2] for row in rows),
                _byte_strings(row[3] for row in rows),
                _integers(row[4] for row in rows),
            ],
        )
        if empty := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute("DELETE FROM quality_raterpattern WHERE id = ANY(%s)", [empty])


def _store_meetings(deltas: Deltas) -> None:
    rows = sorted((question, meeting, n) for (question, meeting), n in deltas.meetings.items() if n)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _MEETINGS,
            [
                _integers(question for question, _meeting, _n in rows),
                _integers(meeting.first for _question, meeting, _n in rows),
                _integers(meeting.second for _question, meeting, _n in rows),
                _byte_strings(meeting.met for _question, meeting, _n in rows),
                _integers(n for _question, _meeting, n in rows),
            ],
        )
        if empty := [pk for (pk,) in cursor.fetchall()]:
            cursor.execute("DELETE FROM quality_ratermeeting WHERE id = ANY(%s)", [empty])


def _integers(values: Iterable[int]) -> str:
    """An array as PostgreSQL reads it: one literal is parsed far faster than many."""
    return "{" + ",".join(map(str, values)) + "}"


def _byte_strings(values: Iterable[bytes]) -> str:
    return "{" + ",".join(f'"\\\\x{value.hex()}"' for value in values) + "}"
