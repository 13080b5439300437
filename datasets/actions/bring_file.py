"""Upload and start in one step, as programs do it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from core.errors import validation_error
from datasets.actions.start_import import start_import
from datasets.actions.upload_file import upload_file
from datasets.models import Import
from datasets.queries.preview import (
    chosen_version,
    guessed_columns,
    preview,
    question_keys,
)
from projects.models import Project


def bring_file(
    *,
    project: Project,
    file: File,
    by: User,
    now: datetime,
    start: bool = True,
    **options: Any,
) -> Import:
    """Without a `mapping` the columns are taken by their names; the others must be named.

    `options`: format, encoding, mapping, version, overlap, order, source_kind. When it is refused,
    neither row nor file is kept.
    """
    with transaction.atomic():
        file_import = upload_file(
            project=project,
            upload=file,
            by=by,
            now=now,
            file_format=options.pop("format", ""),
            encoding=options.pop("encoding", ""),
        )
        try:
            return _start(file_import, by=by, now=now, **options) if start else file_import
        except ValidationError:
            file_import.file.delete(save=False)
            raise


def _start(
    file_import: Import,
    *,
    by: User,
    now: datetime,
    mapping: dict[str, Any] | None = None,
    version: int | None = None,
    **choices: Any,
) -> Import:
    found = preview(file_import)
    if not found.rows and found.problems:
        raise ValidationError({"file": list(validation_error(found.problems[0]).messages)})
    if mapping is None:
        keys = question_keys(chosen_version(file_import, version))
        mapping = {"columns": guessed_columns(file_import, found, keys)}
    return start_import(
        file_import=file_import,
        mapping=mapping,
        version=version,
        columns=found.columns,
        by=by,
        now=now,
        **choices,
    )
