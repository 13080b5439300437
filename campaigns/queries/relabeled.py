"""What a campaign's slots brought in: new answers beside old labels, effort, and labels of both
versions for agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotations.models import SourceKind
from campaigns.models import Campaign
from core.copying import stream

# The kinds of sources that are people, however their answers came here.
_PEOPLE = [SourceKind.HUMAN.value, SourceKind.IMPORT.value, SourceKind.DEMO.value]

# What a slot's person says now under this slot: the last entry of the line that names it.
_LAST_SAID = """
LATERAL (
    SELECT said.id, said.kind
      FROM annotations_annotation AS said
     WHERE said.item_id = slot.item_id AND said.assignment_id = slot.id
       AND NOT EXISTS (
               SELECT FROM annotations_annotation AS later
                WHERE later.supersedes_id = said.id AND later.assignment_id = slot.id)
     LIMIT 1
) AS said
"""

# One row per label of the sample and slot that asks for it. `mapping` says under which question
# the old choice is asked now.
_ANSWERS = f"""
SELECT sampled.id, sampled.choice_id, sampled.probability, slot.state, said.kind, label.choice_id
  FROM campaigns_campaignlabel AS sampled
  JOIN unnest(%(choices)s::bigint[], %(questions)s::bigint[]) AS mapping (choice_id, question_id)
    ON mapping.choice_id = sampled.choice_id
  JOIN annotations_assignment AS slot
    ON slot.item_id = sampled.item_id AND slot.round = %(round)s AND slot.project_id = %(project)s
   AND (sampled.assignment_id IS NULL OR slot.id = sampled.assignment_id)
  LEFT JOIN {_LAST_SAID} ON slot.state = 'done'
  LEFT JOIN annotations_label AS label
    ON label.annotation_id = said.id AND label.question_id = mapping.question_id
   AND said.kind = 'answer'
 WHERE sampled.campaign_id = %(campaign)s
 ORDER BY sampled.id
"""

_SLOTS = """
SELECT round, count(*) FILTER (WHERE state = 'done'),
       count(*) FILTER (WHERE state IN ('open', 'reserved')),
       count(*) FILTER (WHERE state = 'leased'),
       count(*) FILTER (WHERE state = 'closed')
  FROM annotations_assignment
 WHERE project_id = %(project)s AND round = ANY(%(rounds)s) AND round > 0
 GROUP BY round
"""

_COST = f"""
SELECT count(*) FILTER (WHERE said.kind = 'answer'),
       count(*) FILTER (WHERE said.kind IS DISTINCT FROM 'answer'),
       sum(spent.active_ms), count(*) FILTER (WHERE spent.active_ms IS NOT NULL)
  FROM annotations_assignment AS slot
  LEFT JOIN {_LAST_SAID} ON true
 CROSS JOIN LATERAL (
        SELECT sum(each.active_ms) AS active_ms FROM annotations_annotation AS each
         WHERE each.item_id = slot.item_id AND each.assignment_id = slot.id
  ) AS spent
 WHERE slot.project_id = %(project)s AND slot.round = %(round)s AND slot.state = 'done'
"""

# Who said what of the campaign's items under this question: in its round, and before. Before: what
# each rater, a person, said last under an older version, whatever superseded it later.
_AFTER = f"""
SELECT slot.item_id, coalesce(source.on_behalf_of_id, source.id), label.choice_id
  FROM annotations_assignment AS slot
  JOIN {_LAST_SAID} ON said.kind = 'answer'
  JOIN annotations_annotation AS answer ON answer.id = said.id
  JOIN annotations_source AS source ON source.id = answer.source_id
  JOIN annotations_label AS label
    ON label.annotation_id = said.id AND label.question_id = %(question)s
 WHERE slot.project_id = %(project)s AND slot.round = %(round)s AND slot.state = 'done'
   AND label.choice_id IS NOT NULL
