"""The job that reads a file into items and labels: all of it in one transaction, or nothing."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from annotations.actions.bulk_items import ItemCounts, NewItems, StagedItems, open_slots, prepare
from annotations.actions.bulk_labels import AnswerCounts, insert_staged_answers
from annotations.actions.link_media import link_media
from annotations.models import Batch, SourceKind
from core.audit import record
from core.jobs import JobFailed, Progress
from core.problems import Problem, Problems
from datasets.actions.prefetch import prefetched
from datasets.actions.stage_file import AnswerStager, Chunk, chunks_of
from datasets.describing import described
from datasets.formats.base import RowProblem
from datasets.formats.mapping import Mapping
from datasets.formats.rows import read_rows
from datasets.formats.shape import Shaper
from datasets.models import Import, ItemOrder
from datasets.queries.known import known_in
from guidelines.queries import ServedVersion, served_schema

MOST_FAULTS = 100
# Rows from which the planner should hear of them at once: plans are made once per connection.
ANALYZE_FROM = 1_000
# Per cent of the progress bar at the end of each part.
READ, ANSWERS, SLOTS = 65, 90, 100


@dataclass
class Faults:
    """What is wrong with a file, up to the first hundred faults."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MOST_FAULTS:
            raise Problems(self.problems)

    def check(self) -> None:
        if self.problems:
            raise Problems(self.problems)


def run_import(progress: Progress, arguments: dict[str, Any]) -> dict[str, Any]:
    """Handler of the job: `arguments` = {"import": id}."""
    file_import = Import.objects.select_related("project", "uploaded_by").get(
        pk=arguments["import"],
    )
    with translation.override(file_import.uploaded_by.language or settings.LANGUAGE_CODE):
        if not file_import.project.is_open:
            raise JobFailed([{"message": _("This project is closed."), "code": "project_closed"}])
        try:
            return _run(progress, file_import, timezone.now())
        except Problems as problems:
            raise JobFailed([described(each) for each in problems.problems]) from problems


def _run(progress: Progress, file_import: Import, now: datetime) -> dict[str, Any]:
    served = served_schema(file_import.version_id) if file_import.version_id else None
    batch = Batch.objects.create(
        project=file_import.project,
        name=file_import.original_name,
        digest=file_import.sha256,
        created_by=file_import.uploaded_by,
        created_at=now,
    )
    prepare(with_answers=served is not None)
    items = _store_new(progress, file_import, batch, now) if served is None else None
    if items is None:
        items = _store_staged(progress, file_import, batch, served, now)
    link_media(batch=batch)
    answers = AnswerCounts(added=0, known=0, revisions=0)
    if served is not None:
        answers = insert_staged_answers(
            batch=batch,
            version_id=served.id,
            source_kind=SourceKind(file_import.source_kind),
            tool="import",
            now=now,
            tick=_tick(progress, READ, ANSWERS, _("Storing answers: %(rows)s")),
        )
    open_slots(
        batch=batch,
        overlap=file_import.overlap,
        shuffled=file_import.order == ItemOrder.SHUFFLED,
        answers_came_along=served is not None,
        tick=_tick(progress, ANSWERS, SLOTS, _("Opening slots: %(rows)s")),
    )
    progress.report(SLOTS, total=SLOTS, message="")
    return _finish(file_import, batch, items, answers, now)


def _store_new(
    progress: Progress, file_import: Import, batch: Batch, now: datetime
) -> ItemCounts | None:
    """The fast way, for files whose items are all new; None when one of them is not."""
    new = NewItems(batch=batch, now=now)
    try:
        with transaction.atomic():
            _read(progress, file_import, None, lambda chunk: new.insert(chunk.items))
    except IntegrityError:
        return None
    return ItemCounts(added=new.added, known=0)


def _store_staged(
    progress: Progress,
    file_import: Import,
    batch: Batch,
    served: ServedVersion | None,
    now: datetime,
) -> ItemCounts:
    """The careful way: known items are told from faults, answers are staged on the way."""
    staged = StagedItems(batch=batch, may_repeat=served is not None, now=now)

    def store(chunk: Chunk) -> None:
        chunk.stage()
        staged.insert(chunk.last_line)

    _read(progress, file_import, served, store)
    return staged.finish()


def _read(
    progress: Progress,
    file_import: Import,
    served: ServedVersion | None,
    store: Callable[[Chunk], None],
) -> None:
    """The whole file into items and staged answers; raises `Problems`, or JobFailed."""
    faults, total = Faults(), 0
    try:
        with (
            file_import.file.open("rb") as file,
            closing(_chunks(file, file_import, served, faults)) as chunks,
        ):
            for chunk in chunks:
                store(chunk)
                total = chunk.total
                share = min(chunk.position / max(file_import.size, 1), 1)
                message = _("Reading: %(rows)s rows") % {"rows": f"{total:,}"}
                progress.report(int(READ * share), total=SLOTS, message=message)
    except RowProblem as problem:  # the rest of the file cannot be read
        raise Problems([*faults.problems, problem]) from problem
    except FileNotFoundError as error:
        message = _("The uploaded file is not in the storage any more. Upload it again.")
        raise JobFailed([{"message": message, "code": "file_missing"}]) from error
    faults.check()
    if not total:
        raise JobFailed([{"message": _("The file has no rows."), "code": "no_rows"}])


def _chunks(
    file: Any,
    file_import: Import,
    served: ServedVersion | None,
    faults: Faults,
) -> Generator[Chunk]:
    rows = read_rows(
        file,
        file_format=file_import.format,
        encoding=file_import.encoding,
        gzipped=file_import.is_gzipped,
        max_bytes=settings.IMPORT_MAX_BYTES,
        report=faults.add,
    )
    known = known_in(file_import.project_id, file_import.format)
    shaper = Shaper(Mapping(**file_import.mapping), served.schema if served else None, known)
    chunks = chunks_of(
        rows,
        shaper=shaper,
        answers=AnswerStager(served, *_identity_of(file_import)) if served else None,
        report=faults.add,
        position=file.tell,
    )
    # Reading ahead is done by another thread, which has no part in this transaction.
    return chunks if shaper.asks_what_is_known else prefetched(chunks)


def _identity_of(file_import: Import) -> tuple[int, str]:
    return file_import.project_id, file_import.source_kind


def _tick(progress: Progress, start: int, end: int, template: str) -> Callable[[int], None]:
    """Progress between two marks; the number of rows to come is not known, so it approaches."""

    def tick(rows: int) -> None:
        share = rows / (rows + 200_000)
        message = template % {"rows": f"{rows:,}"}
        progress.report(start + int((end - start) * share), total=SLOTS, message=message)

    return tick


def _finish(
    file_import: Import,
    batch: Batch,
    items: ItemCounts,
    answers: AnswerCounts,
    now: datetime,
) -> dict[str, Any]:
    counts = {
        "items_added": items.added,
        "items_known": items.known,
        "annotations_added": answers.added,
        "annotations_known": answers.known,
        "revisions_added": answers.revisions,
    }
    Import.objects.filter(pk=file_import.pk).update(batch=batch, **counts)
    record(
        action="import.done",
        by=file_import.uploaded_by,
        now=now,
        scope=file_import.project.scope,
        subject=f"import:{file_import.pk}",
        name=file_import.original_name,
        **counts,
    )
    if items.added + answers.added >= ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE annotations_item, annotations_assignment, annotations_annotation,"
                " annotations_label",
            )
    return counts
