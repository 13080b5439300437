"""One file, known to be sound, into the storage and into the project."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict
from media.inspecting.kinds import Facts
from media.inspector import Inspector
from media.models import CameFrom, MediaFile
from media.spooling import Spooled
from media.storage import content_name, media_storage
from projects.models import Project


@dataclass(frozen=True)
class Arrived:
    """A file that was looked at and may be stored."""

    name: str
    spooled: Spooled
    facts: Facts
    thumbnail: Path


def look_at(inspector: Inspector, name: str, spooled: Spooled) -> Arrived:
    """Problem, whose params name the file, unless it may be stored."""
    thumbnail = spooled.path.with_suffix(".thumbnail")
    facts = inspector.inspect(spooled.path, name, thumbnail)
    return Arrived(name, spooled, facts, thumbnail)


def store_file(
    *, project: Project, arrived: Arrived, came_from: CameFrom, by: User, now: datetime
) -> tuple[MediaFile, bool]:
    """The row, and whether it is new. The same content under the same name adds nothing.

    Conflict `media_name_taken` when the name stands for another content. What was written to the
    storage stays when the transaction fails: its name is made from its content, so the next
    attempt finds it.
    """
    if known := _known(project, arrived):
        return known, False
    stored = content_name(project.pk, arrived.spooled.digest)
    thumbnail = f"{stored}.thumbnail" if arrived.facts.has_thumbnail else ""
    media_storage().keep(stored, arrived.spooled.path)
    if thumbnail:
        media_storage().keep(thumbnail, arrived.thumbnail)
    try:
        with transaction.atomic():
            return _insert(project, arrived, stored, thumbnail, came_from, by, now), True
    except IntegrityError:  # somebody else brought the name in this moment
        if known := _known(project, arrived):
            return known, False
        raise


def _insert(
    project: Project,
    arrived: Arrived,
    stored: str,
    thumbnail: str,
    came_from: CameFrom,
    by: User,
    now: datetime,
) -> MediaFile:
    facts = arrived.facts
    return MediaFile.objects.create(
        project=project,
        name=arrived.name,
        digest=arrived.spooled.digest,
        storage_name=stored,
        thumbnail_name=thumbnail,
        content_type=facts.content_type,
        bytes=arrived.spooled.bytes,
        kind=facts.kind,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        pages=facts.pages,
        came_from=came_from,
        created_by=by,
        created_at=now,
    )


def _known(project: Project, arrived: Arrived) -> MediaFile | None:
    known = MediaFile.objects.filter(project=project, name=arrived.name).first()
    if known is not None and known.digest != arrived.spooled.digest:
        raise Conflict(
            _(
                "A file called “%(name)s” is there already, with another content. "
                "A file never changes: give the new one another name."
            )
            % {"name": arrived.name},
            code="media_name_taken",
            name=arrived.name,
        )
    return known
