"""Slices of a run by campaign."""

import uuid

import pytest

from annotations.models import Annotation, Assignment
from quality.models import AgreementResult
from tests.factories.accounts import UserFactory
from tests.factories.annotations import human_source, next_position
from tests.factories.quality import Ledger
from tests.integration.quality.test_agreement_runs import computed
from tests.integration.quality.test_live_pages import page, url

pytestmark = pytest.mark.django_db


def answer_in_round(ledger, item, source, choice, number):
    """A first answer of a person under a slot of a campaign."""
    slot = Assignment.objects.create(
        project=ledger.project,
        item=ledger.item(item),
        slot=Assignment.objects.filter(item=ledger.item(item)).count(),
        round=number,
        state="done",
        position=next_position(),
        annotator=source.person,
        version=ledger.version,
        leased_at=ledger.now,
        done_at=ledger.now,
    )
    annotation = Annotation.objects.create(
        id=uuid.uuid4(),
        project=ledger.project,
        item=ledger.item(item),
        source=source,
        version=ledger.version,
        assignment=slot,
        kind="answer",
        supersedes=ledger.heads.get((item, source.pk)),
        submitted_at=ledger.now,
        created_at=ledger.now,
        tool="test",
        body_hash="0" * 64,
    )
    ledger.heads[item, source.pk] = annotation
    ledger.label(annotation, choice)


def test_run_measures_what_was_answered_in_each_campaign(project, client_of, reviewer):
    ledger = Ledger(project).fill(
        (item, name, choice)
        for item, one, other in (("a", "positive", "mixed"), ("b", "mixed", "mixed"))
        for name, choice in (("Ann", one), ("Ben", other))
    )
    people = [human_source(project, UserFactory()) for _ in range(2)]
    for number, said in ((1, ("positive", "positive")), (2, ("positive", "mixed"))):
        for source, choice in zip(people, said, strict=True):
            answer_in_round(ledger, "a", source, choice, number)

    run = computed(ledger)

    rows = AgreementResult.objects.filter(run=run, scope="round", coefficient="percent_agreement")
    assert {row.round: (row.value, row.n_labels) for row in rows} == {1: (1, 2), 2: (0, 2)}
    text = page(client_of(reviewer), url("dashboard"))
    assert "By campaign" in text
    assert "Not shown below 30 items" in text


def test_run_of_a_project_without_campaigns_has_no_such_slices(project):
    run = computed(Ledger(project).fill([("a", "Ann", "mixed"), ("a", "Ben", "mixed")]))

    assert not AgreementResult.objects.filter(run=run, scope="round").exists()


def test_withdrawn_items_leave_the_slices(project):
    ledger = Ledger(project).fill([("b", "Ann", "mixed"), ("b", "Ben", "mixed")])
    source = human_source(project, UserFactory())
    answer_in_round(ledger, "a", source, "mixed", 1)
    ledger.withdraw("a")

    run = computed(ledger)

    assert not AgreementResult.objects.filter(run=run, scope="round").exists()
