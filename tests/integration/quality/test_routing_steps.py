"""Steps of adaptive overlap against the real database: which slots they open and close."""

from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.actions.lease_items import lease_items
from annotations.actions.return_items import return_items
from annotations.models import Assignment, GoldItem
from core.jobs import run_job
from core.models import Job
from core.models.job import JobState
from guidelines.models import Question
from projects.models import Membership, Project
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.routing.policy import pause_routing
from quality.actions.routing.start_step import ring_routing, start_routing_step
from quality.actions.routing.step import compute_routing_step
from quality.models import Reason, RoutedSlot, RoutingStep, Verdict
from tests.factories.annotations import answered, human_source, open_slots
from tests.factories.guidelines import a_document, publish_version
from tests.factories.routing import finished, labeled, routed, stepped

pytestmark = pytest.mark.django_db

WAITING = ("open", "reserved")


def waiting(project, **where):
    return Assignment.objects.filter(project=project, round=0, state__in=WAITING, **where)


def slots_by_item(project):
    found = {}
    for item in waiting(project).values_list("item__external_id", flat=True):
        found[item] = found.get(item, 0) + 1
    return found


def say_until(ledger, item, choice, people):
    for person in people:
        ledger.say(item, person, choice)


def clear_and_disputed(project, *, overlap=0):
    """i0 to i7: two equal answers; d0 to d3: two that differ. Everybody is as good as the other."""
    ledger = labeled(project, 0)
    people = ("Ann", "Ben", "Cho", "Dan")
    for number in range(24):
        choice = ("positive", "negative", "mixed")[number % 3]
        pair = (people[number % 4], people[(number + 1) % 4])
        say_until(ledger, f"i{number:02}", choice, pair)
    for number in range(4):
        pair = (people[number], people[(number + 1) % 4])
        ledger.say(f"d{number}", pair[0], "positive")
        ledger.say(f"d{number}", pair[1], "negative")
    for item in ledger.items.values():
        if overlap:
            open_slots(item, overlap)
    return ledger


def test_step_asks_for_the_disputed_items_and_for_no_other(project):
    policy = routed(clear_and_disputed(project), target=0.75)

    step = stepped(policy)

    assert step.job.state == JobState.DONE
    assert (step.outcome, step.n_opened, step.n_closed) == ("opened", 4, 0)
    assert slots_by_item(project) == {"d0": 1, "d1": 1, "d2": 1, "d3": 1}


def test_step_stores_why_each_slot_was_opened(project):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)

    step = stepped(policy)

    rows = list(RoutedSlot.objects.filter(step=step).order_by("place"))
    assert len(rows) == step.n_opened == step.n_used > 2
    margins = [row.margin for row in rows]
    assert margins == sorted(margins)
    for place, row in enumerate(rows, start=1):
        assert (row.place, row.change, row.reason) == (place, "opened", "unsure")
        assert (row.priority, row.probability, row.n_labels) == (3, 1.0, 2)
        assert row.confidence < 0.95
        assert row.gain >= 0
        assert row.assignment.item_id == row.item_id
        assert row.policy == policy
    # The queue serves the smallest margin first.
    served = waiting(project).order_by("priority", "position").values_list("item", flat=True)
    assert list(served) == [row.item_id for row in rows]


def test_step_with_nothing_new_changes_nothing(project):
    policy = routed(labeled(project, 40), target=0.95)
    stepped(policy)
    before = list(Assignment.objects.order_by("pk").values())

    again = stepped(policy)

    assert (again.number, again.n_opened, again.n_closed) == (2, 0, 0)
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_step_asked_for_twice_is_one_and_runs_once(project):
    policy = routed(labeled(project, 40), target=0.95)

    first = start_routing_step(policy=policy, now=timezone.now())
    second = start_routing_step(policy=policy, now=timezone.now())

    assert first == second
    assert run_job(first.job_id) == JobState.DONE
    assert run_job(first.job_id) is None
    assert RoutingStep.objects.count() == 1


def test_item_gets_one_label_at_a_time(project, annotator):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75, most=9)
    stepped(policy)

    lease_items(project=project, by=annotator, count=1)
    step = stepped(policy)

    assert step.n_opened == 0
    assert slots_by_item(project) == {"d1": 1, "d2": 1, "d3": 1}


