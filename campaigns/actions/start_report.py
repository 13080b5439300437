"""Ask for a campaign's report."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign, CampaignReport
from core.audit import record
from core.errors import Conflict
from core.jobs import start_job

REPORT_JOB = "campaigns.report"


@transaction.atomic
def start_report(*, campaign: Campaign, by: User, now: datetime) -> CampaignReport:
    """A new report; earlier ones stay. Asked for while one waits or is at work, it is that one.

    Conflict when the campaign's sample is not drawn.
    """
    locked = (
        Campaign.objects.select_related("project")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=campaign.pk)
    )
    if not locked.is_prepared:
        raise Conflict(
            _("This campaign has no sample yet, so there is nothing to report."),
            code="campaign_not_prepared",
        )
    waiting = CampaignReport.objects.unfinished().filter(campaign=locked)
    if (same := waiting.select_related("job").first()) is not None:
        return same
    job = start_job(kind=REPORT_JOB, arguments={}, by=by, now=now)
    report = CampaignReport.objects.create(
        campaign=locked, job=job, requested_by=by, created_at=now
    )
    record(
        action="campaign.report",
        by=by,
        now=now,
        scope=locked.project.scope,
        subject=f"campaign:{locked.pk}",
        number=locked.number,
    )
    return report
