"""The first rows of an uploaded file, and what its columns seem to mean."""

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.conf import settings

from core.problems import Problem
from datasets.formats.base import Row, RowProblem
from datasets.formats.mapping import IGNORE, Mapping, guess
from datasets.formats.rows import read_rows
from datasets.formats.shape import Shaper
from datasets.models import Import
from datasets.queries.known import known_in
from datasets.queries.recognised import ItemShown, items_shown, marked_in, unknown_labels
from guidelines.models import GuidelineVersion
from guidelines.queries import current_version, served_schema, version_by_number

ROWS_SHOWN = 20
ROWS_READ = 500


@dataclass(frozen=True)
class Preview:
    """`columns` are all that the first rows have; `problems` what the reader stumbled over."""

    columns: list[str]
    rows: list[Row]
    problems: list[Problem]
    is_foreign: bool = False

    @property
    def items(self) -> list[ItemShown]:
        """The items of a foreign file that are shown."""
        return items_shown(self.rows[:ROWS_SHOWN])

    @property
    def table(self) -> list[tuple[int, list[Any]]]:
        """(line, a cell per column) of the rows that are shown."""
        return [
            (line, [row.get(name, "") for name in self.columns])
            for line, row in self.rows[:ROWS_SHOWN]
        ]


def preview(file_import: Import) -> Preview:
    """Reads the first rows only, whatever the size of the file."""
    problems: list[Problem] = []
    rows: list[Row] = []
    try:
        with file_import.file.open("rb") as file:
            for row in read_rows(
                cast(BinaryIO, file),
                file_format=file_import.format,
                encoding=file_import.encoding,
                gzipped=file_import.is_gzipped,
                max_bytes=settings.IMPORT_MAX_BYTES,
                report=problems.append,
            ):
                rows.append(row)
                if len(rows) + len(problems) >= ROWS_READ:
                    break
    except RowProblem as problem:
        problems.append(problem)
    columns = list(dict.fromkeys(name for _line, row in rows for name in row))
    return Preview(
        columns=columns,
        rows=rows,
        problems=problems,
        is_foreign=file_import.is_foreign,
    )


def guessed_columns(file_import: Import, found: Preview, keys: list[str]) -> dict[str, str]:
    """{column: role} of the columns whose names speak for themselves.

    Answers need a guideline: without one, a file of another program that begins without answers is
    taken for a list of items.
    """
    guessed = guess(found.columns, keys, file_format=file_import.format)
    if found.is_foreign and not keys and not marked_in(found.rows):
        guessed["annotations"] = IGNORE
    return guessed


def chosen_version(file_import: Import, number: int | None) -> GuidelineVersion | None:
    """The published version with this number, else the current one, else None."""
    if number is None:
        return current_version(file_import.project)
    return version_by_number(file_import.project, number)


def question_keys(version: GuidelineVersion | None) -> list[str]:
    """The keys of the questions a version asks."""
    if version is None:
        return []
    return [question.key for question in served_schema(version.pk).schema.questions]


def shape_problems(
    found: Preview,
    mapping: Mapping,
    version: GuidelineVersion | None,
    file_import: Import,
) -> list[Problem]:
    """What the mapping makes of the rows that were read: at most as many problems as are shown."""
    schema = served_schema(version.pk).schema if version and mapping.holds_answers else None
    known = known_in(file_import.project_id, file_import.format)
    shaper = Shaper(mapping, schema, known)
    problems: list[Problem] = []
    for line, row in found.rows:
        try:
            shaper.shape(line, row)
        except RowProblem as problem:
            problems.append(problem)
        if len(problems) >= ROWS_SHOWN:
            break
    return problems


def unknown_answers(
    found: Preview,
    mapping: Mapping,
    version: GuidelineVersion | None,
) -> dict[str, list[str]]:
    """{question: answers in the first rows that are no keys of it}, so that they can be mapped."""
    if version is None:
        return {}
    schema = served_schema(version.pk).schema
    if found.is_foreign:
        return unknown_labels(found.rows, mapping, schema) if mapping.holds_answers else {}
    unknown: dict[str, list[str]] = {}
    for column, key in mapping.answers.items():
        question = schema.question(key)
        raw = {str(row[column]) for _line, row in found.rows if row.get(column) not in (None, "")}
        foreign = [text for text in sorted(raw) if question and question.choice(text) is None]
        if question and question.choices and foreign:
            unknown[key] = foreign[:50]
    return unknown