def test_answer_that_settles_an_item_ends_the_asking(project, annotator):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.6)
    stepped(policy)
    assert set(slots_by_item(project)) == {"d0", "d1", "d2", "d3"}

    for _turn in range(4):
        assert answered(project, annotator, {"sentiment": "positive"}).status == 201
    step = stepped(policy)

    assert (step.outcome, step.n_opened) == ("enough", 0)
    assert slots_by_item(project) == {}


def test_no_item_ever_gets_more_than_the_most(project, annotator, second_annotator, owner):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.96, most=3)

    for person in (annotator, second_annotator, owner):
        stepped(policy)
        while lease_items(project=project, by=person, count=1):
            answered(project, person, {"sentiment": "mixed"})
    last = stepped(policy)

    done = Assignment.objects.filter(project=project, state="done")
    labels = list(done.values_list("item", flat=True))
    assert len(labels) == len(set(labels)) >= 20  # two, and one more
    assert last.outcome == "enough"
    needs = last.standing["standing"]
    assert needs["at_most"] == len(labels)
    assert needs["at_most"] + needs["nothing_to_gain"] == len(ledger.items)


def test_budget_is_never_exceeded_over_many_steps(project, annotator, second_annotator):
    policy = routed(labeled(project, 40), target=0.96, most=9, budget=5)

    outcomes = []
    for person in (annotator, second_annotator, annotator):
        outcomes.append(stepped(policy).outcome)
        while lease_items(project=project, by=person, count=1):
            answered(project, person, {"sentiment": "mixed"})
    last = stepped(policy)

    assert outcomes[0] == "opened"
    assert last.outcome == "budget_used"
    assert last.n_used == 5
    assert Assignment.objects.filter(project=project, state="done").count() == 5


def test_queue_holds_about_an_hour_of_work(project):
    policy = routed(labeled(project, 60, labels=2), target=0.96)

    step = stepped(policy)

    assert step.room == 20  # nobody's pace is known
    assert waiting(project).count() == 20
    assert step.n_candidates > 20
    assert stepped(policy).outcome == "queue_full"


def test_fixed_overlap_is_held_back_beyond_the_least(project):
    ledger = clear_and_disputed(project, overlap=3)
    fresh = ledger.item("fresh")
    open_slots(fresh, 5)
    policy = routed(ledger, target=0.75)

    step = stepped(policy)

    # Sure items need none, an item without labels keeps the least, disputed ones get one back.
    assert slots_by_item(project) == {"fresh": 2, "d0": 1, "d1": 1, "d2": 1, "d3": 1}
    assert step.n_closed == 24 * 3 + 4 * 3 + 3
    reasons = dict.fromkeys(
        RoutedSlot.objects.filter(step=step, change="closed").values_list("reason", flat=True)
    )
    assert set(reasons) == {"sure", "held_back"}
    # What was closed is opened again before anything is made anew.
    assert Assignment.objects.filter(item=ledger.item("d0")).count() == 3
    again = stepped(policy)
    assert (again.n_opened, again.n_closed) == (0, 0)


def test_item_with_fewer_labels_than_the_least_gets_them_first(project):
    ledger = clear_and_disputed(project)
    ledger.say("lone", "Ann", "positive")
    policy = routed(ledger, target=0.75, least=2)

    stepped(policy)

    first = RoutedSlot.objects.get(place=1)
    assert (first.item, first.reason, first.n_labels) == (ledger.item("lone"), "below_least", 1)


def test_gold_and_withdrawn_items_are_left_alone(project):
    ledger = clear_and_disputed(project)
    GoldItem.objects.create(
        project=project, item=ledger.item("d0"), version=ledger.version,
        values={"sentiment": "positive"}, created_by=project.created_by, created_at=ledger.now,
    )  # fmt: skip
    open_slots(ledger.item("d0"), 2)
    policy = routed(ledger, target=0.75)
    ledger.withdraw("d1")

    stepped(policy)

    assert slots_by_item(project) == {"d0": 2, "d2": 1, "d3": 1}


