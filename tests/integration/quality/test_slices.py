"""Slices of a run by campaign."""

import uuid

import pytest

from annotations.models import Annotation, Assignment
from quality.models import AgreementResult
from tests.factories.accounts import UserFactory
from tests.factories.annotations import human_source, next_position
from tests.factories.quality import AnswerLedger, Ledger
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


ANSWERS = {
    "spans": [
        {"part": "text", "start": start, "end": start + 3, "choice": "cat", "quote": "..."}
        for start in (0, 4)
    ],
    "rating": [1, 5],
    "text": ["the cat", "a dog"],
    "boxes": [
        {"part": "image", "x": x, "y": 5, "width": 20, "height": 10, "choice": "dog"}
        for x in (5, 60)
    ],
    "soft_choice": [{"cat": 1}, {"dog": 1}],
    "ranking": [["a", "b", "c"], ["c", "b", "a"]],
}
FIELDS = {"soft_choice": "shares", "rating": "number", "ranking": "order"}


def value_of(kind, which):
    said = ANSWERS[kind][which]
    return {"kind": kind, FIELDS.get(kind, kind): [said] if kind in ("spans", "boxes") else said}


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_run_of_other_kinds_measures_what_was_answered_in_each_campaign(
    kind, project, client_of, reviewer, api_of
):
    ledger = AnswerLedger(project, kind)
    for item in "ab":
        for name in ("Ann", "Ben"):
            ledger.say(item, name, value_of(kind, 0))
    people = [human_source(project, UserFactory()) for _ in range(2)]
    # In the second campaign they differ, and one changes their mind later, outside of it.
    for number, said in ((1, (0, 0)), (2, (0, 1))):
        for source, which in zip(people, said, strict=True):
            answer_in_round(ledger, "a", source, value_of(kind, which), number)
    ledger.sources["again"] = people[1]
    ledger.heads["a", "again"] = ledger.heads["a", people[1].pk]
    ledger.say("a", "again", value_of(kind, 0))

    run = computed(ledger)

    rows = AgreementResult.objects.filter(run=run, scope="round")
    rows = rows.exclude(coefficient="krippendorff_alpha")
    first, second = (
        [row for row in rows if row.round == number and row.value is not None] for number in (1, 2)
    )
    assert {row.n_labels for row in (*first, *second)} == {2}
    assert all(row.value == pytest.approx(1) for row in first)
    assert second
    assert all(row.value == pytest.approx(0) for row in second)
    text = page(client_of(reviewer), f"{url('dashboard')}?question={kind}")
    assert "By campaign" in text
    table = f"/api/v1/projects/{project.pk}/quality/tables/agreement_slices/?question={kind}"
    listed = api_of(reviewer).get(table).json()["results"]
    assert {row["campaign"] for row in listed if row["scope"] == "round"} == {1, 2}


def test_campaign_under_another_version_is_no_part_of_a_run_of_one(project):
    ledger = AnswerLedger(project, "rating")
    for name in ("Ann", "Ben"):
        ledger.say("a", name, value_of("rating", 0))
    first = ledger.version
    ledger.publish()
    for source in [human_source(project, UserFactory()) for _ in range(2)]:
        answer_in_round(ledger, "a", source, value_of("rating", 1), 1)

    runs = [computed(ledger, version=version) for version in (first, ledger.version)]

    found = [AgreementResult.objects.filter(run=run, scope="round").exists() for run in runs]
    assert found == [False, True]


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