"""
_AGAIN = f"""
SELECT DISTINCT sampled.item_id, sampled.rater_id
  FROM campaigns_campaignlabel AS sampled
  JOIN annotations_assignment AS slot ON slot.id = sampled.assignment_id AND slot.state = 'done'
  JOIN {_LAST_SAID} ON said.kind = 'answer'
 WHERE sampled.campaign_id = %(campaign)s
"""
_BEFORE = """
SELECT DISTINCT ON (answer.item_id, answer.source_id)
       answer.item_id, answer.source_id, label.choice_id
  FROM (SELECT DISTINCT item_id FROM campaigns_campaignlabel
         WHERE campaign_id = %(campaign)s) AS sampled
  JOIN annotations_annotation AS answer ON answer.item_id = sampled.item_id
  JOIN annotations_source AS source ON source.id = answer.source_id
  JOIN guidelines_guidelineversion AS made ON made.id = answer.version_id
  LEFT JOIN annotations_label AS label
    ON label.annotation_id = answer.id AND label.question_id = %(question)s
 WHERE made.number < %(number)s AND source.kind = ANY(%(people)s)
 ORDER BY answer.item_id, answer.source_id, answer.created_at DESC, made.number DESC
"""


@dataclass(frozen=True)
class SlotCounts:
    """Slots of a campaign by where they stand."""

    done: int
    waiting: int
    on_screen: int
    closed: int

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.on_screen + self.closed

    @property
    def percent(self) -> float:
        return 100.0 * self.done / self.total if self.total else 0.0


@dataclass(frozen=True)
class Effort:
    """Answers and skips of a campaign, and the active time of those that were timed."""

    answered: int
    skipped: int
    active_ms: int
    timed: int


def _keys(campaign: Campaign, **more: Any) -> dict[str, Any]:
    return {
        "campaign": campaign.pk,
        "project": campaign.project_id,
        "round": campaign.number,
        **more,
    }


def answers_of(
    campaign: Campaign, *, choices: Sequence[int], questions: Sequence[int]
) -> list[tuple[Any, ...]]:
    """(label, old choice, probability, state of the slot, kind of the last entry, new choice).

    `questions` names for each of `choices` the question under which it is asked now.
    """
    keys = _keys(campaign, choices=list(choices), questions=list(questions))
    return [row for rows in stream(_ANSWERS, keys) for row in rows]


def slot_counts(campaign: Campaign) -> SlotCounts:
    """How far the campaign is."""
    found = slot_counts_of(campaign.project_id, [campaign.number])
    return found.get(campaign.number, SlotCounts(0, 0, 0, 0))


def slot_counts_of(project_id: int, numbers: Sequence[int]) -> dict[int, SlotCounts]:
    """How far these campaigns of a project are, by their numbers; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, {"project": project_id, "rounds": list(numbers)})
        return {number: SlotCounts(*counts) for number, *counts in cursor.fetchall()}


def effort_of(campaign: Campaign) -> Effort:
    """What the campaign has cost."""
    with connection.cursor() as cursor:
        cursor.execute(_COST, _keys(campaign))
        answered, skipped, active_ms, timed = cursor.fetchone()
    return Effort(answered, skipped, int(active_ms or 0), timed)


def labels_after(campaign: Campaign, question: int) -> list[tuple[int, int, int]]:
    """(item, rater, choice) as said in the campaign's round."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, _keys(campaign, question=question))
        return cursor.fetchall()


def relabeled_pairs(campaign: Campaign) -> set[tuple[int, int]]:
    """(item, rater) whose old answer was made again in its own slot."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, _keys(campaign))
        return set(cursor.fetchall())


def labels_before(campaign: Campaign, question: int) -> list[tuple[int, int, int]]:
    """(item, rater, choice) as people said last under versions before the campaign's."""
    keys = _keys(campaign, question=question, number=campaign.version.number, people=_PEOPLE)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, keys)
        return [row for row in cursor.fetchall() if row[2] is not None]