def test_item_that_a_person_has_decided_is_asked_about_no_more(project, reviewer):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75)
    stepped(policy)
    adjudicate(
        membership=Membership.objects.get(project=project, user=reviewer),
        item=ledger.item("d0"),
        question=ledger.question,
        decision=Decision(verdict=Verdict.DECIDED, reason=Reason.SLIP, value="mixed"),
        now=timezone.now(),
    )

    stepped(policy)

    assert "d0" not in slots_by_item(project)
    closed = RoutedSlot.objects.get(change="closed")
    assert (closed.item, closed.reason) == (ledger.item("d0"), "decided")


def test_item_that_everybody_had_waits_for_nobody(project, annotator, second_annotator, owner):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.96, most=40)
    step = stepped(policy)
    while step.n_opened:
        for person, choice in zip(
            (annotator, second_annotator, owner), ("mixed", "positive", "negative"), strict=True
        ):
            while lease_items(project=project, by=person, count=1):
                answered(project, person, {"sentiment": choice})
        step = stepped(policy)

    assert step.outcome == "nobody_left"
    assert slots_by_item(project) == {}


def test_slot_is_kept_for_the_person_whose_label_helps_most(project, annotator, second_annotator):
    """Bob is always right and Carol always guesses; both are at work."""
    ledger = clear_and_disputed(project)
    bob, carol = human_source(project, annotator), human_source(project, second_annotator)
    ledger.sources |= {"Bob": bob, "Carol": carol}
    ledger.now = timezone.now()
    for number in range(24):
        choice = ("positive", "negative", "mixed")[number % 3]
        ledger.say(f"i{number:02}", "Bob", choice)
        ledger.say(f"i{number:02}", "Carol", ("positive", "negative", "mixed")[number % 2])
    policy = routed(ledger, target=0.75)

    step = stepped(policy)

    assert step.n_reserved == step.n_opened == 4
    assert set(waiting(project).values_list("state", "reserved_for")) == {
        ("reserved", annotator.pk)
    }
    assert lease_items(project=project, by=second_annotator, count=5) == []
    assert len(lease_items(project=project, by=annotator, count=5)) == 4
    assert {row.reserved_for for row in RoutedSlot.objects.all()} == {annotator}


def kept(ledger, policy, person, item):
    """A slot that an earlier step kept for somebody."""
    stepped(policy)
    slot = waiting(ledger.project).get(item=ledger.item(item))
    Assignment.objects.filter(pk=slot.pk).update(
        state="reserved", reserved_for=person, position=-(1 << 40) + slot.position
    )
    return slot


def test_slot_that_was_kept_too_long_is_anybodys(project, annotator, second_annotator):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75)
    slot = kept(ledger, policy, annotator, "d0")

    stepped(policy)
    slot.refresh_from_db()
    assert slot.state == "reserved"

    stepped(policy, now=timezone.now() + timedelta(minutes=31))
    slot.refresh_from_db()
    assert (slot.state, slot.reserved_for, slot.position > 0) == ("open", None, True)


def test_slot_kept_for_somebody_who_left_is_anybodys(project, annotator):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75)
    slot = kept(ledger, policy, annotator, "d0")
    Membership.objects.filter(user=annotator).update(left_at=timezone.now())

    stepped(policy)

    slot.refresh_from_db()
    assert (slot.state, slot.reserved_for) == ("open", None)


def test_kept_slot_comes_back_to_its_person_when_it_is_returned(project, annotator):
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75)
    slot = kept(ledger, policy, annotator, "d0")
    lease_items(project=project, by=annotator, count=1)

    return_items(project=project, by=annotator)

    slot.refresh_from_db()
    assert (slot.state, slot.reserved_for) == ("reserved", annotator)


@pytest.mark.parametrize("count", [1, 5])
def test_person_with_a_kept_slot_and_an_open_one_of_the_item_gets_one(project, annotator, count):
    """Two slots of one item for one person would be refused, and their queue would stand still."""
    ledger = clear_and_disputed(project)
    policy = routed(ledger, target=0.75)
    kept(ledger, policy, annotator, "d0")
    open_slots(ledger.item("extra"), 1)
    Assignment.objects.create(
        project=project, item=ledger.item("d0"), slot=9, priority=1, position=1
    )

    served = lease_items(project=project, by=annotator, count=count)
    more = lease_items(project=project, by=annotator, count=5)

    assert len(served) == count
    items = [serving.item_id for serving in more]
    assert len(set(items)) == len(items) == 5
    assert ledger.item("d0").pk in items


