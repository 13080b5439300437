"""From two versions to a report: every number by hand."""

import pytest
from django.utils import timezone

from annotations.models import Assignment
from campaigns.models import CampaignLabel
from guidelines.actions.acknowledge import acknowledge
from projects.roles import Role
from tests.factories.accounts import UserFactory
from tests.factories.campaigns import (
    a_carry_over,
    a_ledger,
    a_prepared_campaign,
    a_report,
    an_impact,
    answer_slot,
    person_in,
    publish_split,
)
from tests.factories.projects import MembershipFactory

pytestmark = pytest.mark.django_db

# What Bob, Carol and Dan said of each item under version 1, and say of refunds under version 2.
SAID = {
    "a": ("refund", "refund", "refund"),
    "b": ("refund", "refund", "other"),
    "c": ("hello", "hello", "greeting"),
    "d": ("other", "refund", "other"),
}
SAY = {
    "a": ("exchange", "exchange", "money_back"),
    "b": ("money_back", "other", None),
    "d": (None, "other", None),
}


@pytest.fixture
def people(project, annotator, second_annotator):
    third = UserFactory(email="dan@example.com", name="Dan")
    MembershipFactory(project=project, user=third, roles=[Role.ANNOTATOR.value])
    return [annotator, second_annotator, third]


@pytest.fixture
def ledger(project, people):
    ledger = a_ledger(project)
    for place, person in enumerate(people):
        name = person_in(ledger, person)
        for item, said in SAID.items():
            ledger.say(item, name, said[place])
    publish_split(ledger)
    for person in people:
        acknowledge(version=ledger.version, by=person, now=timezone.now())
    return ledger


def test_split_class_from_impact_to_report(ledger, people):
    impact = an_impact(ledger.version).job.result
    assert impact["total"] == {"labels": 12, "items": 4, "annotators": 3, "answers": 12}
    assert impact["needs_people"] == {
        "labels": 6, "items": 3, "annotators": 3, "answers": 6, "hours": None,
    }  # fmt: skip
    assert impact["carries_over"] == {"labels": 2, "items": 1, "annotators": 2, "answers": 2}

    assert a_carry_over(ledger).n_annotations == 2

    campaign = a_prepared_campaign(ledger, who="same")
    assert (campaign.n_touched, campaign.n_labels, campaign.n_items) == (6, 6, 3)
    assert (campaign.n_slots, campaign.n_handed_on) == (6, 0)
    slots = Assignment.objects.filter(round=1)
    assert set(slots.values_list("state", flat=True)) == {"reserved"}
    assert set(CampaignLabel.objects.values_list("probability", flat=True)) == {1.0}

    names = {item.pk: name for name, item in ledger.items.items()}
    for slot in slots.select_related("reserved_for"):
        place = people.index(slot.reserved_for)
        answer_slot(ledger, slot, SAY[names[slot.item_id]][place])
    figures = a_report(campaign).figures

    assert figures["labels"] == {
        "touched": 6, "sampled": 6, "answered": 6, "skipped": 0, "waiting": 0, "handed_on": 0,
    }  # fmt: skip
    # Two of six refunds became something else than a part of refund: b and d of Carol.
    assert (figures["overall"]["flips"], figures["overall"]["answered"]) == (2, 6)
    assert figures["overall"]["value"] == pytest.approx(1 / 3)
    # Wilson 1927 for 2 of 6.
    assert figures["overall"]["low"] == pytest.approx(0.0968, abs=5e-5)
    assert figures["overall"]["high"] == pytest.approx(0.7000, abs=5e-5)
    assert figures["confusion"] == [
        {"before": "intent.refund", "after": "intent.other", "answers": 2},
        {"before": "intent.refund", "after": "intent.exchange", "answers": 2},
        {"before": "intent.refund", "after": "intent.money_back", "answers": 2},
    ]
    assert (figures["cost"]["answered"], figures["cost"]["active_ms"]) == (6, 180_000)
    assert figures["cost"]["hours"] == pytest.approx(0.05)
    (agreement,) = figures["agreement"]
    assert agreement["n_items"] == 3
    # Before: RRR, RRO, ORO: 6 R and 3 O; two items with 4 of 6 ordered pairs in disagreement.
    observed = (4 / 2 + 4 / 2) / 9
    expected = (9 * 9 - (6 * 6 + 3 * 3)) / (9 * 8)
    assert agreement["before"]["value"] == pytest.approx(1 - observed / expected)
    # Now: EEM, MOO, OOO, for who said other was not asked again: 2 E, 2 M and 5 O.
    expected = (9 * 9 - (2 * 2 + 2 * 2 + 5 * 5)) / (9 * 8)
    assert agreement["after"]["value"] == pytest.approx(1 - observed / expected)
    assert agreement["difference"] == pytest.approx(1 / 3 - 1 / 9)
    assert agreement["verdict"] == "too_few_items"
