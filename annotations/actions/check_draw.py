"""Checks enter a person's stream: drawn at a rate when items are handed out (ADR 0031).

Each item that is handed out draws, by a keyed digest of person and slot, whether a gold item or a
repeat comes next. What is drawn becomes a slot that is reserved for the person, and the next lease
hands it out in its place in the count: a reload, or a second tab, changes nothing, and a request
for three items gives three. Nobody without the server's key can compute the draw.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import User
from annotations.models import DEFAULT_PRIORITY, RESERVED_POSITIONS, Purpose
from projects.models import Project

# Gold items that are looked at before and after the drawn place, and answers beyond the latest
# ones: the work of a draw has these bounds, whatever the project has.
WINDOW = 200

_CHOSEN = """
WITH candidates AS ({candidates}),
chosen AS MATERIALIZED (SELECT item_id, row_number() OVER () AS n FROM candidates)
INSERT INTO annotations_assignment
    (project_id, item_id, slot, round, state, purpose, reserved_for_id, priority, position)
SELECT %(project)s, chosen.item_id,
       1 + (SELECT coalesce(max(slot), 0) FROM annotations_assignment AS known
             WHERE known.item_id = chosen.item_id),
       0, 'reserved', %(purpose)s, %(person)s, %(priority)s,
       %(reserved)s + nextval('annotations_position_seq')
FROM chosen
JOIN annotations_item AS item ON item.id = chosen.item_id AND item.withdrawn_at IS NULL
WHERE chosen.n <= %(count)s
ON CONFLICT DO NOTHING
"""

# Active gold items from a drawn place on, and from the first one when the end is reached, less
# those that the person has had in any way: in training, as a check, or as an item to label.
_GOLD = """
    SELECT gold.item_id FROM (
        SELECT * FROM (
            SELECT id, item_id, 0 AS turn FROM annotations_golditem
            WHERE project_id = %(project)s AND retired_at IS NULL AND id >= (
                SELECT low + floor(%(place)s * (high - low + 1))::bigint FROM (
                    SELECT min(id) AS low, max(id) AS high FROM annotations_golditem
                    WHERE project_id = %(project)s AND retired_at IS NULL
                ) AS ends
            )
            ORDER BY id LIMIT %(window)s
        ) AS later
        UNION ALL
        SELECT * FROM (
            SELECT id, item_id, 1 AS turn FROM annotations_golditem
            WHERE project_id = %(project)s AND retired_at IS NULL ORDER BY id LIMIT %(window)s
        ) AS first
    ) AS gold
    WHERE NOT EXISTS (
        SELECT FROM annotations_traininganswer AS told
        JOIN annotations_golditem AS known ON known.id = told.gold_id
        WHERE known.item_id = gold.item_id AND told.person_id = %(person)s
    )
      AND NOT EXISTS (
        SELECT FROM annotations_assignment AS mine
        WHERE mine.item_id = gold.item_id
          AND %(person)s IN (mine.annotator_id, mine.reserved_for_id)
    )
      AND NOT EXISTS (
        SELECT FROM annotations_annotation AS said
        JOIN annotations_source AS source ON source.id = said.source_id
        LEFT JOIN annotations_source AS rater ON rater.id = source.on_behalf_of_id
        WHERE said.item_id = gold.item_id
          AND coalesce(rater.person_id, source.person_id) = %(person)s
    )
    GROUP BY gold.item_id ORDER BY min(gold.turn), min(gold.id)
"""

# Answers that lie so many answers and days back, still stand, and were never checked.
_REPEAT = """
    SELECT said.item_id FROM (
        SELECT answer.id, answer.item_id, answer.kind, answer.created_at
        FROM annotations_annotation AS answer
        WHERE answer.source_id = (
            SELECT id FROM annotations_source
            WHERE project_id = %(project)s AND person_id = %(person)s
        )
        ORDER BY answer.created_at DESC OFFSET %(after_items)s LIMIT %(window)s
    ) AS said
    WHERE said.kind = 'answer'
      AND said.created_at <= statement_timestamp() - make_interval(days => %(after_days)s)
      AND NOT EXISTS (
        SELECT FROM annotations_annotation AS later WHERE later.supersedes_id = said.id
    )
      AND NOT EXISTS (
        SELECT FROM annotations_assignment AS mine
        WHERE mine.item_id = said.item_id
          AND %(person)s IN (mine.annotator_id, mine.reserved_for_id)
          AND (mine.purpose <> 'label' OR mine.state <> 'done')
    )
    ORDER BY md5(%(place)s::text || said.id)
"""

_STATEMENTS = {
    Purpose.GOLD: _CHOSEN.format(candidates=_GOLD),
    Purpose.REPEAT: _CHOSEN.format(candidates=_REPEAT),
}


def draw(purpose: Purpose, person: int, slot: int) -> float:
    """A number from 0 to 1 that stays the same for this person and slot, and nobody can guess."""
    text = f"{purpose.value}:{person}:{slot}"
    keyed = salted_hmac("annotations.checks", text, algorithm="sha256").digest()
    return int.from_bytes(keyed[:6], "big") / 2**48


def reserve_checks(*, project: Project, by: User, slots: Sequence[int]) -> int:
    """Reserve the checks that these slots, handed out just now, have drawn; how many there were.

    Where a kind of check has a rate, its candidates are looked for each time, in one statement in
    the transaction that hands out: an answer that took longer would tell that a check comes next.
    """
    rates = ((Purpose.GOLD, project.gold_rate), (Purpose.REPEAT, project.repeat_rate))
    made = 0
    for purpose, rate in rates:
        drawn = [place for slot in slots if (place := draw(purpose, by.pk, slot)) < rate / 100]
        if rate:
            place = drawn[0] * 100 / rate if drawn else 0.5
            made += _reserve(project, by, purpose, len(drawn), place)
    return made


def _reserve(project: Project, by: User, purpose: Purpose, count: int, place: float) -> int:
    parameters: dict[str, Any] = {
        "project": project.pk,
        "person": by.pk,
        "purpose": purpose.value,
        "count": count,
        "place": place,
        "window": WINDOW,
        "priority": DEFAULT_PRIORITY,
        "reserved": RESERVED_POSITIONS,
        "after_items": project.repeat_after_items,
        "after_days": project.repeat_after_days,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[purpose], parameters)
        return int(cursor.rowcount)
