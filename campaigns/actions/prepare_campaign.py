"""Draw a campaign's sample and open its slots: the handler of its job, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from annotations.actions.lock_queue import lock_queue
from annotations.models import RESERVED_POSITIONS
from campaigns.actions.job_language import in_language_of
from campaigns.models import Campaign, Who
from campaigns.queries.publication import publication_of
from campaigns.queries.sampling import TOUCHED, touched_parameters
from core.jobs import JobFailed, Progress
from guidelines.models import Choice

ROWS_AT_ONCE = 20_000
MOST_RACES = 5

# Checks after each statement keep the queue of triggers short.
_PREPARE = "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"

# Of each stratum (question and old choice) the first ceil(share * n) labels in the order of a
# seeded digest: the same seed draws the same labels.
_SAMPLE = f"""
DROP TABLE IF EXISTS campaign_sample, campaign_slot;
CREATE TEMPORARY TABLE campaign_sample ON COMMIT DROP AS
SELECT ranked.*, ceil(%(share)s::numeric * size)::float8 / size AS probability
  FROM (
        SELECT touched.*,
               row_number() OVER (
                   PARTITION BY question_id, choice_id
                   ORDER BY md5(%(seed)s::text || ':' || annotation_id || ':' || question_id),
                            annotation_id
               ) AS place,
               count(*) OVER (PARTITION BY question_id, choice_id) AS size,
               count(*) OVER () AS all_touched
          FROM ({TOUCHED}) AS touched
  ) AS ranked
 WHERE place <= ceil(%(share)s::numeric * size)
"""

# One slot per answer for the person who gave it, or for anybody else where that person does not
# label here any more.
_SLOTS_FOR_SAME = """
SELECT DISTINCT sample.item_id, sample.annotation_id, sample.person_id, 1 AS number
  FROM campaign_sample AS sample
"""
# `overlap` slots per item, for anybody who has not had the item.
_SLOTS_FOR_OTHERS = """
SELECT item.item_id, NULL::uuid AS annotation_id, NULL::bigint AS person_id, number
  FROM (SELECT DISTINCT item_id FROM campaign_sample) AS item
 CROSS JOIN generate_series(1, %(overlap)s) AS slot (number)
"""

# Ids are drawn beforehand, so that what collides with a slot of somebody else can be tried again.
_SLOTS = """
CREATE TEMPORARY TABLE campaign_slot ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('annotations_assignment', 'id')) AS id, wanted.*,
       row_number() OVER (PARTITION BY wanted.item_id
                          ORDER BY wanted.person_id, wanted.annotation_id, wanted.number) AS turn,
       row_number() OVER (ORDER BY place.turn, wanted.person_id, wanted.number) AS place,
       place.position
  FROM ({slots}) AS wanted
  JOIN (
        SELECT item_id, turn, nextval('annotations_position_seq') AS position
          FROM (
                SELECT item_id, row_number() OVER (ORDER BY md5(%(seed)s::text || ':' || item_id),
                                                            item_id) AS turn
                  FROM (SELECT DISTINCT item_id FROM campaign_sample) AS item
                 ORDER BY turn
          ) AS shuffled
  ) AS place ON place.item_id = wanted.item_id
"""

# The number of a slot may be taken by a replacement that is opened at the same moment; then none
# is inserted here, and the next try counts anew.
_OPEN = """
INSERT INTO annotations_assignment
    (id, project_id, item_id, slot, round, state, reserved_for_id, show_previous, priority,
     position)
SELECT wanted.id, %(project)s, wanted.item_id, known.last + wanted.turn, %(round)s,
       CASE WHEN wanted.person_id IS NULL THEN 'open' ELSE 'reserved' END, wanted.person_id,
       %(shows_previous)s AND wanted.person_id IS NOT NULL, %(priority)s,
       wanted.position + CASE WHEN wanted.person_id IS NULL THEN 0 ELSE %(reserved)s END
  FROM campaign_slot AS wanted
 CROSS JOIN LATERAL (
        SELECT coalesce(max(slot), 0) AS last FROM annotations_assignment AS known
         WHERE known.item_id = wanted.item_id
  ) AS known
 WHERE wanted.place > %(after)s AND wanted.place <= %(until)s
   AND NOT EXISTS (SELECT FROM annotations_assignment AS mine WHERE mine.id = wanted.id)
