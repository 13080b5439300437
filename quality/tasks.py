"""The handlers of this app's jobs: each calls one action."""

from typing import Any

from django.utils import timezone

from core.jobs import Progress, register
from quality.actions.compute_agreement import compute_agreement
from quality.actions.compute_overview import compute_overview
from quality.actions.compute_resolution import compute_resolution
from quality.actions.start_agreement import AGREEMENT_JOB
from quality.actions.start_overview import OVERVIEW_JOB
from quality.actions.start_resolution import RESOLUTION_JOB


def agreement(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute an agreement run."""
    return compute_agreement(progress=progress, now=timezone.now())


def resolution(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a resolution run."""
    return compute_resolution(progress=progress, now=timezone.now())


def overview(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Count an overview."""
    return compute_overview(progress=progress, now=timezone.now())


register(AGREEMENT_JOB, agreement)
register(OVERVIEW_JOB, overview)
register(RESOLUTION_JOB, resolution)
