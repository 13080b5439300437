"""Files that somebody sends: those that are sound are stored, the others are told, each by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict, validation_error
from core.problems import Problem
from media.actions.store_file import Arrived, look_at, store_file
from media.inspector import Inspector
from media.models import CameFrom, MediaFile
from media.naming import plain_name
from media.permissions import check_can_bring
from media.problems import named
from media.spooling import spool
from projects.models import Project


@dataclass(frozen=True)
class Fault:
    """A file that was not stored, and why, in the language of the moment."""

    name: str
    message: str
    code: str


@dataclass
class Uploaded:
    """What became of each file."""

    added: list[MediaFile] = field(default_factory=list)
    known: list[MediaFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def upload_file(
    *, project: Project, upload: File, by: User, now: datetime, name: str = ""
) -> tuple[MediaFile, bool]:
    """One file, and whether it is new. ValidationError {"file"} when it may not be stored,
    Conflict `media_name_taken` when its name stands for another content."""
    check_can_bring(project)
    with TemporaryDirectory(prefix="labelhub-media-") as folder, Inspector() as inspector:
        try:
            arrived = _look_at(inspector, upload, Path(folder), name)
        except Problem as problem:
            raise ValidationError({"file": validation_error(problem).messages}) from problem
        with transaction.atomic():
            stored, is_new = store_file(
                project=project, arrived=arrived, came_from=CameFrom.UPLOAD, by=by, now=now
            )
            if is_new:
                _record([stored], project, by, now)
    return stored, is_new


def upload_files(*, project: Project, uploads: Sequence[File], by: User, now: datetime) -> Uploaded:
    """Several files, each for itself. ValidationError {"files"} when there are none."""
    check_can_bring(project)
    if not uploads:
        raise ValidationError({"files": ValidationError(_("Choose files."), code="required")})
    outcome = Uploaded()
    with Inspector() as inspector, transaction.atomic():
        for upload in uploads:
            with TemporaryDirectory(prefix="labelhub-media-") as folder:
                _bring(outcome, inspector, upload, Path(folder), project, by, now)
        if outcome.added:
            _record(outcome.added, project, by, now)
    return outcome


def _bring(
    outcome: Uploaded,
    inspector: Inspector,
    upload: File,
    folder: Path,
    project: Project,
    by: User,
    now: datetime,
) -> None:
    name = upload.name or ""
    try:
        arrived = _look_at(inspector, upload, folder)
        stored, is_new = store_file(
            project=project, arrived=arrived, came_from=CameFrom.UPLOAD, by=by, now=now
        )
    except Problem as problem:
        (message,) = validation_error(problem).messages
        outcome.faults.append(Fault(name, message, problem.code))
    except Conflict as conflict:
        outcome.faults.append(Fault(name, conflict.message, conflict.code))
    else:
        (outcome.added if is_new else outcome.known).append(stored)


def _look_at(inspector: Inspector, upload: File, folder: Path, name: str = "") -> Arrived:
    name = plain_name(name or upload.name or "")
    try:
        spooled = spool(upload.chunks(), folder, limit=settings.MEDIA_MAX_BYTES)
    except Problem as problem:
        raise named(problem, name) from problem
    return look_at(inspector, name, spooled)


def _record(files: Sequence[MediaFile], project: Project, by: User, now: datetime) -> None:
    record(
        action="media.uploaded",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"media:{files[0].pk}",
        files=len(files),
        names=[each.name for each in files[:20]],
    )
