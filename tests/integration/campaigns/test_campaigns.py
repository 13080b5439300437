"""Starting, preparing, pausing, resuming and ending campaigns."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.models import Assignment, Draft
from campaigns.actions.move_campaign import end_campaign, pause_campaign, resume_campaign
from campaigns.models import Campaign, CampaignLabel
from campaigns.queries.relabeled import slot_counts
from core.errors import Conflict
from core.jobs import cancel_job, run_job
from core.models import AuditEntry
from core.models.job import JobState
from projects.models import Membership
from tests.factories.campaigns import (
    a_campaign,
    a_ledger,
    a_prepared_campaign,
    answer_slot,
    draft_split,
    person_in,
    publish_split,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(project, annotator, second_annotator):
    """Bob and Carol gave 20 refunds each, an imported annotator 10; then refund was split."""
    ledger = a_ledger(project)
    for person in (annotator, second_annotator):
        name = person_in(ledger, person)
        ledger.fill((f"item {n}", name, "refund") for n in range(20))
        ledger.say("other", name, "other")
    ledger.fill((f"item {n}", "Imported", "refund") for n in range(10))
    publish_split(ledger)
    return ledger


def slots(campaign, **filters):
    return Assignment.objects.filter(project=campaign.project, round=campaign.number, **filters)


def move(action, campaign):
    return action(campaign=campaign, by=campaign.created_by, now=timezone.now())


def test_campaign_of_all_by_the_same_people_reserves_a_slot_for_each_answer(
    ledger,
    annotator,
    second_annotator,
):
    campaign = a_prepared_campaign(ledger, who="same", shows_previous=True, priority=2)

    assert (campaign.n_touched, campaign.n_labels, campaign.n_items) == (50, 50, 20)
    assert (campaign.n_slots, campaign.n_handed_on) == (50, 10)
    for person in (annotator, second_annotator):
        mine = slots(campaign, reserved_for=person)
        assert mine.filter(state="reserved", show_previous=True, priority=2).count() == 20
        assert mine.values("item").distinct().count() == 20
    handed_on = slots(campaign, reserved_for=None)
    assert handed_on.filter(state="open", show_previous=False).count() == 10
    for label in CampaignLabel.objects.select_related("annotation__source", "assignment"):
        assert label.assignment.item_id == label.annotation.item_id
        assert label.assignment.reserved_for_id == label.annotation.source.person_id


def test_campaign_draws_a_share_of_each_stratum_and_stores_its_probability(project, annotator):
    ledger = a_ledger(project)
    name = person_in(ledger, annotator)
    ledger.fill((f"r{n}", name, "refund") for n in range(11))
    ledger.fill((f"h{n}", name, "hello") for n in range(30))
    ledger.fill((f"o{n}", name, "other") for n in range(5))
    publish_split(
        ledger,
        changes={
            "fates": {
                "intent.refund": {"how": "split", "into": ["intent.exchange", "intent.money_back"]},
                "intent.hello": {"how": "retired", "into": []},
            },
        },
    )

    campaign = a_prepared_campaign(ledger, share=Decimal("0.1"))

    drawn = {
        key: set(CampaignLabel.objects.filter(choice__key=key).values_list("probability"))
        for key in ("refund", "hello", "other")
    }
    # 0.1 of 11 is 1.1, so 2 are drawn; 0.1 of 30 is 3 exactly.
    assert drawn == {"refund": {(2 / 11,)}, "hello": {(0.1,)}, "other": set()}
    assert (campaign.n_touched, campaign.n_labels) == (41, 5)


def test_campaign_with_the_same_seed_draws_the_same_labels(ledger):
    first = a_prepared_campaign(ledger, share=Decimal("0.3"), seed=7)
    again = a_prepared_campaign(ledger, share=Decimal("0.3"), seed=7, despite_running=True)
    other = a_prepared_campaign(ledger, share=Decimal("0.3"), seed=8, despite_running=True)

    def drawn(campaign):
        return set(campaign.labels.values_list("annotation", flat=True))

    assert drawn(first) == drawn(again) != drawn(other)
    assert [first.number, again.number, other.number] == [1, 2, 3]


def test_campaign_by_others_opens_overlap_slots_per_item(ledger):
    campaign = a_prepared_campaign(ledger, who="others", overlap=3)

    assert (campaign.n_labels, campaign.n_items, campaign.n_slots) == (50, 20, 60)
    assert set(slots(campaign).values_list("state", "reserved_for")) == {("open", None)}
    assert not CampaignLabel.objects.exclude(assignment=None).exists()
    by_item = slots(campaign).values("item").distinct()
    assert by_item.count() == 20
    for row in by_item:
        assert slots(campaign, item=row["item"]).values("position").distinct().count() == 1


def test_campaign_numbers_its_slots_after_those_that_are_there(ledger):
    item = ledger.item("item 0")
    for slot in (1, 2, 5):
        Assignment.objects.create(project=ledger.project, item=item, slot=slot, position=slot)

    campaign = a_prepared_campaign(ledger, who="others", overlap=2)

    assert sorted(slots(campaign, item=item).values_list("slot", flat=True)) == [6, 7]


def test_campaign_positions_are_shuffled_and_after_all_that_were_drawn(ledger):
    last = Assignment.objects.create(
        project=ledger.project, item=ledger.item("other"), slot=1, position=0
    )
    campaign = a_prepared_campaign(ledger, who="others")
    order = list(slots(campaign).order_by("position").values_list("item", flat=True))

    assert order != sorted(order)
    assert min(slots(campaign).values_list("position", flat=True)) > last.position


def test_campaign_hands_labels_of_who_left_or_labels_no_more_to_others(ledger, annotator):
    Membership.objects.filter(user=annotator).update(left_at=timezone.now())

    campaign = a_prepared_campaign(ledger)

    assert campaign.n_handed_on == 30
    assert not slots(campaign, reserved_for=annotator).exists()


def test_campaign_without_labels_to_draw_fails_with_its_reason(project):
    ledger = a_ledger(project)
    ledger.say("a", "Ann", "other")
    publish_split(ledger)
    campaign = a_campaign(ledger)

    assert run_job(campaign.job_id) == JobState.FAILED
    campaign = Campaign.objects.select_related("job").get()
    assert campaign.job.error[0]["code"] == "nothing_to_relabel"
    assert campaign.has_failed
    assert not Assignment.objects.filter(round=1).exists()


def test_campaign_leaves_labels_made_under_the_new_version_alone(ledger):
    ledger.say("new", "Imported", "money_back")

    assert a_prepared_campaign(ledger).n_touched == 50


BAD = [
    ({"name": "  "}, "name", "bad_name"),
    ({"name": "x" * 121}, "name", "bad_name"),
    ({"share": Decimal(0)}, "share", "bad_share"),
    ({"share": Decimal("1.01")}, "share", "bad_share"),
    ({"share": Decimal("NaN")}, "share", "bad_share"),
    ({"who": "nobody"}, "who", "unknown_who"),
    ({"who": "others", "shows_previous": True}, "shows_previous", "not_their_own"),
    ({"who": "same", "overlap": 2}, "overlap", "overlap_is_for_others"),
    ({"who": "others", "overlap": 0}, "overlap", "bad_overlap"),
    ({"who": "others", "overlap": 51}, "overlap", "bad_overlap"),
    ({"priority": 10}, "priority", "bad_priority"),
    ({"priority": -1}, "priority", "bad_priority"),
    ({"seed": -1}, "seed", "bad_seed"),
    ({"seed": 2**63}, "seed", "bad_seed"),
]


@pytest.mark.parametrize(("options", "field", "code"), BAD)
def test_campaign_with_a_plan_that_cannot_be_is_refused(ledger, options, field, code):
    with pytest.raises(ValidationError) as refused:
        a_campaign(ledger, **options)

    assert refused.value.error_dict[field][0].code == code
    assert not Campaign.objects.exists()


def test_campaign_of_an_old_version_is_a_conflict(ledger):
    old = ledger.version
    ledger.publish("exchange", "money_back", "greeting", "other", "thanks")
    ledger.version = old

    with pytest.raises(Conflict) as refused:
        a_campaign(ledger)
    assert (refused.value.code, refused.value.detail) == ("old_version", {"current": 3})


def test_campaign_of_a_draft_is_refused(project):
    ledger = a_ledger(project)
    ledger.version = draft_split(project)

    with pytest.raises(ValidationError) as refused:
        a_campaign(ledger)
    assert refused.value.error_dict["version"][0].code == "foreign_version"


def test_campaign_of_a_version_that_touches_nothing_is_refused(project):
    ledger = a_ledger(project)
    ledger.publish("refund", "hello", "greeting", "other", "thanks")

    with pytest.raises(ValidationError) as refused:
        a_campaign(ledger)
    assert refused.value.error_dict["version"][0].code == "nothing_touched"


def test_second_campaign_over_the_same_labels_needs_a_confirmation(ledger):
    first = a_campaign(ledger)

    with pytest.raises(Conflict) as refused:
        a_campaign(ledger)
    assert (refused.value.code, refused.value.detail) == ("campaign_running", {"number": 1})

    move(end_campaign, first)
    assert a_campaign(ledger).number == 2


def test_campaign_in_a_closed_project_is_a_conflict(ledger):
    type(ledger.project).objects.filter(pk=ledger.project.pk).update(state="closed")

    with pytest.raises(Conflict) as refused:
        a_campaign(ledger)
    assert refused.value.code == "project_closed"


def test_pause_closes_what_waits_and_resume_lets_it_wait_again_at_the_end(ledger, annotator):
    campaign = a_prepared_campaign(ledger)
    answered = slots(campaign, reserved_for=annotator).first()
    answer_slot(ledger, answered, "exchange")
    last = max(slots(campaign).values_list("position", flat=True))

    paused = move(pause_campaign, campaign)

    assert paused.state == "paused"
    counts = slot_counts(campaign)
    assert (counts.done, counts.waiting, counts.closed, counts.total) == (1, 0, 49, 50)

    move(resume_campaign, campaign)

    assert slots(campaign, state="reserved").count() == 39
    assert slots(campaign, state="open").count() == 10
    assert min(slots(campaign, state="open").values_list("position", flat=True)) > last
    assert max(slots(campaign, state="reserved").values_list("position", flat=True)) < 0
    assert set(AuditEntry.objects.filter(action__startswith="campaign.").values_list("action")) == {
        ("campaign.start",),
        ("campaign.paused",),
        ("campaign.running",),
    }


def test_pause_leaves_what_is_on_a_screen(ledger, annotator):
    campaign = a_prepared_campaign(ledger)
    slot = slots(campaign, reserved_for=annotator).first()
    now = timezone.now()
    Assignment.objects.filter(pk=slot.pk).update(
        state="leased", annotator=annotator, version=ledger.version, lease_until=now, leased_at=now
    )

    move(pause_campaign, campaign)

    assert slot_counts(campaign).on_screen == 1
    assert not Draft.objects.exists()


def test_pause_and_resume_twice_change_nothing_more(ledger):
    campaign = a_prepared_campaign(ledger)

    assert move(resume_campaign, campaign).state == "running"
    move(pause_campaign, campaign)
    move(pause_campaign, campaign)
    assert AuditEntry.objects.filter(action="campaign.paused").count() == 1


def test_pause_of_a_campaign_that_is_not_prepared_is_a_conflict(ledger):
    with pytest.raises(Conflict) as refused:
        move(pause_campaign, a_campaign(ledger))
    assert refused.value.code == "campaign_not_prepared"


def test_ended_campaign_stays_ended(ledger):
    campaign = a_prepared_campaign(ledger)

    ended = move(end_campaign, campaign)

    assert (ended.state, slot_counts(campaign).closed) == ("ended", 50)
    assert ended.ended_at is not None
    for action in (pause_campaign, resume_campaign):
        with pytest.raises(Conflict) as refused:
            move(action, campaign)
        assert refused.value.code == "campaign_ended"
    assert move(end_campaign, campaign).ended_at == ended.ended_at


def test_end_of_a_campaign_that_is_not_prepared_stops_its_job(ledger):
    campaign = a_campaign(ledger)

    move(end_campaign, campaign)

    assert run_job(campaign.job_id) is None
    assert not CampaignLabel.objects.exists()


def test_campaign_whose_preparation_was_cancelled_does_not_stand_in_the_way(ledger):
    cancel_job(job=a_campaign(ledger).job, now=timezone.now())

    assert a_campaign(ledger).number == 2


def test_pause_keeps_the_replacement_of_a_skip_that_was_answered_after_all_closed(
    ledger, annotator
):
    campaign = a_prepared_campaign(ledger)
    first, second = slots(campaign, reserved_for=annotator)[:2]
    for slot in (first, second):
        Assignment.objects.create(
            project=ledger.project,
            item_id=slot.item_id,
            slot=50,
            round=campaign.number,
            state="closed",
            position=0,
            replaces=slot,
        )
    answer_slot(ledger, first, "exchange")
    move(pause_campaign, campaign)

    move(resume_campaign, campaign)

    assert slots(campaign, replaces=first).get().state == "closed"
    assert slots(campaign, replaces=second).get().state == "open"
