"""Studies and policies of adaptive overlap: started, paused, ended, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from annotations.models import Assignment, Label
from core.errors import Conflict
from core.jobs import JobFailed
from core.models import AuditEntry, Job
from projects.models import Project
from quality.actions.routing.policy import (
    RoutingPlan,
    end_routing,
    pause_routing,
    resume_routing,
    start_routing,
)
from quality.actions.routing.start_step import start_routing_step
from quality.actions.routing.step import compute_routing_step
from quality.actions.routing.study import compute_routing_study, start_routing_study
from quality.aggregation.routing import StopRule
from quality.models import (
    RoutedSlot,
    RoutingMove,
    RoutingPolicy,
    RoutingState,
    RoutingStep,
)
from quality.queries.routing.policies import expectation, kept_by
from tests.factories.annotations import answered, open_slots
from tests.factories.quality import AnswerLedger, Ledger
from tests.factories.routing import finished, labeled, routed, stepped, studied
from tests.together import at_once

pytestmark = pytest.mark.django_db


def begin(ledger, **plan):
    """Start on a question that was studied."""
    replaces = plan.pop("replaces", None)
    return start_routing(
        project=ledger.project,
        question=ledger.question,
        plan=RoutingPlan(**plan),
        replaces=replaces,
        by=ledger.project.created_by,
        now=timezone.now(),
    )


def asked(ledger):
    return start_routing_study(
        project=ledger.project,
        question=ledger.question,
        by=ledger.project.created_by,
        now=timezone.now(),
    )


def states(policy):
    return list(RoutingMove.objects.filter(policy=policy).order_by("number").values_list("state"))


def opened(project, **where):
    return Assignment.objects.filter(project=project, state__in=["open", "reserved"], **where)


def test_study_stores_standing_replay_sample_and_pace(project):
    study = studied(labeled(project, 40, labels=3))

    assert study.standing["n_items"] == study.standing["n_labeled"] == 40
    assert study.standing["labels"] == [[3, 40]]
    assert sum(study.standing["confidence"]) == 40
    assert len(study.sample["posteriors"]) == 40
    assert study.replay["budgets"][0] == 2
    assert study.replay["margin"][-1] == study.replay["full"] == 1.0
    assert not study.replay["is_gold"]
    assert study.pace["ms_per_label"] is None
    assert study.n_labels == 120


def test_study_leaves_slots_and_labels_as_they_are(project):
    ledger = labeled(project, 10, labels=3, overlap=2)
    before = list(Assignment.objects.order_by("pk").values()), Label.objects.count()

    studied(ledger)

    assert (list(Assignment.objects.order_by("pk").values()), Label.objects.count()) == before


def test_study_again_gives_the_same_figures(project):
    ledger = labeled(project, 30, labels=3)

    first, second = studied(ledger), studied(ledger)

    assert first.pk != second.pk
    for name in ("standing", "sample", "replay", "inputs_digest"):
        assert getattr(first, name) == getattr(second, name)


def test_study_asked_for_twice_while_it_waits_is_one(project):
    ledger = labeled(project, 10)

    assert asked(ledger) == asked(ledger)
    assert AuditEntry.objects.filter(action="quality.start_study").count() == 1


def test_study_without_overlap_says_so_and_stores_nothing(project):
    study = asked(labeled(project, 10, labels=1))

    with pytest.raises(JobFailed, match="No item has two labels yet"), transaction.atomic():
        finished(study, compute_routing_study)

    study.refresh_from_db()
    assert study.computed_at is None


def test_study_without_labels_says_so(project):
    with pytest.raises(JobFailed, match="no answer to this question"), transaction.atomic():
        finished(asked(Ledger(project)), compute_routing_study)


def test_study_of_two_labels_an_item_has_no_replay(project):
    assert studied(labeled(project, 10, labels=2)).replay == {
        "refused": "too_few_labels", "start": 2,
    }  # fmt: skip


def test_study_of_a_single_class_is_as_sure_as_it_can_be(project):
    ledger = Ledger(project, choices=("yes",))
    for item in "abc":
        for person in ("Ann", "Ben", "Cho"):
            ledger.say(item, person, "yes")

    study = studied(ledger)

    assert study.standing["confidence"][-1] == 3
    assert study.sample["ceiling"] == 1.0


def test_study_measures_the_pace_of_people(project, annotator):
    ledger = labeled(project, 10, overlap=1)
    for milliseconds in (4000, 8000, 3_600_000):
        answered(project, annotator, {"sentiment": "mixed"}, active_ms=milliseconds)

    pace = studied(ledger).pace

    assert (pace["n_timed"], pace["per_hour"]) == (3, 3)
    assert pace["ms_per_label"] == pytest.approx((4000 + 8000 + 600_000) / 3)
    assert pace["ms_low"] < pace["ms_per_label"] < pace["ms_high"]


def test_expectation_speaks_of_items_labels_and_hours(project, annotator):
    ledger = labeled(project, 40, overlap=1)
    for _turn in range(5):
        answered(project, annotator, {"sentiment": "mixed"}, active_ms=7200)
    study = studied(ledger)

    found = expectation(kept_by(study), StopRule(0.95, 2, 5), None)

    assert found.n_items == 40
    assert 0 < found.n_wanted <= 40
    assert found.labels_low <= found.labels <= found.labels_high <= 200
    assert found.hours == pytest.approx(found.labels * 7200 / 3_600_000, rel=0.1)
    assert found.fixed_labels == 40 * 3 - 5
    assert found.n_closing == 35  # one slot waits for each of the others


def test_expectation_with_a_budget_stops_there(project):
    study = studied(labeled(project, 40))

    found = expectation(kept_by(study), StopRule(0.96, 2, 9), 7)

    assert (found.labels, found.labels_high, found.is_cut) == (7, 7, True)


def test_expectation_counts_items_without_labels(project):
    ledger = labeled(project, 20)
    for number in range(30):
        open_slots(ledger.item(f"new{number}"), 2)
    study = studied(ledger)

    found = expectation(kept_by(study), StopRule(0.6, 2, 2), None)

    assert found.n_items == 50
    assert found.labels == 60


@pytest.mark.parametrize(
    ("plan", "field", "message"),
    [
        ({"target": 0.3}, "target", "between 0.5 and 0.999"),
        ({"target": 1.0}, "target", "between 0.5 and 0.999"),
        ({"target": float("nan")}, "target", "between 0.5 and 0.999"),
        ({"least": 0}, "least", "from 1 to 50"),
        ({"most": 51}, "most", "from 1 to 50"),
        ({"least": 4, "most": 3}, "most", "fewer than the least"),
        ({"budget": 0}, "budget", "above 0"),
        ({"target": 0.995}, "target", "surer than 96.9"),
    ],
)
def test_plan_that_cannot_be_is_refused_by_field_and_nothing_starts(project, plan, field, message):
    ledger = labeled(project, 10)
    studied(ledger)

    with pytest.raises(ValidationError, match=message) as refused:
        begin(ledger, **plan)

    assert list(refused.value.message_dict) == [field]
    assert not RoutingPolicy.objects.exists()


def test_plan_for_another_kind_of_question_is_refused_plainly(project):
    ledger = AnswerLedger(project, "spans")

    for start in (asked, begin):
        with pytest.raises(ValidationError, match="single choice only"):
            start(ledger)
    assert not Job.objects.exists()


def test_plan_without_a_study_is_refused(project):
    with pytest.raises(ValidationError, match="Look at where the items stand first"):
        begin(labeled(project, 10))


def test_policy_in_a_closed_project_is_refused(project):
    ledger = labeled(project, 10)
    studied(ledger)
    Project.objects.filter(pk=project.pk).update(state="closed")
    project.refresh_from_db()

    with pytest.raises(Conflict, match="closed"):
        begin(ledger)


def test_policy_starts_running_with_what_was_spelled_out(project):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95, least=2, most=6, budget=30)

    assert (policy.number, policy.study.question) == (1, ledger.question)
    assert policy.expected["n_items"] == 40
    assert policy.expected["budget"] == 30
    assert states(policy) == [("running",)]
    assert RoutingStep.objects.get().job.kind == "quality.routing_step"
    entry = AuditEntry.objects.get(action="routing.running")
    assert (entry.detail["target"], entry.detail["budget"]) == (0.95, 30)


def test_second_policy_is_refused_while_the_first_has_not_ended(project):
    ledger = labeled(project, 20)
    policy = routed(ledger)

    with pytest.raises(Conflict) as refused:
        begin(ledger, target=0.8)

    assert (refused.value.code, refused.value.detail["number"]) == ("policy_running", 1)
    assert RoutingPolicy.objects.get() == policy


def test_policy_that_replaces_another_ends_it(project):
    ledger = labeled(project, 40)
    first = routed(ledger, target=0.95)
    stepped(first)
    assert opened(project).exists()

    second = begin(ledger, target=0.55, replaces=1)

    assert states(first) == [("running",), ("ended",)]
    assert (second.number, second.target) == (2, 0.55)
    assert not opened(project).exists()


def test_pause_closes_what_waits_and_keeps_labels(project, annotator):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)
    step = stepped(policy)
    answered(project, annotator, {"sentiment": "mixed"})
    n_labels = Label.objects.count()

    pause_routing(policy=policy, by=ledger.project.created_by, now=timezone.now())
    pause_routing(policy=policy, by=ledger.project.created_by, now=timezone.now())

    assert Label.objects.count() == n_labels
    assert not opened(project).exists()
    assert states(policy) == [("running",), ("paused",)]
    assert RoutingMove.objects.get(state="paused").n_slots == step.n_opened - 1


def test_resume_goes_on_from_where_the_items_stand(project):
    policy = routed(labeled(project, 40), target=0.95)
    by, now = policy.started_by, timezone.now()
    first = stepped(policy)
    pause_routing(policy=policy, by=by, now=now)

    resume_routing(policy=policy, by=by, now=now)
    resume_routing(policy=policy, by=by, now=now)
    again = stepped(policy)

    assert states(policy) == [("running",), ("paused",), ("running",)]
    assert again.n_opened == first.n_opened
    # The same slots wait again: closing and opening makes no new ones.
    assert Assignment.objects.filter(project=project).count() == first.n_opened


def test_ended_policy_stays_ended(project):
    policy = routed(labeled(project, 20))
    by, now = policy.started_by, timezone.now()
    end_routing(policy=policy, by=by, now=now)
    end_routing(policy=policy, by=by, now=now)

    for move in (pause_routing, resume_routing):
        with pytest.raises(Conflict, match="has ended"):
            move(policy=policy, by=by, now=now)
    assert states(policy) == [("running",), ("ended",)]


def test_end_gives_the_fixed_overlap_back_when_asked_to(project):
    ledger = labeled(project, 30, overlap=3)
    policy = routed(ledger, target=0.55)
    step = stepped(policy)
    before = {slot.pk: slot.priority for slot in Assignment.objects.all()}
    assert step.n_closed > 60

    end_routing(policy=policy, restores=True, by=policy.started_by, now=timezone.now())

    assert opened(project, priority=5).count() == len(before) == 90
    assert AuditEntry.objects.get(action="routing.ended").detail["restored"] == step.n_closed


def test_end_leaves_the_fixed_overlap_closed_when_not_asked_to(project):
    policy = routed(labeled(project, 30, overlap=3), target=0.55)
    stepped(policy)

    end_routing(policy=policy, by=policy.started_by, now=timezone.now())

    assert opened(project).count() == 0


def test_pause_leaves_slots_of_others_open(project):
    """Slots of an item below the least, which no policy opened."""
    ledger = labeled(project, 20)
    open_slots(ledger.item("fresh"), 2)
    policy = routed(ledger, target=0.95)
    stepped(policy)

    pause_routing(policy=policy, by=policy.started_by, now=timezone.now())

    assert set(opened(project).values_list("item__external_id", flat=True)) == {"fresh"}


def refused(change, match="refused"):
    with pytest.raises((IntegrityError, InternalError), match=match), transaction.atomic():
        change()


def test_policies_moves_steps_and_reasons_are_written_once(project):
    policy = routed(labeled(project, 40), target=0.95)
    step = stepped(policy)
    move, slot = RoutingMove.objects.get(), RoutedSlot.objects.filter(step=step).first()

    for row in (policy, policy.study, step, move, slot):
        table = type(row).objects.filter(pk=row.pk)
        first = next(iter(row._meta.concrete_fields[1:]))
        refused(lambda table=table, first=first: table.update(**{first.attname: None}))
        refused(lambda table=table: table._raw_delete(table.db))


@pytest.mark.parametrize(("number", "state"), [(2, "running"), (3, "paused"), (1, "paused")])
def test_move_out_of_turn_is_refused_by_the_database(project, number, state):
    policy = routed(labeled(project, 10))

    refused(
        lambda: RoutingMove.objects.create(
            policy=policy, number=number, state=state, by=policy.started_by, at=timezone.now()
        )
    )


def test_move_of_an_ended_policy_is_refused_by_the_database(project):
    policy = routed(labeled(project, 10))
    end_routing(policy=policy, by=policy.started_by, now=timezone.now())

    refused(
        lambda: RoutingMove.objects.create(
            policy=policy, number=3, state="running", by=policy.started_by, at=timezone.now()
        ),
        match="stays ended",
    )


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"number": 2}, "the one before has not ended"),
        ({"number": 3}, "not the next one"),
        ({"number": 2, "target": 0.2}, "routingpolicy_target_within_bounds|has not ended"),
    ],
)
def test_policy_out_of_turn_is_refused_by_the_database(project, change, match):
    policy = routed(labeled(project, 10))
    fields = {
        "project": project, "question": policy.question, "target": 0.9, "least": 2, "most": 5,
        "study": policy.study, "started_by": policy.started_by, "started_at": timezone.now(),
    }  # fmt: skip

    refused(lambda: RoutingPolicy.objects.create(**{**fields, **change}), match=match)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"target": 0.2}, "target_within_bounds"),
        ({"least": 6}, "least_up_to_most"),
        ({"budget": 0}, "budget_from_1"),
    ],
)
def test_policy_with_impossible_numbers_is_refused_by_the_database(project, change, name):
    ledger = labeled(project, 10)
    fields = {
        "project": project, "question": ledger.question, "number": 1, "target": 0.9, "least": 2,
        "most": 5, "study": studied(ledger), "started_by": project.created_by,
        "started_at": timezone.now(),
    }  # fmt: skip

    refused(lambda: RoutingPolicy.objects.create(**{**fields, **change}), match=name)


def test_reason_of_another_items_slot_is_refused_by_the_database(project):
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)
    step = stepped(policy)
    row = RoutedSlot.objects.filter(step=step).first()
    other = ledger.item("elsewhere")

    refused(
        lambda: RoutedSlot.objects.create(
            step=step,
            policy=policy,
            assignment=row.assignment,
            item=other,
            change="closed",
            reason="sure",
            place=1,
            priority=3,
            probability=1,
            n_labels=2,
            confidence=1,
            margin=1,
        ),
        match="slot, item, step and policy differ",
    )


@pytest.mark.django_db(transaction=True)
def test_two_steps_at_once_do_one_work(project):
    """Two workers with a step each: the second finds the slots of the first."""
    policy = routed(labeled(project, 40), target=0.95)
    first = start_routing_step(policy=policy, now=timezone.now())
    second = RoutingStep.objects.create(
        policy=policy, number=2, project=project, question=policy.question,
        source_kinds=first.source_kinds, requested_by=policy.started_by,
        job=Job.objects.create(kind=first.job.kind, created_at=timezone.now(),
                               ring_at=timezone.now()),
        created_at=timezone.now(),
    )  # fmt: skip

    def work(step):
        with transaction.atomic():
            finished(step, compute_routing_step)

    assert at_once(lambda: work(first), lambda: work(second)) == [None, None]

    items = list(opened(project).values_list("item", flat=True))
    assert len(items) == len(set(items)) > 0
    numbers = sorted(RoutingStep.objects.values_list("n_opened", flat=True))
    assert numbers == [0, len(items)]


def test_running_policy_of_a_person_who_left_goes_on(project):
    """The policy is the project's; who started it is only on record."""
    ledger = labeled(project, 40)
    policy = routed(ledger, target=0.95)
    project.memberships.filter(user=policy.started_by).update(left_at=timezone.now())

    assert stepped(policy).n_opened > 0


def test_state_of_a_policy_is_its_last_move(project):
    policy = routed(labeled(project, 10))
    now = timezone.now() + timedelta(hours=1)
    pause_routing(policy=policy, by=policy.started_by, now=now)

    found = RoutingPolicy.objects.with_state().get()

    assert (found.state, found.moved_at) == (RoutingState.PAUSED, now)
    assert RoutingPolicy.objects.unended().count() == 1
