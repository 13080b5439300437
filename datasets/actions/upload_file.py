"""Store an uploaded file under a generated name, with its hash; nothing is read into items yet."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from datasets.formats.lines import is_gzip
from datasets.formats.rows import guess_format
from datasets.models import FileFormat, Import
from datasets.permissions import check_can_import
from projects.models import Project

START = 1 << 16  # bytes that tell the format


@transaction.atomic
def upload_file(
    *,
    project: Project,
    upload: File,
    by: User,
    now: datetime,
    file_format: str = "",
    encoding: str = "",
) -> Import:
    """A new import that waits for its mapping; its format is guessed from the content if not told.
    ValidationError: empty_file, too_large."""
    check_can_import(project)
    name = _plain_name(upload)
    size, sha256, start = _measure(upload)
    file_import = Import(
        project=project,
        original_name=name,
        size=size,
        sha256=sha256,
        format=file_format or FileFormat(guess_format(name, start)),
        is_gzipped=is_gzip(start),
        encoding=encoding or "utf-8",
        overlap=project.overlap,
        uploaded_by=by,
        uploaded_at=now,
    )
    file_import.file.save(name, upload, save=False)
    file_import.save()
    record(
        action="import.uploaded",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"import:{file_import.pk}",
        name=name,
        size=size,
        sha256=sha256,
    )
    return file_import


def _plain_name(upload: File) -> str:
    """What the uploader calls it, without folders; shown, never used as a path."""
    return (upload.name or "").replace("\\", "/").rpartition("/")[2][:255] or "upload"


def _measure(upload: File) -> tuple[int, str, bytes]:
    """(bytes, SHA-256, the first bytes), read once in chunks."""
    digest, size, start = hashlib.sha256(), 0, b""
    for chunk in upload.chunks():
        start = start or chunk[:START]
        digest.update(chunk)
        size += len(chunk)
        if size > settings.IMPORT_MAX_BYTES:
            message = _("The file is larger than %(limit)s bytes.")
            raise ValidationError(
                {
                    "file": ValidationError(
                        message,
                        code="too_large",
                        params={"limit": settings.IMPORT_MAX_BYTES},
                    ),
                },
            )
    if not size:
        raise ValidationError({"file": ValidationError(_("The file is empty."), code="empty_file")})
    return size, digest.hexdigest(), start
