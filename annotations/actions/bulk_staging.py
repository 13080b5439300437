"""Rows on their way into the ledger: temporary tables, filled by COPY, gone at the commit."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from core.copying import copy_rows

ITEMS = """
DROP TABLE IF EXISTS pg_temp.staged_item;
CREATE TEMPORARY TABLE staged_item (
    line bigint NOT NULL,
    external_id text COLLATE "C" NOT NULL,
    payload text,
    metadata text NOT NULL
) ON COMMIT DROP;
CREATE INDEX ON staged_item (line);
"""
ANSWERS = """
DROP TABLE IF EXISTS pg_temp.staged_answer, pg_temp.staged_label, pg_temp.arranged_answer;
CREATE TEMPORARY TABLE staged_answer (
    id uuid NOT NULL,
    line bigint NOT NULL,
    external_id text COLLATE "C" NOT NULL,
    annotator text NOT NULL,
    labeled_at timestamptz,
    kind text NOT NULL,
    reason text NOT NULL,
    comment text NOT NULL,
    body_hash text NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_label (
    annotation_id uuid NOT NULL,
    question_id bigint NOT NULL,
    choice_id bigint,
    number double precision,
    value text NOT NULL
) ON COMMIT DROP;
"""


class StagedItem(NamedTuple):
    """One item of a file; `payload` and `metadata` are JSON texts.

    Without a payload the row only names an item that may exist already.
    """

    line: int
    external_id: str
    payload: str | None
    metadata: str = "{}"


class StagedAnswer(NamedTuple):
    """One annotator's answer or skip, as it stands in a file."""

    id: str
    line: int
    external_id: str
    annotator: str
    labeled_at: str | None
    kind: str
    reason: str
    comment: str
    body_hash: str


class StagedLabel(NamedTuple):
    """One value of a staged answer; `value` is JSON text."""

    annotation_id: str
    question_id: int
    choice_id: int | None
    number: float | None
    value: str


def open_stage(*, with_answers: bool) -> None:
    """Make the tables, empty."""
    with connection.cursor() as cursor:
        cursor.execute(ITEMS + ANSWERS if with_answers else ITEMS)


def stage_items(rows: Iterable[StagedItem]) -> int:
    """COPY items to the stage; returns how many."""
    return copy_rows("staged_item", StagedItem._fields, rows)


def stage_answers(rows: Iterable[StagedAnswer]) -> int:
    """COPY answers to the stage."""
    return copy_rows("staged_answer", StagedAnswer._fields, rows)


def stage_labels(rows: Iterable[StagedLabel]) -> int:
    """COPY labels to the stage; their answer is staged, too."""
    return copy_rows("staged_label", StagedLabel._fields, rows)
