"""Many people at once: real threads, each with a connection of its own."""

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotations.actions.bulk_items import add_items
from annotations.actions.bulk_staging import StagedItem
from annotations.actions.lease_items import lease_items
from annotations.actions.release_expired_leases import release_expired_leases
from annotations.actions.submit_annotations import submit_annotations
from annotations.models import Annotation, Assignment, AssignmentState
from tests.factories.accounts import UserFactory
from tests.factories.annotations import BatchFactory, an_answer, leased, open_items
from tests.factories.guidelines import publish_version
from tests.factories.projects import ProjectFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(transactional_db):
    project = ProjectFactory(overlap=3)
    publish_version(project)
    return project


def submit(project, by, *answers):
    return submit_annotations(project=project, by=by, answers=list(answers), now=timezone.now())


@pytest.mark.parametrize("attempt", range(5))
def test_last_slot_is_won_by_exactly_one_of_two(project, attempt):
    open_items(project, 1, overlap=1)
    people = UserFactory.create_batch(2)

    got = at_once(*[lambda person=person: leased(project, person) for person in people])

    assert sorted(map(len, got)) == [0, 1]


def test_two_tabs_of_one_person_never_hold_two_slots_of_an_item(project):
    open_items(project, 10, overlap=3)
    person = UserFactory()

    got = at_once(*[lambda: lease_items(project=project, by=person, count=5) for _ in range(4)])

    assert all(isinstance(servings, list) for servings in got), got
    held = Assignment.objects.filter(annotator=person).values_list("item_id", flat=True)
    assert max(Counter(held).values()) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_replay_in_parallel_is_stored_once(project, attempt):
    open_items(project, 1)
    person = UserFactory()
    answer = an_answer(leased(project, person)[0].assignment)

    got = at_once(*[lambda: submit(project, person, answer)[0].status for _ in range(6)])

    assert sorted(got) == [200, 200, 200, 200, 200, 201]
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_two_changes_of_one_answer_make_one_line(project, attempt):
    open_items(project, 1)
    person = UserFactory()
    slot = leased(project, person)[0].assignment
    first = an_answer(slot)
    submit(project, person, first)
    changes = [
        an_answer(slot, {"sentiment": value}, supersedes=first.id)
        for value in ("negative", "mixed")
    ]

    got = at_once(*[lambda change=change: submit(project, person, change)[0] for change in changes])

    assert sorted(outcome.status for outcome in got) == [201, 409]
    assert Annotation.objects.current().count() == 1


def test_eight_people_empty_a_project_without_exceeding_the_overlap(project):
    items = open_items(project, 40, overlap=3)
    people = UserFactory.create_batch(8)
    faults = []

    def work(person, seed):
        chance = random.Random(seed)
        held = []
        while True:
            held += lease_items(
                project=project,
                by=person,
                count=5 - len(held),
                have=[each.assignment for each in held],
            )
            if not held:
                return
            serving = held.pop(0)
            values = {"sentiment": chance.choice(["positive", "mixed"])}
            answer = an_answer(serving.assignment, values)
            outcomes = submit(project, person, answer, *([answer] if chance.random() < 0.2 else []))
            faults.extend(
                (outcome.status, outcome.code) for outcome in outcomes if not outcome.is_stored
            )

    got = at_once(
        *[
            lambda person=person, seed=seed: work(person, seed)
            for seed, person in enumerate(people)
        ],
    )

    assert (got, faults) == ([None] * 8, [])
    per_item = Counter(Annotation.objects.values_list("item_id", flat=True))
    assert per_item == {item.pk: 3 for item in items}
    people_per_item = Annotation.objects.values("item", "source").distinct().count()
    assert people_per_item == 3 * len(items)
    assert not Assignment.objects.exclude(state=AssignmentState.DONE).exists()


def test_answer_and_release_of_its_expired_lease_race_without_loss(project):
    open_items(project, 20, overlap=1)
    person = UserFactory()
    held = lease_items(project=project, by=person, count=20)
    Assignment.objects.update(lease_until=timezone.now() - timedelta(minutes=1))

    def answer_all():
        return [submit(project, person, an_answer(each.assignment))[0].status for each in held]

    released, statuses = at_once(release_expired_leases, answer_all)

    assert isinstance(released, int)
    assert statuses == [201] * 20
    assert Annotation.objects.count() == 20
    assert not Assignment.objects.exclude(state=AssignmentState.DONE).exists()


def test_slot_locked_by_somebody_who_gives_up_is_handed_out_later(project):
    open_items(project, 1, overlap=1)
    person = UserFactory()
    locked, tried = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            list(Assignment.objects.select_for_update())
            locked.set()
            tried.wait(timeout=5)
            transaction.set_rollback(True)

    def ask():
        locked.wait(timeout=5)
        nothing = leased(project, person)
        tried.set()
        return nothing

    _held, during = at_once(hold, ask)

    assert during == []
    assert len(leased(project, person)) == 1


def test_answer_for_a_slot_that_another_takes_in_the_same_moment_keeps_the_overlap(project):
    for _round in range(5):
        (item,) = open_items(project, 1, overlap=1)
        early, late = UserFactory.create_batch(2)
        slot = leased(project, early)[0].assignment
        Assignment.objects.filter(pk=slot).update(lease_until=timezone.now() - timedelta(minutes=1))
        release_expired_leases()

        outcome, served = at_once(
            lambda early=early, slot=slot: submit(project, early, an_answer(slot))[0],
            lambda late=late: leased(project, late),
        )

        assert (outcome.status, len(served)) in [(201, 0), (410, 1)]
        assert Annotation.objects.filter(item=item).count() <= 1
        Assignment.objects.filter(state="leased").update(
            state="done",
            done_at=timezone.now(),
            lease_until=None,
        )


def somebody_waits_for_the_queue():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return cursor.fetchone()[0]


def test_overlapping_arrivals_have_positions_in_the_order_of_their_commits(project):
    first, second = BatchFactory(project=project), BatchFactory(project=project)
    drawn, overtaken, order = threading.Event(), threading.Event(), []

    def arrive(batch):
        items = [StagedItem(n, f"{batch.pk}-{n}", '{"text": "x"}') for n in range(20)]
        add_items(batch=batch, items=items, overlap=2, now=timezone.now())

    def slow():
        with transaction.atomic():
            arrive(first)
            drawn.set()
            until = time.monotonic() + 20
            while time.monotonic() < until and not overtaken.is_set():
                if somebody_waits_for_the_queue():
                    break
                time.sleep(0.01)
            order.append("overtaken" if overtaken.is_set() else "waited for")

    def fast():
        drawn.wait(timeout=20)
        arrive(second)
        overtaken.set()

    assert at_once(slow, fast) == [None, None]
    in_queue = Assignment.objects.order_by("position").values_list("item__batch", flat=True)
    assert list(in_queue) == [first.pk] * 40 + [second.pk] * 40
    assert order == ["waited for"]
