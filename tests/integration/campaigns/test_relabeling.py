"""Campaign slots through the queue: the same people, other people, and who may not be asked."""

import pytest
from django.utils import timezone

from annotations.actions.lease_items import lease_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.models import Annotation, Assignment
from guidelines.actions.acknowledge import acknowledge
from projects.roles import Role
from tests.factories.accounts import UserFactory
from tests.factories.annotations import an_answer
from tests.factories.campaigns import (
    a_carry_over,
    a_ledger,
    a_prepared_campaign,
    a_report,
    person_in,
    publish_split,
)
from tests.factories.projects import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project, annotator, second_annotator):
    """Bob and Carol gave refund to three items each; item m they greeted."""
    ledger = a_ledger(project)
    for person in (annotator, second_annotator):
        name = person_in(ledger, person)
        ledger.fill([("a", name, "refund"), ("b", name, "refund"), ("c", name, "refund")])
        ledger.say("m", name, "hello")
    publish_split(ledger)
    for person in (annotator, second_annotator):
        acknowledge(version=ledger.version, by=person, now=timezone.now())
    return ledger


def served(ledger, person):
    project = type(ledger.project).objects.get(pk=ledger.project.pk)
    found = lease_items(project=project, by=person, count=20)
    servings = getattr(found, "servings", found)
    return [Assignment.objects.get(pk=serving.assignment) for serving in servings]


def answer(ledger, person, slot, choice):
    body = an_answer(slot.pk, {"intent": choice}, version=2, active_ms=30_000)
    (outcome,) = submit_annotations(
        project=ledger.project, by=person, answers=[body], now=timezone.now()
    )
    assert outcome.code == "stored", outcome


def test_same_people_are_served_their_own_items_and_supersede_themselves(
    ledger, annotator, second_annotator
):
    a_carry_over(ledger)
    campaign = a_prepared_campaign(ledger)
    for person, choices in ((annotator, "eee"), (second_annotator, "emo")):
        slots = sorted(served(ledger, person), key=lambda slot: slot.item_id)
        assert {slot.round for slot in slots} == {1}
        assert len(slots) == 3
        for slot, letter in zip(slots, choices, strict=True):
            choice = {"e": "exchange", "m": "money_back", "o": "other"}[letter]
            answer(ledger, person, slot, choice)

    heads = Annotation.objects.current().filter(item=ledger.item("a"))
    assert {head.supersedes_id for head in heads} == {
        ledger.heads["a", annotator.name].pk,
        ledger.heads["a", second_annotator.name].pk,
    }
    figures = a_report(campaign).figures
    assert (figures["overall"]["flips"], figures["overall"]["answered"]) == (1, 6)
    assert figures["cost"]["hours"] == pytest.approx(6 * 30 / 3600)
    # Before all six said refund; after: ee, em, eo.
    assert figures["agreement"][0]["n_items"] == 3
    assert figures["agreement"][0]["before"]["undefined"] == "only_one_category"


def test_other_people_are_asked_and_never_who_has_said_something(project, annotator):
    ledger = a_ledger(project)
    old = UserFactory(email="old@example.com", name="Old")
    MembershipFactory(project=project, user=old, roles=[Role.ANNOTATOR.value])
    name = person_in(ledger, old)
    for item in "abc":
        ledger.say(item, name, "refund")
        Assignment.objects.create(
            project=project,
            item=ledger.item(item),
            slot=1,
            position=0,
            state="done",
            annotator=old,
            version=ledger.version,
            done_at=timezone.now(),
        )
    publish_split(ledger)
    for person in (old, annotator):
        acknowledge(version=ledger.version, by=person, now=timezone.now())
    campaign = a_prepared_campaign(ledger, who="others", overlap=1)

    assert served(ledger, old) == []
    slots = served(ledger, annotator)
    assert len(slots) == 3
    for slot in slots:
        answer(ledger, annotator, slot, "money_back")
    figures = a_report(campaign).figures
    assert (figures["overall"]["flips"], figures["overall"]["answered"]) == (0, 3)
    assert figures["agreement"][0]["verdict"] == "too_few_raters"


def test_report_counts_what_each_other_person_said_of_a_label(project, annotator, second_annotator):
    ledger = a_ledger(project).fill([("a", "Imported", "refund")])
    publish_split(ledger)
    campaign = a_prepared_campaign(ledger, who="others", overlap=2)
    for person, choice in ((annotator, "other"), (second_annotator, "exchange")):
        acknowledge(version=ledger.version, by=person, now=timezone.now())
        (slot,) = served(ledger, person)
        answer(ledger, person, slot, choice)

    figures = a_report(campaign).figures

    # Half of the two new answers are no part of refund.
    assert (figures["overall"]["flips"], figures["overall"]["answered"]) == (0.5, 1)
    assert figures["labels"]["answered"] == 1
    assert sum(cell["answers"] for cell in figures["confusion"]) == 2
