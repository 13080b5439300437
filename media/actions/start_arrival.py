"""Ask for many files at once: an archive, a list of addresses, a folder of the server."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict, validation_error
from core.jobs import cancel_job, start_job
from core.problems import Problem, Problems
from media.address_lists import parse_list
from media.models import Arrival, CameFrom
from media.naming import plain_name
from media.permissions import check_can_bring, check_can_fetch, check_has_inbox
from media.problems import named
from media.spooling import spool
from media.storage import media_storage
from projects.models import Project

KIND = "media.arrival"


def start_zip(*, project: Project, upload: File, by: User, now: datetime) -> Arrival:
    """An archive is kept until its job has looked at it. ValidationError {"file"}."""
    check_can_bring(project)
    stored = f"arrivals/{project.pk}/{uuid.uuid4().hex}"
    with TemporaryDirectory(prefix="labelhub-media-") as folder:
        try:
            name = plain_name(upload.name or "")
            limit = settings.MEDIA_ZIP_MAX_BYTES
            spooled = _spooled(upload, name, Path(folder), limit)
        except Problem as problem:
            raise ValidationError({"file": validation_error(problem).messages}) from problem
        media_storage().keep(stored, spooled)
    return _start(project, CameFrom.ZIP, by, now, name=name, storage_name=stored)


def start_addresses(*, project: Project, text: str, by: User, now: datetime) -> Arrival:
    """One address a line, and after a space the name of the file. ValidationError {"addresses"}."""
    check_can_bring(project)
    check_can_fetch()
    try:
        addresses = parse_list(text, most=settings.MEDIA_MAX_FILES)
    except Problems as problems:
        raise validation_error(problems) from problems
    name = addresses[0][1] if len(addresses) == 1 else _first_and_more(addresses)
    return _start(project, CameFrom.URL, by, now, name=name, addresses=addresses)


def start_folder(*, project: Project, folder: str, by: User, now: datetime) -> Arrival:
    """A folder below the project's own in the inbox, "" for all. ValidationError {"folder"}."""
    check_can_bring(project)
    check_has_inbox()
    path = PurePosixPath(folder.replace("\\", "/").strip("/ "))
    if ".." in path.parts or not str(path).isprintable() or len(str(path)) > 255:
        message = _("Name a folder below that of the project, such as “batch-1/scans”.")
        raise ValidationError({"folder": ValidationError(message, code="folder_invalid")})
    inside = "" if str(path) == "." else str(path)
    return _start(project, CameFrom.STORAGE, by, now, name=inside or "/", folder=inside)


@transaction.atomic
def cancel_arrival(*, arrival: Arrival, by: User, now: datetime) -> None:
    """Stop what waits or runs; nothing of it is kept."""
    if arrival.job.is_finished:
        raise Conflict(_("This is not running any more."), code="arrival_not_running")
    cancel_job(job=arrival.job, now=now)
    arrival.job.refresh_from_db()
    if arrival.storage_name and arrival.job.is_finished:  # else its worker removes it
        transaction.on_commit(lambda: media_storage().delete(arrival.storage_name))
    _record("media.cancelled", arrival, by, now)


def _spooled(upload: File, name: str, folder: Path, limit: int) -> Path:
    try:
        return spool(upload.chunks(), folder, limit=limit).path
    except Problem as problem:
        raise named(problem, name) from problem


def _first_and_more(addresses: Sequence[Sequence[str]]) -> str:
    more = _("%(first)s and %(count)d more")
    return more % {"first": addresses[0][1][:200], "count": len(addresses) - 1}


@transaction.atomic
def _start(
    project: Project, came_from: CameFrom, by: User, now: datetime, **fields: Any
) -> Arrival:
    arrival = Arrival(project=project, came_from=came_from, created_by=by, created_at=now, **fields)
    job = start_job(kind=KIND, arguments={}, by=by, now=now)
    arrival.job = job
    arrival.save()
    job.arguments = {"arrival": arrival.pk}
    job.save(update_fields=["arguments"])
    _record("media.started", arrival, by, now)
    return arrival


def _record(action: str, arrival: Arrival, by: User, now: datetime) -> None:
    record(
        action=action,
        by=by,
        now=now,
        scope=arrival.project.scope,
        subject=f"arrival:{arrival.pk}",
        name=arrival.name,
        came_from=arrival.came_from,
    )
