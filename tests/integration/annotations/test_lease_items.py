"""Handing out items."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from annotations.actions.lease_items import MOST_HELD, lease_items
from annotations.actions.release_expired_leases import release_expired_leases
from annotations.actions.return_items import return_items
from annotations.models import RETURNED_PRIORITY, Assignment, AssignmentState, Item
from core.errors import Conflict
from projects.models import ProjectState
from tests.factories.annotations import answered, leased, open_items
from tests.factories.guidelines import publish_version


def ids(servings):
    return [serving.item_id for serving in servings]


def expire(*assignments):
    Assignment.objects.filter(pk__in=assignments).update(
        lease_until=timezone.now() - timedelta(minutes=1),
    )


def test_lease_items_from_a_fresh_queue_gives_distinct_items_in_order(project, queue, annotator):
    servings = lease_items(project=project, by=annotator, count=5)

    assert ids(servings) == [item.pk for item in queue]
    assert servings[0].payload == queue[0].payload


def test_lease_items_names_the_version_that_is_current(project, queue, annotator, version):
    (first,) = lease_items(project=project, by=annotator, count=1)
    newer = publish_version(project)
    (second,) = lease_items(project=project, by=annotator, count=1, have=[first.assignment])

    assert (first.version_id, second.version_id) == (version.pk, newer.pk)


def test_lease_items_of_a_half_done_item_keeps_the_version_it_was_served_with(
    project,
    queue,
    annotator,
    version,
):
    (first,) = lease_items(project=project, by=annotator, count=1)
    publish_version(project)
    (again,) = lease_items(project=project, by=annotator, count=1)

    assert (again.assignment, again.version_id) == (first.assignment, version.pk)


def test_lease_items_without_a_published_version_gives_nothing(project, annotator):
    open_items(project, 1)

    assert lease_items(project=project, by=annotator, count=1) == []
    assert not Assignment.objects.exclude(state=AssignmentState.OPEN).exists()


def test_lease_items_what_the_client_has_is_not_sent_again(project, queue, annotator):
    first, second = lease_items(project=project, by=annotator, count=2)
    again = lease_items(project=project, by=annotator, count=2, have=[first.assignment])

    assert ids(again) == [second.item_id, queue[2].pk]


def test_lease_items_never_gives_an_item_twice_to_the_same_annotator(project, queue, annotator):
    while servings := leased(project, annotator):
        assert answered(project, annotator).is_stored, servings

    assert set(
        Assignment.objects.filter(annotator=annotator).values_list("item_id", flat=True),
    ) == {item.pk for item in queue}


def test_lease_items_urgent_ones_come_first(project, queue, annotator):
    (urgent,) = open_items(project, 1, priority=1)

    assert ids(leased(project, annotator)) == [urgent.pk]


def test_lease_items_withdrawn_item_is_neither_handed_out_nor_served_again(
    project,
    queue,
    annotator,
    second_annotator,
):
    leased(project, annotator)
    Item.objects.filter(pk=queue[0].pk).update(withdrawn_at=timezone.now())

    assert ids(leased(project, annotator)) == [queue[1].pk]
    assert ids(leased(project, second_annotator)) == [queue[1].pk]


def test_lease_items_asked_for_many_holds_at_most_the_limit(project, version, annotator):
    open_items(project, MOST_HELD + 5, overlap=1)
    first = lease_items(project=project, by=annotator, count=1000)
    more = lease_items(
        project=project,
        by=annotator,
        count=1000,
        have=[each.assignment for each in first],
    )

    assert (len(first), more) == (MOST_HELD, [])


def test_lease_items_of_a_closed_project_is_a_conflict(project, queue, annotator):
    project.state = ProjectState.CLOSED

    with pytest.raises(Conflict) as caught:
        lease_items(project=project, by=annotator, count=1)

    assert caught.value.code == "project_closed"


def test_lease_items_renews_a_lease_past_its_half(project, queue, annotator):
    (serving,) = leased(project, annotator)
    Assignment.objects.filter(pk=serving.assignment).update(
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    (again,) = leased(project, annotator)

    assert again.lease_until > timezone.now() + timedelta(minutes=20)


def test_lease_items_expired_but_not_given_away_stays_with_its_annotator(project, queue, annotator):
    (serving,) = leased(project, annotator)
    expire(serving.assignment)
    (again,) = leased(project, annotator)

    assert again.assignment == serving.assignment
    assert again.lease_until > timezone.now()


def test_lease_items_expired_lease_of_another_is_found_when_nothing_else_is_open(
    project,
    version,
    annotator,
    second_annotator,
):
    open_items(project, 1, overlap=1)
    (lost,) = leased(project, annotator)
    assert leased(project, second_annotator) == []
    expire(lost.assignment)

    (third,) = leased(project, UserWithoutHistory.of(project))

    assert third.assignment == lost.assignment


class UserWithoutHistory:
    """A person who has not searched in vain a moment ago."""

    @staticmethod
    def of(project):
        return project.created_by


def test_lease_items_slot_left_behind_by_a_rolled_back_lock_is_found(project, queue, annotator):
    # As if all slots of the first item had been locked by others who then gave up.
    Assignment.objects.filter(item=queue[0]).update(state="closed")
    assert ids(lease_items(project=project, by=annotator, count=3)) == [
        queue[1].pk,
        queue[2].pk,
    ]
    Assignment.objects.filter(item=queue[0]).update(state="open")

    servings = lease_items(project=project, by=annotator, count=3)

    assert ids(servings)[-1] == queue[0].pk or queue[0].pk in ids(servings)


def test_release_expired_leases_reopens_with_a_later_position(project, queue, annotator):
    (serving,) = leased(project, annotator)
    before = Assignment.objects.get(pk=serving.assignment)
    expire(serving.assignment)

    assert release_expired_leases() == 1

    slot = Assignment.objects.get(pk=serving.assignment)
    assert (slot.state, slot.annotator_id, slot.previous_annotator_id) == (
        AssignmentState.OPEN,
        None,
        annotator.pk,
    )
    assert slot.position > before.position
    assert slot.priority == RETURNED_PRIORITY


def test_release_expired_leases_lease_that_runs_is_left_alone(project, queue, annotator):
    leased(project, annotator)

    assert release_expired_leases() == 0


def test_return_items_gives_back_only_what_is_the_annotators_and_unfinished(
    project,
    queue,
    annotator,
    second_annotator,
):
    mine = lease_items(project=project, by=annotator, count=2)
    (others,) = leased(project, second_annotator)
    asked = [mine[0].assignment, others.assignment]

    assert return_items(project=project, by=annotator, assignments=asked) == 1
    assert return_items(project=project, by=annotator) == 1
    assert Assignment.objects.filter(state="leased").get().annotator == second_annotator


def test_return_items_answered_slot_stays_done(project, queue, annotator):
    answered(project, annotator)

    assert return_items(project=project, by=annotator) == 0


def test_lease_items_returned_slot_comes_before_new_ones(
    project,
    queue,
    annotator,
    second_annotator,
):
    lease_items(project=project, by=annotator, count=3)
    Assignment.objects.filter(item=queue[2], annotator=None).update(position=F("position") + 1)
    return_items(project=project, by=annotator)

    # Both slots of each item are open again; those that came back are in the first lane.
    servings = lease_items(project=project, by=second_annotator, count=3)

    assert {Assignment.objects.get(pk=each.assignment).priority for each in servings} == {
        RETURNED_PRIORITY,
    }
