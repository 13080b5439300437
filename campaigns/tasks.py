"""The handlers of this app's jobs: each calls one action."""

from typing import Any

from django.utils import timezone

from campaigns.actions.carry_over import carry_over
from campaigns.actions.compute_impact import compute_impact
from campaigns.actions.compute_report import compute_report
from campaigns.actions.prepare_campaign import prepare_campaign
from campaigns.actions.start_campaign import PREPARE_JOB
from campaigns.actions.start_carry_over import CARRY_OVER_JOB
from campaigns.actions.start_impact import IMPACT_JOB
from campaigns.actions.start_report import REPORT_JOB
from core.jobs import Progress, register


def impact(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Count what a publication touches."""
    return compute_impact(progress=progress)


def carrying_over(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Carry labels over."""
    return carry_over(progress=progress, now=timezone.now())


def preparing(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Draw a campaign's sample and open its slots."""
    return prepare_campaign(progress=progress, now=timezone.now())


def reporting(progress: Progress, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Compute a campaign's report."""
    return compute_report(progress=progress, now=timezone.now())


register(IMPACT_JOB, impact)
register(CARRY_OVER_JOB, carrying_over)
register(PREPARE_JOB, preparing)
register(REPORT_JOB, reporting)
