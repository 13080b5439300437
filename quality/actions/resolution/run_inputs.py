"""Opening and closing a run: in whose language it speaks, and what it was computed from."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.jobs import JobFailed
from quality.models.run import Run
from quality.queries.labels import LabelColumns
from quality.queries.values import ValueColumns


def in_language_of(run: Run) -> translation.override:
    """What the job says is read by the person who asked for it."""
    return translation.override(run.requested_by.language or settings.LANGUAGE_CODE)


def check_labels(labels: LabelColumns | ValueColumns) -> None:
    """JobFailed when there is nothing to compute from."""
    if not len(labels):
        message = _("There is no answer to this question yet that could be counted.")
        raise JobFailed([{"message": message, "code": "no_labels"}])


def close_run(
    run: Run, labels: LabelColumns | ValueColumns, *, now: datetime, **results: Any
) -> None:
    """Write what the run was computed from; from here on the database keeps it as it is."""
    type(run)._default_manager.filter(pk=run.pk).update(
        n_annotations=labels.watermark.n_annotations,
        latest_annotation_at=labels.watermark.latest_annotation_at,
        n_labels=len(labels),
        n_items=labels.item_ids.size,
        n_sources=labels.source_ids.size,
        inputs_digest=labels.digest(),
        computed_at=now,
        **results,
    )
