"""Pause, resume and end a campaign: its waiting slots are closed, or wait again."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.actions.lock_queue import lock_queue
from annotations.models import RESERVED_POSITIONS
from campaigns.models import Campaign, CampaignState
from core.audit import record
from core.errors import Conflict
from core.jobs import cancel_job

# What waits is closed; what is on a screen may be finished.
_CLOSE = """
UPDATE annotations_assignment SET state = 'closed'
 WHERE project_id = %(project)s AND round = %(round)s AND state IN ('open', 'reserved')
"""

# Every slot that was closed by the pause: of the campaign's own, all; of those that replace a
# skipped one, those whose annotator has not answered after all. Later positions, because people's
# searches have passed the old ones.
_REOPEN = """
UPDATE annotations_assignment AS slot
   SET state = CASE WHEN slot.reserved_for_id IS NULL THEN 'open' ELSE 'reserved' END,
       position = placed.position
           + CASE WHEN slot.reserved_for_id IS NULL THEN 0 ELSE %(reserved)s END
  FROM (
        SELECT id, nextval('annotations_position_seq') AS position
          FROM (
                SELECT closed.id FROM annotations_assignment AS closed
                 WHERE closed.project_id = %(project)s AND closed.round = %(round)s
                   AND closed.state = 'closed'
                   AND (closed.replaces_id IS NULL OR NOT EXISTS (
                            SELECT FROM annotations_annotation AS answer
                             WHERE answer.item_id = closed.item_id
                               AND answer.assignment_id = closed.replaces_id
                               AND answer.kind = 'answer'))
                 ORDER BY closed.position, closed.id
          ) AS ordered
  ) AS placed
 WHERE slot.id = placed.id AND slot.state = 'closed'
"""


@transaction.atomic
def pause_campaign(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Close the slots that wait. Pausing a paused campaign changes nothing."""
    locked = _locked(campaign)
    if locked.state == CampaignState.PAUSED:
        return locked
    _check_not_ended(locked)
    _check_prepared(locked)
    return _move(locked, CampaignState.PAUSED, _run(locked, _CLOSE), by=by, now=now)


@transaction.atomic
def resume_campaign(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Let the slots that a pause closed wait again. Resuming a running one changes nothing."""
    locked = _locked(campaign)
    if locked.state == CampaignState.RUNNING:
        return locked
    _check_not_ended(locked)
    lock_queue(locked.project_id)
    return _move(locked, CampaignState.RUNNING, _run(locked, _REOPEN), by=by, now=now)


@transaction.atomic
def end_campaign(*, campaign: Campaign, by: User, now: datetime) -> Campaign:
    """Close what waits, for good. Labels that were not made again stay as they are.

    A sample that is still being drawn is stopped, and nothing of it is kept. Ending an ended
    campaign changes nothing.
    """
    locked = _locked(campaign)
    if locked.state == CampaignState.ENDED:
        return locked
    if not locked.is_prepared:
        cancel_job(job=locked.job, now=now)
    closed = _run(locked, _CLOSE)
    locked.ended_at = now
    return _move(locked, CampaignState.ENDED, closed, by=by, now=now)


def _locked(campaign: Campaign) -> Campaign:
    return (
        Campaign.objects.select_related("project", "job")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=campaign.pk)
    )


def _check_not_ended(campaign: Campaign) -> None:
    if campaign.state == CampaignState.ENDED:
        raise Conflict(
            _("This campaign has ended. Start a new one to ask for labels again."),
            code="campaign_ended",
        )


def _check_prepared(campaign: Campaign) -> None:
    if not campaign.is_prepared:
        raise Conflict(
            _("This campaign is still being prepared. Wait for its slots, or end it."),
            code="campaign_not_prepared",
        )


def _run(campaign: Campaign, statement: str) -> int:
    with connection.cursor() as cursor:
        keys = {
            "project": campaign.project_id,
            "round": campaign.number,
            "reserved": RESERVED_POSITIONS,
        }
        cursor.execute(statement, keys)
        return int(cursor.rowcount)


def _move(
    campaign: Campaign, state: CampaignState, n_slots: int, *, by: User, now: datetime
) -> Campaign:
    campaign.state = state
    campaign.save(update_fields=["state", "ended_at"])
    record(
        action={
            CampaignState.RUNNING: "campaign.running",
            CampaignState.PAUSED: "campaign.paused",
            CampaignState.ENDED: "campaign.ended",
        }[state],
        by=by,
        now=now,
        scope=campaign.project.scope,
        subject=f"campaign:{campaign.pk}",
        number=campaign.number,
        slots=n_slots,
    )
    return campaign