def test_pause_while_a_step_is_at_work_stops_it(project, lead):
    policy = routed(labeled(project, 40), target=0.95)
    step = start_routing_step(policy=policy, now=timezone.now())
    pause_routing(policy=policy, by=lead, now=timezone.now())

    step = finished(step, compute_routing_step)

    assert (step.outcome, step.n_opened) == ("stopped", 0)
    assert not waiting(project).exists()


def test_step_stores_where_the_items_stand_and_what_is_left_to_do(project):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)

    step = stepped(policy)

    standing = step.standing
    assert standing["n_items"] == standing["n_labeled"] == sum(standing["confidence"]) == 40
    assert standing["labels"] == [[2, 40]]
    assert standing["standing"]["unsure"] == step.n_candidates
    assert sum(standing["standing"].values()) == 40
    assert step.forecast["n_wanted"] == step.n_candidates
    assert step.forecast["labels_low"] <= step.forecast["labels"] <= step.forecast["labels_high"]
    assert step.forecast["fixed_labels"] == 40 * 3
    assert (step.n_labels, step.n_items, len(step.inputs_digest)) == (80, 40, 64)


def test_policies_of_two_questions_do_not_close_each_others_slots(project):
    ledger = clear_and_disputed(project)
    first = routed(ledger, target=0.75)
    stepped(first)
    opened = slots_by_item(project)
    # A second question that nobody answered differently: its policy has no use for any slot.
    other = second_question(ledger)
    second = routed(other, target=0.6)

    step = stepped(second)

    assert step.n_closed == 0
    assert slots_by_item(project) == opened


def second_question(ledger):
    """The same people agree about everything there."""
    document = a_document("positive", "negative", "mixed", question="sentiment")
    more = a_document("yes", "no", question="urgent")
    document["questions"] += more["questions"]
    other = copy(ledger)
    other.version = publish_version(ledger.project, document=document)
    other.question = Question.objects.get(guideline__project=ledger.project, key="urgent")
    for annotation in ledger.heads.values():
        other.label(annotation, "yes")
    return other


def test_beat_starts_a_step_when_something_came_and_not_before(project):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)
    now = timezone.now()
    assert ring_routing(now=now) == 0  # the first step waits already
    stepped(policy)

    soon, later = now + timedelta(seconds=20), timezone.now() + timedelta(minutes=5)
    assert ring_routing(now=soon) == 0
    assert ring_routing(now=later) == 0  # nothing came
    ledger.now = timezone.now()
    ledger.say("i000", "new", "mixed")
    assert ring_routing(now=soon) == 0  # too early
    assert ring_routing(now=later) == 1
    assert ring_routing(now=later) == 0  # it waits


def test_beat_leaves_paused_policies_and_closed_projects_alone(project, lead):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)
    stepped(policy)
    ledger.now = timezone.now()
    ledger.say("i000", "new", "mixed")
    later = timezone.now() + timedelta(minutes=5)

    Project.objects.filter(pk=project.pk).update(state="closed")
    assert ring_routing(now=later) == 0
    Project.objects.filter(pk=project.pk).update(state="open")
    pause_routing(policy=policy, by=lead, now=timezone.now())
    assert ring_routing(now=later) == 0


def test_beat_costs_the_same_for_any_number_of_items(project):
    ledger = labeled(project, 20)
    policy = routed(ledger, target=0.95)
    stepped(policy)
    later = timezone.now() + timedelta(minutes=5)

    with CaptureQueriesContext(connection) as queries:
        ring_routing(now=later)

    assert len(queries) <= 5
    assert all("count(" not in query["sql"].lower() for query in queries)


def test_step_that_failed_is_tried_again_after_a_while(project):
    policy = routed(labeled(project, 20), target=0.95)
    step = start_routing_step(policy=policy, now=timezone.now())
    Job.objects.filter(pk=step.job_id).update(state="failed", finished_at=timezone.now())

    assert ring_routing(now=timezone.now() + timedelta(minutes=5)) == 0
    assert ring_routing(now=timezone.now() + timedelta(minutes=31)) == 1
