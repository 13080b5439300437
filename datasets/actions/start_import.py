"""Confirm how a file is read, and ask for the work; or stop it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import record
from core.errors import Conflict, validation_error
from core.jobs import cancel_job, start_job
from core.problems import Problems
from datasets.formats.mapping import Mapping
from datasets.formats.mapping_reader import parse_mapping
from datasets.models import Import
from datasets.permissions import check_can_import
from datasets.queries.preview import chosen_version, question_keys
from guidelines.models import GuidelineVersion

KIND = "datasets.import"
CHECKED = {"format", "encoding", "overlap", "order", "source_kind"}


@transaction.atomic
def start_import(
    *,
    file_import: Import,
    mapping: dict[str, Any],
    by: User,
    now: datetime,
    version: int | None = None,
    columns: Iterable[str] = (),
    **choices: Any,
) -> Import:
    """Start reading; `choices` may change format, encoding, overlap, order and source_kind;
    `columns` are those the file is known to have.

    Answers are filed under the published version with the number `version`, else under the
    current one. ValidationError for a bad mapping or a missing version; Conflict when the import
    is under way or done, or the project is closed. A failed import may be started again.
    """
    check_can_import(file_import.project)
    locked = _locked(file_import, choices)
    chosen = chosen_version(locked, version)
    parsed = _mapping(locked, mapping, question_keys(chosen), columns)
    locked.mapping = parsed.as_json()
    locked.version = _published(chosen) if parsed.holds_answers else None
    locked.clean_fields(exclude={each.name for each in Import._meta.fields} - CHECKED)
    locked.job = start_job(kind=KIND, arguments={"import": locked.pk}, by=by, now=now)
    locked.save()
    record(
        action="import.started",
        by=by,
        now=now,
        scope=locked.project.scope,
        subject=f"import:{locked.pk}",
        name=locked.original_name,
        mapping=locked.mapping,
        version=locked.version.number if locked.version else None,
    )
    return locked


@transaction.atomic
def cancel_import(*, file_import: Import, by: User, now: datetime) -> None:
    """Stop an import that waits or runs; nothing of it is kept."""
    if file_import.job is None or file_import.job.is_finished:
        raise Conflict(_("This import is not running."), code="import_not_running")
    cancel_job(job=file_import.job, now=now)
    record(
        action="import.cancelled",
        by=by,
        now=now,
        scope=file_import.project.scope,
        subject=f"import:{file_import.pk}",
        name=file_import.original_name,
    )


def _locked(file_import: Import, choices: dict[str, Any]) -> Import:
    """The row, held until the end of the transaction, with what was chosen for it."""
    unknown = set(choices) - CHECKED
    if unknown:
        raise TypeError(f"not choices of an import: {sorted(unknown)}")
    locked = (
        Import.objects.select_for_update(of=("self",))
        .select_related("job", "project")
        .get(pk=file_import.pk)
    )
    if locked.is_started:
        raise Conflict(_("This import was started already."), code="import_started")
    for name, value in choices.items():
        setattr(locked, name, value)
    return locked


def _published(version: GuidelineVersion | None) -> GuidelineVersion:
    if version is None:
        message = _("Answers belong to a guideline version. Publish the guideline first.")
        raise ValidationError({"version": ValidationError(message, code="no_published_version")})
    return version


def _mapping(
    file_import: Import,
    mapping: dict[str, Any],
    keys: list[str],
    columns: Iterable[str],
) -> Mapping:
    try:
        return parse_mapping(
            mapping,
            question_keys=keys,
            file_format=file_import.format,
            columns=columns,
        )
    except Problems as problems:
        raise validation_error(problems) from problems
