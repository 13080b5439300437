"""The rows of an export, written by the database itself: one statement, hence one snapshot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.copying import stream
from datasets.queries.export_columns import (
    CONTENT,
    ITEM,
    LABEL,
    LABEL_RESOLUTION,
    RESOLVED,
    TEXT,
    Column,
    as_text,
)
from guidelines.models import Question
from projects.models import Project
from quality.models import ResolutionRun

RUNS_OFFERED = 50
CHUNK = 2000  # rows per round trip

LABELS_FROM = """
FROM annotations_item AS item
JOIN annotations_annotation AS annotation ON annotation.item_id = item.id
JOIN annotations_source AS source ON source.id = annotation.source_id
JOIN annotations_source AS rater ON rater.id = coalesce(source.on_behalf_of_id, source.id)
JOIN guidelines_guidelineversion AS version ON version.id = annotation.version_id
LEFT JOIN accounts_user AS person ON person.id = rater.person_id
LEFT JOIN annotations_annotation AS successor ON successor.supersedes_id = annotation.id
LEFT JOIN annotations_assignment AS assignment ON assignment.id = annotation.assignment_id
LEFT JOIN annotations_label AS label ON label.annotation_id = annotation.id {only_question}
LEFT JOIN guidelines_question AS question ON question.id = label.question_id
LEFT JOIN guidelines_choice AS choice ON choice.id = label.choice_id
LEFT JOIN quality_review AS review ON review.annotation_id = annotation.id
    AND NOT EXISTS (SELECT 1 FROM quality_review AS newer WHERE newer.supersedes_id = review.id)
LEFT JOIN accounts_user AS checker ON checker.id = review.by_id
"""
# Not "successor.id IS NULL": of that the planner expects one row, and plans for one.
NOT_SUPERSEDED = """
NOT EXISTS (
    SELECT 1 FROM annotations_annotation AS later WHERE later.supersedes_id = annotation.id
)
"""
# What a person decided outranks every run; of a line of second thoughts the last one stands.
ADJUDICATION = """
LEFT JOIN quality_adjudication AS adjudication
    ON adjudication.item_id = resolution.item_id
    AND adjudication.question_id = resolution.question_id
    AND adjudication.verdict <> 'reopened'
    AND NOT EXISTS (
        SELECT 1 FROM quality_adjudication AS later WHERE later.supersedes_id = adjudication.id
    )
"""
LABELS_RESOLUTION = f"""
LEFT JOIN quality_resolution AS resolution
    ON resolution.run_id = %(run)s AND resolution.item_id = item.id
    AND resolution.question_id = label.question_id
{ADJUDICATION}
LEFT JOIN guidelines_choice AS resolved
    ON resolved.id = CASE WHEN adjudication.id IS NULL THEN resolution.choice_id
                          ELSE adjudication.choice_id END
"""
# Unique, so that two exports of the same rows are the same bytes.
LABELS_ORDER = "ORDER BY item.id, annotation.created_at, annotation.id, label.id"

RESOLVED_FROM = f"""
FROM quality_resolution AS resolution
JOIN quality_resolutionrun AS run ON run.id = resolution.run_id
JOIN annotations_item AS item ON item.id = resolution.item_id
JOIN guidelines_question AS question ON question.id = resolution.question_id
{ADJUDICATION}
LEFT JOIN accounts_user AS reviewer ON reviewer.id = adjudication.by_id
LEFT JOIN guidelines_choice AS choice
    ON choice.id = CASE WHEN adjudication.id IS NULL THEN resolution.choice_id
                        ELSE adjudication.choice_id END
LEFT JOIN guidelines_guidelineversion AS version ON version.id = run.version_id
WHERE resolution.run_id = ANY (%(runs)s)
"""
RESOLVED_ORDER = "ORDER BY item.id, resolution.question_id, resolution.run_id"


@dataclass(frozen=True)
class ExportQuery:
    """Which rows, and how much of each. `runs` are ids of resolution runs of this project."""

    project_id: int
    what: str = "labels"
    question_ids: tuple[int, ...] = ()
    annotator: str = ""
    runs: tuple[int, ...] = ()
    since: datetime | None = None
    current_only: bool = False
    with_payload: bool = False
    as_json: bool = True

    def columns(self) -> tuple[Column, ...]:
        """In the order of the file."""
        content = (CONTENT if self.as_json else (*TEXT, *CONTENT)) if self.with_payload else ()
        if self.what == "resolved":
            return (*ITEM, *content, *RESOLVED)
        return (*ITEM, *content, *LABEL, *(LABEL_RESOLUTION if self.runs else ()))

    def names(self) -> list[str]:
        return [name for name, _sql in self.columns()]


def export_rows(query: ExportQuery) -> Iterator[list[tuple[Any, ...]]]:
    """Chunks of rows: for JSON one text per row, else one text or None per column."""
    sql, params = statement(query)
    return stream(sql, params, size=CHUNK)


def statement(query: ExportQuery) -> tuple[str, dict[str, Any]]:
    """The one SQL statement of an export and its parameters."""
    body = _resolved(query) if query.what == "resolved" else _labels(query)
    if query.as_json:
        columns = ", ".join(f'{sql} AS "{name}"' for name, sql in query.columns())
        sql = f"SELECT row_to_json(line)::text FROM (SELECT {columns} {body}) AS line"
    else:
        columns = ", ".join(as_text(name, sql) for name, sql in query.columns())
        sql = f"SELECT {columns} {body}"
    params = {
        "project": query.project_id,
        "questions": list(query.question_ids),
        "annotator": query.annotator,
        "run": query.runs[0] if query.runs else None,
        "runs": list(query.runs),
        "since": query.since,
    }
    return sql, params


def _labels(query: ExportQuery) -> str:
    only_question = "AND label.question_id = ANY (%(questions)s)" if query.question_ids else ""
    conditions = ["item.project_id = %(project)s"]
    if query.question_ids:
        conditions.append("(label.id IS NOT NULL OR annotation.kind <> 'answer')")
    if query.annotator:
        conditions.append("coalesce(person.name, rater.name) = %(annotator)s")
    if query.since:
        conditions.append("annotation.created_at >= %(since)s")
    if query.current_only:
        conditions.append(NOT_SUPERSEDED)
    return " ".join(
        (
            LABELS_FROM.format(only_question=only_question),
            LABELS_RESOLUTION if query.runs else "",
            "WHERE " + " AND ".join(conditions),
            LABELS_ORDER,
        ),
    )


def _resolved(query: ExportQuery) -> str:
    since = "AND run.computed_at >= %(since)s" if query.since else ""
    return f"{RESOLVED_FROM} {since} {RESOLVED_ORDER}"


def export_choices(project: Project) -> dict[str, list[Any]]:
    """Keys of the questions that were ever published, and the latest finished runs."""
    questions = Question.objects.filter(guideline__project=project).order_by("id")
    runs = (
        ResolutionRun.objects.filter(project=project)
        .computed()
        .select_related("question")
        .order_by("-id")[:RUNS_OFFERED]
    )
    return {
        "questions": list(questions.values_list("key", flat=True)),
        "runs": [
            (run.pk, f"{run.pk}: {run.question.key}, {run.get_method_display()}") for run in runs
        ],
    }