ON CONFLICT (item_id, slot) DO NOTHING
"""

_LABELS = """
INSERT INTO campaigns_campaignlabel
    (campaign_id, annotation_id, item_id, rater_id, question_id, choice_id, probability,
     assignment_id)
SELECT %(campaign)s, sample.annotation_id, sample.item_id, sample.rater_id, sample.question_id,
       sample.choice_id, sample.probability, slot.id
  FROM campaign_sample AS sample
  LEFT JOIN campaign_slot AS slot ON slot.annotation_id = sample.annotation_id
"""

_COUNTS = """
SELECT (SELECT coalesce(max(all_touched), 0) FROM campaign_sample),
       (SELECT count(*) FROM campaign_sample),
       (SELECT count(DISTINCT item_id) FROM campaign_sample),
       (SELECT count(*) FROM campaign_slot),
       (SELECT count(*) FROM campaign_slot
         WHERE annotation_id IS NOT NULL AND person_id IS NULL)
"""
_FILLED = ("n_touched", "n_labels", "n_items", "n_slots", "n_handed_on")


def prepare_campaign(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """Draw, open the slots, store the sample; JobFailed when there is no label to draw."""
    campaigns = Campaign.objects.select_related(
        "project", "version__based_on", "version__guideline", "created_by"
    )
    campaign = campaigns.get(job=progress.job_id)
    with in_language_of(campaign.created_by):
        progress.report(0, message=_("Drawing the sample"))
        keys = _keys(campaign)
        counts = _draw(campaign, keys)
        if not counts["n_labels"]:
            message = _("No current label is of a choice that needs people.")
            raise JobFailed([{"message": message, "code": "nothing_to_relabel"}])
        progress.report(0, counts["n_slots"], _("Opening slots"))
        _open_slots(keys, counts["n_slots"], progress)
        with connection.cursor() as cursor:
            cursor.execute(_LABELS, keys)
        progress.report(counts["n_slots"], message="")
    Campaign.objects.filter(pk=campaign.pk).update(prepared_at=now, **counts)
    return {"campaign": campaign.pk, **counts}


def _keys(campaign: Campaign) -> dict[str, Any]:
    choices = publication_of(campaign.version).ids_for_people
    questions = Choice.objects.filter(pk__in=choices).values_list("question", flat=True).distinct()
    return {
        **touched_parameters(
            campaign.project,
            number=campaign.version.number,
            choices=choices,
            questions=list(questions),
        ),
        "campaign": campaign.pk,
        "round": campaign.number,
        "share": campaign.share,
        "seed": campaign.seed,
        "overlap": campaign.overlap,
        "priority": campaign.priority,
        "shows_previous": campaign.shows_previous,
        "reserved": RESERVED_POSITIONS,
    }


def _draw(campaign: Campaign, keys: dict[str, Any]) -> dict[str, int]:
    slots = _SLOTS_FOR_SAME if campaign.who == Who.SAME else _SLOTS_FOR_OTHERS
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        cursor.execute(_SAMPLE, keys)
        # The end of the queue is held from before positions are drawn until they are visible.
        lock_queue(campaign.project_id)
        cursor.execute(_SLOTS.format(slots=slots), keys)
        cursor.execute(
            "CREATE INDEX ON campaign_slot (place); CREATE INDEX ON campaign_slot (annotation_id);"
            " ANALYZE campaign_sample; ANALYZE campaign_slot"
        )
        cursor.execute(_COUNTS)
        return dict(zip(_FILLED, cursor.fetchone(), strict=True))


def _open_slots(keys: dict[str, Any], n_slots: int, progress: Progress) -> None:
    """In parts that end where an item may end or not: turns count from what is there already."""
    with connection.cursor() as cursor:
        for after in range(0, n_slots, ROWS_AT_ONCE):
            wanted = min(ROWS_AT_ONCE, n_slots - after)
            part = {**keys, "after": after, "until": after + wanted}
            for _attempt in range(MOST_RACES):
                cursor.execute(_OPEN, part)
                wanted -= cursor.rowcount
                if not wanted:
                    break
            else:
                message = _("Too many people worked on these items at once. Please try again.")
                raise JobFailed([{"message": message, "code": "busy"}])
            progress.report(min(after + ROWS_AT_ONCE, n_slots))
