"""Open an export: check what was asked, note it in the audit log, hand out the stream."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from datasets.formats.foreign.exported import EXPORT_FORMATS, Asked
from datasets.formats.foreign.writers import WRITERS
from datasets.formats.written import csv_bytes, jsonl_bytes
from datasets.queries.exported_questions import questions_held, questions_named
from datasets.queries.exports import ExportQuery, export_rows
from guidelines.models import Question
from projects.models import Project
from quality.models import ResolutionRun

LABELS, RESOLVED = "labels", "resolved"
JSONL, CSV = "jsonl", "csv"
_TYPES = {
    JSONL: "application/jsonl; charset=utf-8",
    CSV: "text/csv; charset=utf-8",
    "label_studio": "application/json; charset=utf-8",
    "coco": "application/json; charset=utf-8",
    "conll": "text/plain; charset=utf-8",
    "doccano": "application/jsonl; charset=utf-8",
}
_ENDINGS = {"label_studio": "label-studio.json", "coco": "coco.json", "doccano": "doccano.jsonl"}


@dataclass(frozen=True)
class ExportRequest:
    """What somebody asked for; `question` are keys separated by commas, `annotator` a name, `run`
    the id of a resolution run."""

    file_format: str = JSONL
    what: str = LABELS
    question: str = ""
    annotator: str = ""
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
    _check(request)
    asked: list[Asked] = []
    if request.file_format in EXPORT_FORMATS:
        held = questions_held(project, request.question, request.file_format)
        questions, asked = [each for each, _asked in held], [each for _question, each in held]
    else:
        questions = questions_named(project, request.question) if request.question else []
    query = _query(project, request, questions)
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
    content = _content(request, query, asked)
    stamp = f"{now:%Y%m%d-%H%M%S}"
    kind = "-spreadsheet" if request.spreadsheet else ""
    return Export(
        name=f"{project.slug}-{request.what}-{stamp}{kind}.{ending_of(request.file_format)}",
        content_type=_TYPES[request.file_format],
        snapshot_at=now,
        chunks=content,
    )


def ending_of(file_format: str) -> str:
    """What the name of the file ends with."""
    return _ENDINGS.get(file_format, file_format)


def _content(request: ExportRequest, query: ExportQuery, asked: list[Asked]) -> Iterator[bytes]:
    chunks = export_rows(query)
    if request.file_format == CSV:
        return csv_bytes(query.names(), chunks, spreadsheet=request.spreadsheet)
    if request.file_format == JSONL:
        return jsonl_bytes(chunks, trailer=request.trailer)
    return WRITERS[request.file_format](chunks, asked)


def _check(request: ExportRequest) -> None:
    if request.spreadsheet and request.file_format != CSV:
        raise _invalid("spreadsheet", _("Only CSV has a variant for spreadsheets."))
    if request.trailer and request.file_format != JSONL:
        raise _invalid("trailer", _("Only JSONL can end with a line that counts the rows."))
    if request.annotator and request.what == RESOLVED:
        raise _invalid("annotator", _("What was resolved is not by one annotator."))


def _query(project: Project, request: ExportRequest, questions: list[Question]) -> ExportQuery:
    """Other programs know neither history nor items without content."""
    is_foreign = request.file_format in EXPORT_FORMATS
    return ExportQuery(
        project_id=project.pk,
        what=request.what,
        question_ids=tuple(question.pk for question in questions),
        annotator=request.annotator,
        runs=_runs(project, request, questions),
        since=request.since,
        current_only=request.current_only or is_foreign,
        with_payload=request.with_payload or is_foreign,
        as_json=request.file_format != CSV,
    )


def _runs(project: Project, request: ExportRequest, questions: list[Question]) -> tuple[int, ...]:
    """The run that was asked for; for resolved items else the latest run of each question."""
    runs = ResolutionRun.objects.filter(project=project, computed_at__isnull=False)
    if questions:
        runs = runs.filter(question__in=questions)
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
