"""Warnings about people: raised by what they are about, with their numbers, and by nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from quality.models import PersonFigures
from tests.factories.accounts import UserFactory
from tests.factories.people import CHOICES, People

pytestmark = pytest.mark.django_db

N_ITEMS = 150


@pytest.fixture(scope="module")
def crowd_size():
    return 5


@pytest.fixture
def people(project):
    return People(project, seed=3)


@pytest.fixture
def crowd(people, crowd_size):
    """Diligent annotators on common items."""
    items = people.items(N_ITEMS)
    sources = [people.person(UserFactory(name=f"Diligent {n}")) for n in range(crowd_size)]
    for source in sources:
        people.label(items, source, accuracy=0.85, seconds=None)
    return items, sources


def computed(people, lead):
    run = people.run(lead)
    run_job(run.job_id)
    run.refresh_from_db()
    assert run.computed_at is not None, run.job.error
    return {row.source_id: row for row in PersonFigures.objects.filter(run=run)}


def codes(row):
    return {warning["code"] for warning in row.warnings}


def test_diligent_people_raise_no_warning(people, crowd, lead):
    found = computed(people, lead)

    assert [row.warnings for row in found.values()] == [[]] * len(found)
    assert all(row.spam > 0.4 for row in found.values())
    assert all(row.spam_low <= row.spam <= row.spam_high for row in found.values())


def test_somebody_who_answers_without_looking_is_like_chance(people, crowd, lead):
    items, _sources = crowd
    lazy = people.person(UserFactory())
    people.label(items, lazy, accuracy=1 / 3)

    row = computed(people, lead)[lazy.pk]

    assert "spam" in codes(row)
    warning = next(each for each in row.warnings if each["code"] == "spam")
    assert warning["high"] < 0.1
    assert 0 < warning["n"] <= N_ITEMS


def test_somebody_who_turns_drifts_with_the_moment(people, crowd, lead):
    items, _sources = crowd
    tired = people.person(UserFactory())
    people.label(items[:90], tired, accuracy=0.9)
    people.label(items[90:], tired, accuracy=0.3)
    turned = tired.annotations.get(item=items[90]).submitted_at.timestamp() * 1000

    row = computed(people, lead)[tired.pk]

    warning = next(each for each in row.warnings if each["code"] == "drift")
    assert warning["before"] > warning["after"]
    assert warning["statistic"] > warning["threshold"]
    assert abs(warning["at"] - turned) < 30 * 20_000
    assert sum(block["n"] for block in row.details["drift"]["blocks"]) == N_ITEMS


def test_run_of_one_answer_is_named_with_its_stretch_of_time(people, crowd, lead):
    items, _sources = crowd
    hasty = people.person(UserFactory())
    people.label(items[:100], hasty, accuracy=0.9, seconds=6)
    for item in items[100:130]:
        people.say(item, hasty, "mixed", seconds=0.5)
    people.label(items[130:], hasty, accuracy=0.9, seconds=6)

    row = computed(people, lead)[hasty.pk]
    bursts = {burst["kind"]: burst for burst in row.details["bursts"]}

    assert {"burst", "fast"} <= codes(row)
    assert (bursts["run"]["choice"], bursts["run"]["n"] >= 30) == ("mixed", True)
    assert bursts["run"]["p"] < 0.001
    assert bursts["fast"]["seconds"] < 1 < bursts["fast"]["usual"]
    first = hasty.annotations.get(item=items[100]).submitted_at.timestamp() * 1000
    assert abs(bursts["fast"]["from"] - first) < 15 * 20_000


def test_two_who_copy_are_too_alike_and_nobody_else_is(people, crowd, lead):
    items, _sources = crowd
    first, second = (people.person(UserFactory()) for _ in range(2))
    for item in items:
        said = people.opinion(item, 0.6)
        people.say(item, first, said, seconds=None)
        people.say(item, second, said if people.random.random() < 0.95 else "mixed", seconds=None)

    found = computed(people, lead)
    pairs = {
        frozenset((source, pair["source"]))
        for source, row in found.items()
        for pair in row.details["copying"]
    }

    assert pairs == {frozenset((first.pk, second.pk))}
    (pair,) = found[first.pk].details["copying"]
    assert pair["observed"] > pair["expected"]
    assert pair["n"] == N_ITEMS


def test_every_warning_is_a_sentence_that_leads_to_its_rows(
    people, crowd, lead, client_of, reviewer
):
    items, _sources = crowd
    hasty = people.person(UserFactory(name="Hasty"))
    people.label(items[:100], hasty, accuracy=0.9, seconds=6)
    for item in items[100:]:
        people.say(item, hasty, "mixed", seconds=0.5)
    for number, gold in enumerate(people.gold(20, lead)):
        people.check(gold, hasty, right=number < 8)
    row = computed(people, lead)[hasty.pk]

    page = client_of(reviewer).get(reverse("quality:person", args=["support", hasty.pk]))
    text = page.content.decode()
    warned = page.context["page"].row.warnings

    assert {each.code for each in warned} == codes(row) >= {"gold", "burst", "fast"}
    assert all(f'id="{each.anchor}"' in text for each in warned)
    assert "8 of 20 gold items right" in text


def test_labels_without_times_are_measured_all_the_same(people, lead):
    """Somebody named in a file: no active time, and a moment like any other."""
    source = people.imported("Ines")
    people.label(people.items(40), source, seconds=None)

    row = computed(people, lead)[source.pk]

    assert (row.seconds, row.seconds_n, row.peers, row.alpha) == (None, 0, None, None)
    assert row.spam is None


@pytest.mark.parametrize("choice", CHOICES[:1])
def test_one_person_who_always_says_the_same_breaks_nothing(people, lead, choice):
    source = people.person(UserFactory())
    for item in people.items(60):
        people.say(item, source, choice)

    row = computed(people, lead)[source.pk]

    assert row.n_labels == 60
    assert row.details["drift"] == {}


def test_same_answers_always_raise_the_same_warnings(people, crowd, lead):
    items, _sources = crowd
    people.label(items, people.person(UserFactory()), accuracy=0.5)

    first, second = computed(people, lead), computed(people, lead)

    for source, row in first.items():
        again = second[source]
        assert (row.warnings, row.details, row.spam) == (again.warnings, again.details, again.spam)


def test_run_over_nothing_fails_with_its_reason(people, lead):
    run = people.run(lead)
    run_job(run.job_id)
    run.job.refresh_from_db()

    assert run.job.state == "failed"
    assert run.job.error[0]["code"] == "no_labels"
    assert timezone.now() > run.created_at
