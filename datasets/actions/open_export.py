"""Open an export: check what was asked, note it in the audit log, hand out the stream."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from datasets.formats.written import csv_bytes, jsonl_bytes
from datasets.queries.exports import ExportQuery, export_rows
from guidelines.models import Question
from projects.models import Project
from quality.models import ResolutionRun

LABELS, RESOLVED = "labels", "resolved"
JSONL, CSV = "jsonl", "csv"


@dataclass(frozen=True)
class ExportRequest:
    """What somebody asked for; `question` is a key, `run` the id of a resolution run."""

    file_format: str = JSONL
    what: str = LABELS
    question: str = ""
    run: int | None = None
    since: datetime | None = None
    current_only: bool = False
    with_payload: bool = False
    spreadsheet: bool = False
    trailer: bool = False


@dataclass(frozen=True)
class Export:
    """A file that is about to be streamed."""

    name: str
    content_type: str
    snapshot_at: datetime
    chunks: Iterator[bytes]


@transaction.atomic
def open_export(*, project: Project, request: ExportRequest, by: User, now: datetime) -> Export:
    """The rows are read when the stream is. ValidationError names the field that is at fault.

    The audit row is written although reading writes nothing else: labels leave the project here,
    and who took them is part of their lineage.
    """
    query = _query(project, request)
    record(
        action="export.opened",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"project:{project.pk}",
        **{
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(request).items()
            if value not in ("", None, False)
        },
        runs=list(query.runs),
    )
    chunks = export_rows(query)
    if request.file_format == CSV:
        content = csv_bytes(query.names(), chunks, spreadsheet=request.spreadsheet)
    else:
        content = jsonl_bytes(chunks, trailer=request.trailer)
    stamp = f"{now:%Y%m%d-%H%M%S}"
    kind = "-spreadsheet" if request.spreadsheet else ""
    return Export(
        name=f"{project.slug}-{request.what}-{stamp}{kind}.{request.file_format}",
        content_type="text/csv; charset=utf-8"
        if request.file_format == CSV
        else "application/jsonl; charset=utf-8",
        snapshot_at=now,
        chunks=content,
    )


def _query(project: Project, request: ExportRequest) -> ExportQuery:
    if request.spreadsheet and request.file_format != CSV:
        raise _invalid("spreadsheet", _("Only CSV has a variant for spreadsheets."))
    if request.trailer and request.file_format != JSONL:
        raise _invalid("trailer", _("Only JSONL can end with a line that counts the rows."))
    question = _question(project, request.question) if request.question else None
    return ExportQuery(
        project_id=project.pk,
        what=request.what,
        question_id=question.pk if question else None,
        runs=_runs(project, request, question),
        since=request.since,
        current_only=request.current_only,
        with_payload=request.with_payload,
        as_json=request.file_format == JSONL,
    )


def _question(project: Project, key: str) -> Question:
    question = Question.objects.filter(guideline__project=project, key=key).first()
    if question is None:
        raise _invalid("question", _("This project has no question with this key."))
    return question


def _runs(project: Project, request: ExportRequest, question: Question | None) -> tuple[int, ...]:
    """The run that was asked for; for resolved items else the latest run of each question."""
    runs = ResolutionRun.objects.filter(project=project, computed_at__isnull=False)
    if question is not None:
        runs = runs.filter(question=question)
    if request.run is not None:
        run = runs.filter(pk=request.run).first()
        if run is None:
            raise _invalid(
                "run",
                _("There is no such finished resolution run of this project and question."),
            )
        return (run.pk,)
    if request.what != RESOLVED:
        return ()
    latest = runs.order_by("question", "-id").distinct("question").values_list("pk", flat=True)
    if not latest:
        raise _invalid("run", _("Nothing has been resolved yet. Start a resolution run first."))
    return tuple(latest)


def _invalid(field: str, message: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code="invalid")})
