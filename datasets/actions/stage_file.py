"""From a file to the stage: read and shaped chunk by chunk, in constant memory."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from annotations.actions.bulk_labels import answer_identity
from annotations.actions.bulk_staging import (
    StagedAnswer,
    StagedItem,
    StagedLabel,
    stage_answers,
    stage_items,
    stage_labels,
)
from annotations.models import AnnotationKind
from annotations.values import LabelValue
from core.digest import canonical_json
from datasets.formats.answers import Answer
from datasets.formats.base import Report, RowProblem, Rows
from datasets.formats.shape import Shaped, Shaper
from guidelines.queries import ServedVersion

ROWS = 5_000
CHARACTERS = 4_000_000


@dataclass
class Chunk:
    """Rows read and not yet copied."""

    items: list[StagedItem] = field(default_factory=list)
    answers: list[StagedAnswer] = field(default_factory=list)
    labels: list[StagedLabel] = field(default_factory=list)
    rows: int = 0
    characters: int = 0
    last_line: int = 0
    total: int = 0  # rows of the file up to here
    position: int = 0  # bytes of the file up to here

    @property
    def is_full(self) -> bool:
        return self.rows >= ROWS or self.characters >= CHARACTERS

    def stage(self) -> None:
        """Copy everything to the stage."""
        stage_items(self.items)
        if self.answers:
            stage_answers(self.answers)
            stage_labels(self.labels)


class AnswerStager:
    """Gives answers their identity, and their values the ids of a guideline version."""

    def __init__(self, served: ServedVersion, *scope: Any) -> None:
        self._served = served
        self._scope = scope
        self._rows: dict[tuple[str, str | None], tuple[int, int | None, str]] = {}

    def add(self, chunk: Chunk, row: Shaped, answer: Answer) -> None:
        values = [(key, *self._label(key, value)) for key, value in answer.labels]
        identity, body_hash = answer_identity(
            *self._scope,
            row.external_id,
            answer.annotator,
            answer.labeled_at,
            [(key, text) for key, _question, _choice, text in values],
            answer.comment,
            answer.reason,
        )
        chunk.answers.append(
            StagedAnswer(
                identity,
                row.line,
                row.external_id,
                answer.annotator,
                answer.labeled_at,
                AnnotationKind.SKIP.value if answer.reason else AnnotationKind.ANSWER.value,
                answer.reason,
                answer.comment,
                body_hash,
            ),
        )
        for (_key, question, choice, text), (_same, value) in zip(
            values,
            answer.labels,
            strict=True,
        ):
            chunk.labels.append(StagedLabel(identity, question, choice, value.number, text))

    def _label(self, key: str, value: LabelValue) -> tuple[int, int | None, str]:
        """(question id, choice id, canonical JSON); classes are few, so theirs are kept."""
        if value.choice is None:
            return self._served.questions[key], None, canonical_json(value.value).decode()
        known = self._rows.get((key, value.choice))
        if known is None:
            known = self._rows[key, value.choice] = (
                self._served.questions[key],
                self._served.choices[key, value.choice],
                canonical_json(value.value).decode(),
            )
        return known


def chunks_of(
    rows: Rows,
    *,
    shaper: Shaper,
    answers: AnswerStager | None,
    report: Report,
    position: Callable[[], int],
) -> Generator[Chunk]:
    """The file in chunks that are ready to be staged. Problems of single rows go to `report`.

    A row that repeats the item of the row before it, with another answer, is staged once.
    `position` tells how far the file was read.
    """
    chunk, total, last = Chunk(), 0, None
    for row in _shaped(rows, shaper, report):
        total += 1
        chunk.rows += 1
        chunk.last_line = row.line
        item = (row.external_id, row.payload, row.metadata)
        if item != last or not row.answers:
            chunk.items.append(StagedItem(row.line, *item))
            chunk.characters += len(row.payload or "") + len(row.metadata)
        last = item
        if answers is not None:
            for answer in row.answers:
                answers.add(chunk, row, answer)
                chunk.characters += 200 + len(answer.comment)
        if chunk.is_full:
            chunk.total, chunk.position = total, position()
            yield chunk
            chunk = Chunk()
    if chunk.rows:
        chunk.total, chunk.position = total, position()
        yield chunk


def _shaped(rows: Rows, shaper: Shaper, report: Report) -> Iterator[Shaped]:
    for line, row in rows:
        try:
            yield shaper.shape(line, row)
        except RowProblem as problem:
            report(problem)
