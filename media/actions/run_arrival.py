"""The job that brings many files: an archive as a whole, addresses and folders file by file."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import Conflict, validation_error
from core.jobs import JobCancelled, JobFailed, Progress
from core.problems import Problem
from media.actions.store_file import Arrived, look_at, store_file
from media.actions.upload_files import Fault
from media.addresses import Policy, parse_networks
from media.fetching import fetch
from media.inbox import inbox_chunks, inbox_files, inbox_size
from media.inspector import Inspector
from media.models import Arrival, CameFrom
from media.problems import named
from media.spooling import Spooled, spool, too_large
from media.storage import media_storage
from media.zips import BoundedZip, ZipLimits
from projects.models import Project

MOST_FAULTS = 100
Fetch = Callable[[Path], Spooled]


@dataclass
class Outcome:
    """What became of the files so far."""

    added: int = 0
    known: int = 0
    faults: list[Fault] = field(default_factory=list)


def run_arrival(progress: Progress, arguments: dict[str, Any]) -> dict[str, Any]:
    """Handler of the job: `arguments` = {"arrival": id}."""
    arrival = Arrival.objects.select_related("project", "created_by").get(pk=arguments["arrival"])
    with translation.override(arrival.created_by.language or settings.LANGUAGE_CODE):
        if not arrival.project.is_open:
            raise JobFailed([{"message": _("This project is closed."), "code": "project_closed"}])
        try:
            outcome = _run(progress, arrival, timezone.now())
        except (JobFailed, JobCancelled):
            _remove(arrival)
            raise
    transaction.on_commit(lambda: _remove(arrival))
    return {"added": outcome.added, "known": outcome.known, "left_out": len(outcome.faults)}


def _run(progress: Progress, arrival: Arrival, now: datetime) -> Outcome:
    outcome = Outcome()
    with TemporaryDirectory(prefix="labelhub-media-") as folder, Inspector() as inspector:
        if arrival.came_from == CameFrom.ZIP:
            _bring_zip(progress, arrival, outcome, inspector, Path(folder), now)
        else:
            _bring_each(progress, arrival, outcome, inspector, Path(folder), now)
    Arrival.objects.filter(pk=arrival.pk).update(
        added=outcome.added,
        known=outcome.known,
        faults=[asdict(fault) for fault in outcome.faults],
    )
    record(
        action="media.arrived",
        by=arrival.created_by,
        now=now,
        scope=arrival.project.scope,
        subject=f"arrival:{arrival.pk}",
        name=arrival.name,
        added=outcome.added,
        known=outcome.known,
        left_out=len(outcome.faults),
    )
    return outcome


def _remove(arrival: Arrival) -> None:
    """The archive has done its work."""
    if arrival.storage_name:
        media_storage().delete(arrival.storage_name)


# -- an archive: all of it is looked at before any of it is stored ---------------------------------


def _bring_zip(
    progress: Progress,
    arrival: Arrival,
    outcome: Outcome,
    inspector: Inspector,
    folder: Path,
    now: datetime,
) -> None:
    try:
        size = media_storage().size(arrival.storage_name)
        archive = spool(media_storage().read(arrival.storage_name, 0, size - 1), folder, limit=size)
    except FileNotFoundError as error:
        message = _("The uploaded file is not in the storage any more. Upload it again.")
        raise JobFailed([{"message": message, "code": "file_missing"}]) from error
    limits = ZipLimits(members=settings.MEDIA_MAX_FILES, total=settings.MEDIA_ZIP_MAX_TOTAL)
    with archive.path.open("rb") as file:
        try:
            bounded = BoundedZip(file, archive.bytes, limits)
            files = list(_looked_at(progress, bounded, outcome, inspector, folder))
        except Problem as problem:  # the rest of the archive is not looked at
            outcome.faults.append(_fault(problem, arrival.name))
            files = []
    _fail_if_faulty(outcome)
    for number, arrived in enumerate(files):
        _store(arrival, arrived, outcome, now)
        progress.report(
            len(files) + number + 1, message=_("Storing: %(name)s") % {"name": arrived.name}
        )
    _fail_if_faulty(outcome)


def _looked_at(
    progress: Progress, bounded: BoundedZip, outcome: Outcome, inspector: Inspector, folder: Path
) -> Iterator[Arrived]:
    members = bounded.members()
    for number, (name, entry) in enumerate(members):
        message = _("Looking at: %(name)s") % {"name": name}
        progress.report(number, total=2 * len(members), message=message)
        try:
            spooled = spool(bounded.chunks(name, entry), folder, limit=settings.MEDIA_MAX_BYTES)
            yield look_at(inspector, name, spooled)
        except Problem as problem:
            outcome.faults.append(_fault(problem, name))
            if problem.code.startswith("zip_") or len(outcome.faults) >= MOST_FAULTS:
                return


def _fail_if_faulty(outcome: Outcome) -> None:
    if outcome.faults:
        raise JobFailed(
            [{"message": fault.message, "code": fault.code} for fault in outcome.faults]
        )


# -- addresses and folders: what is sound is stored, what is not is told --------------------------


def _bring_each(
    progress: Progress,
    arrival: Arrival,
    outcome: Outcome,
    inspector: Inspector,
    folder: Path,
    now: datetime,
) -> None:
    sources = _addresses(arrival) if arrival.came_from == CameFrom.URL else _inbox(arrival)
    for number, (name, bring) in enumerate(sources):
        message = _("Fetching: %(name)s") % {"name": name}
        progress.report(number, total=len(sources), message=message)
        arrived = None
        try:
            arrived = look_at(inspector, name, bring(folder))
        except Problem as problem:
            outcome.faults.append(_fault(problem, name))
        else:
            _store(arrival, arrived, outcome, now)
        _empty(folder)
    progress.report(len(sources), message="")


def _addresses(arrival: Arrival) -> list[tuple[str, Fetch]]:
    policy = Policy(
        hosts=tuple(settings.MEDIA_FETCH_HOSTS),
        networks=parse_networks(settings.MEDIA_FETCH_NETWORKS),
    )

    def bring(address: str) -> Fetch:
        return lambda folder: fetch(
            address,
            folder,
            policy=policy,
            limit=settings.MEDIA_MAX_BYTES,
            seconds=settings.MEDIA_FETCH_SECONDS,
        )

    return [(name, bring(address)) for address, name in arrival.addresses]


def _inbox(arrival: Arrival) -> list[tuple[str, Fetch]]:
    slug, most = arrival.project.slug, settings.MEDIA_MAX_FILES
    try:
        paths = inbox_files(slug, arrival.folder, most=most)
    except (FileNotFoundError, NotADirectoryError):
        paths = []
    if not paths:
        message = _("There are no files in the folder “%(folder)s”.")
        folder = f"{slug}/{arrival.folder}"
        raise JobFailed([{"message": message % {"folder": folder}, "code": "folder_empty"}])
    if len(paths) > most:
        message = _("The folder holds more than %(limit)s files. Bring them in parts.")
        raise JobFailed([{"message": message % {"limit": most}, "code": "too_many"}])
    return [(path, _from_inbox(arrival.project, path)) for path in paths]


def _from_inbox(project: Project, path: str) -> Fetch:
    def bring(folder: Path) -> Spooled:
        limit = settings.MEDIA_MAX_BYTES
        if inbox_size(project.slug, path) > limit:
            raise too_large(limit)
        return spool(inbox_chunks(project.slug, path), folder, limit=limit)

    return bring


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            path.unlink()


def _store(arrival: Arrival, arrived: Arrived, outcome: Outcome, now: datetime) -> None:
    try:
        _file, is_new = store_file(
            project=arrival.project,
            arrived=arrived,
            came_from=CameFrom(arrival.came_from),
            by=arrival.created_by,
            now=now,
        )
    except Conflict as conflict:
        outcome.faults.append(Fault(arrived.name, conflict.message, conflict.code))
    else:
        outcome.added += is_new
        outcome.known += not is_new


def _fault(problem: Problem, name: str) -> Fault:
    (message,) = validation_error(named(problem, name)).messages
    return Fault(name, message, problem.code)
