"""What the ledger says of some items, and what was counted of them, for questions whose answers
are values."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from quality.kinds import KIND_QUALITY
from quality.queries.live.ledger import COUNTED_ROWS
from quality.queries.live.values_records import Answers, SaidValue, answers_by_slices

# Ratings and pairwise choices are codes, which patterns of labels count (ADR 0029).
VALUE_KINDS = frozenset(KIND_QUALITY) - {"rating", "pairwise"}

Key = tuple[int, int, str]  # question, item, slices

_SAID = f"""
SELECT label.question_id, annotation.item_id, rater.id, rater.kind, annotation.version_id,
       label.id, later.id IS NULL, source.on_behalf_of_id IS NULL
{COUNTED_ROWS}
"""
_COUNTED = """
SELECT question_id, item_id, slices, answers, whole, without FROM quality_itemvalues
 WHERE item_id = ANY(%s)
"""
_QUESTIONS = """
SELECT question.id, question.kind FROM guidelines_question AS question
  JOIN guidelines_guideline AS guideline ON guideline.id = question.guideline_id
 WHERE guideline.project_id = %s AND question.kind = ANY(%s)
"""


class CountedItem(NamedTuple):
    """A row of `ItemValues`: who said what, and what it added to the sums, as JSON."""

    answers: Answers
    whole: str
    without: str


def value_questions(project_id: int) -> dict[int, str]:
    """Kinds of the questions of a project whose answers are values, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTIONS, [project_id, sorted(VALUE_KINDS)])
        return dict(cursor.fetchall())


def answers_of(project_id: int, items: Sequence[int]) -> dict[Key, Answers]:
    """The answers that count, of each question and item, by groups of slices."""
    said: dict[tuple[int, int], list[SaidValue]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [list(items), project_id, sorted(VALUE_KINDS)])
        for question, item, *row in cursor.fetchall():
            said.setdefault((question, item), []).append(SaidValue(*row))
    return {
        (question, item, slices): answers
        for (question, item), rows in said.items()
        for slices, answers in answers_by_slices(rows).items()
    }


def counted_items(items: Sequence[int]) -> dict[Key, CountedItem]:
    """What was counted of these items when they were last counted."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [list(items)])
        return {
            (question, item, slices): CountedItem(read_answers(answers), *amounts)
            for question, item, slices, answers, *amounts in cursor.fetchall()
        }


def read_answers(text: str) -> Answers:
    """Raters and labels of a row of `ItemValues`."""
    return tuple((rater, label) for rater, label, _name in json.loads(text))


def texts_of(labels: Collection[int]) -> dict[int, str]:
    """The values of labels as canonical JSON, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, value::text FROM annotations_label WHERE id = ANY(%s)", [list(labels)]
        )
        return dict(cursor.fetchall())


def labels_in(groups: Iterable[Answers]) -> set[int]:
    """All labels that these answers name."""
    return {label for answers in groups for _rater, label in answers}


def kinds_of(questions: Mapping[int, str], keys: Iterable[Key]) -> dict[str, list[Key]]:
    """Keys by the kind of their question."""
    found: dict[str, list[Key]] = {}
    for key in keys:
        found.setdefault(questions[key[0]], []).append(key)
    return found
