"""Checks as leads see them: settings, gold items and their use, promotion, and the pause rule."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from annotations.actions.check_pause import resume_person
from annotations.actions.lease_items import lease
from annotations.models import GoldItem, Pause
from core.errors import Conflict
from core.jobs import run_job
from core.models import AuditEntry
from core.schedule import BEAT_SCHEDULE
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.people.checks import set_checks
from quality.actions.people.gold import promote_to_gold
from quality.actions.people.rule import apply_pause_rule
from quality.models import Adjudication, Reason, Verdict
from quality.tasks import pause_by_rule
from tests.factories.annotations import open_items
from tests.factories.people import People

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"quality:{name}", args=["support", *args])


@pytest.fixture
def people(project):
    return People(project)


@pytest.fixture
def decision(people, project, reviewer):
    """Rita has decided an item."""
    (item,) = people.items(1)
    return decide(project, reviewer, item, people.question)


def decide(project, reviewer, item, question, **changes):
    return adjudicate(
        membership=project.memberships.get(user=reviewer),
        item=item,
        question=question,
        decision=Decision(
            **{
                "verdict": Verdict.DECIDED,
                "reason": Reason.RULE,
                "value": "negative",
                "comment": "Complaints count.",
                **changes,
            }
        ),
        now=timezone.now(),
    )


SETTINGS = {
    "gold_rate": 5,
    "repeat_rate": 2,
    "repeat_after_items": 50,
    "repeat_after_days": 1,
    "pause_mark": 60,
    "pause_after": 20,
    "coaching_after": 10,
    "group_size": 5,
}


def test_lead_sets_checks_and_sees_gold_items_with_their_use(
    people, client_of, lead, annotator, project
):
    golds = people.gold(2, lead)
    people.check(golds[0], people.person(annotator))
    run_job(people.run(lead).job_id)
    alice = client_of(lead)

    assert alice.post(url("checks"), SETTINGS).status_code == 302
    rows = alice.get(url("checks")).context["golds"].rows

    project.refresh_from_db()
    assert (project.gold_rate, project.repeat_rate, project.pause_mark) == (5, 2, 60)
    used = {row.gold.pk: (row.use.served, row.use.answered, row.right, row.n) for row in rows}
    assert used == {golds[0].pk: (1, 1, 1, 1), golds[1].pk: (0, 0, None, None)}
    assert AuditEntry.objects.filter(action="project.changed").exists()


def test_list_of_gold_items_costs_the_same_however_many_there_are(
    people, client_of, lead, django_assert_max_num_queries
):
    people.gold(30, lead)
    alice = client_of(lead)
    alice.get(url("checks"))

    with django_assert_max_num_queries(11):
        assert alice.get(url("checks")).status_code == 200


@pytest.mark.parametrize(
    "change", [{"gold_rate": 51}, {"pause_mark": 101}, {"group_size": 4}, {"repeat_after_items": 1}]
)
def test_settings_out_of_bounds_change_nothing(people, client_of, lead, project, change):
    answer = client_of(lead).post(url("checks"), {**SETTINGS, "gold_rate": 0, **change})

    assert answer.status_code == 422
    project.refresh_from_db()
    assert project.repeat_rate == 0


def test_gold_cannot_be_served_without_gold_items(people, client_of, lead, project):
    with pytest.raises(ValidationError, match="no gold items yet"):
        set_checks(project=project, by=lead, now=timezone.now(), gold_rate=5)
    assert client_of(lead).post(url("checks"), SETTINGS).status_code == 422


def test_checks_are_for_leads(people, client_of, reviewer, annotator, outsider):
    assert client_of(reviewer).get(url("checks")).status_code == 403
    assert client_of(annotator).post(url("checks"), SETTINGS).status_code == 403
    assert client_of(outsider).get(url("checks")).status_code == 404


def test_decision_becomes_gold_by_one_click(decision, client_of, lead):
    alice = client_of(lead)
    assert url("promote", decision.pk) in alice.get(url("decisions")).content.decode()

    answer = alice.post(url("promote", decision.pk))

    assert answer.status_code == 302
    gold = GoldItem.objects.get()
    assert (gold.item_id, gold.values) == (decision.item_id, {"sentiment": "negative"})
    assert (gold.explanation, gold.created_by) == ("Complaints count.", lead)


def test_decision_that_is_gold_says_so_and_gold_items_name_their_class(decision, client_of, lead):
    promote_to_gold(decision=decision, by=lead, now=timezone.now())
    alice = client_of(lead)
    text = alice.get(url("decisions")).content.decode()
    assert "Gold item" in text
    assert url("promote", decision.pk) not in text
    (row,) = alice.get(url("checks")).context["golds"].rows
    assert [answer for _title, answer in row.right_answers] == ["Negative"]


def test_decision_becomes_gold_with_another_reason(decision, lead, client_of):
    client_of(lead).post(url("promote", decision.pk), {"explanation": "See the rule."})

    assert GoldItem.objects.get().explanation == "See the rule."


def test_decision_that_does_not_stand_or_decides_nothing_is_no_gold(
    people, decision, project, lead, reviewer
):
    second = decide(
        project, reviewer, decision.item, people.question, supersedes=decision.pk, value="mixed"
    )
    (other,) = people.items(1)
    open_case = decide(
        project, reviewer, other, people.question, verdict=Verdict.UNDECIDABLE, value=None
    )
    now = timezone.now()

    with pytest.raises(Conflict, match="changed this decision"):
        promote_to_gold(decision=decision, by=lead, now=now)
    with pytest.raises(ValidationError, match="decided answer"):
        promote_to_gold(decision=open_case, by=lead, now=now)
    promote_to_gold(decision=second, by=lead, now=now)
    with pytest.raises(Conflict, match="gold item already"):
        promote_to_gold(decision=second, by=lead, now=now)


def test_promotion_with_an_unknown_rule_says_so_and_changes_nothing(decision, client_of, lead):
    answer = client_of(lead).post(
        url("promote", decision.pk), {"explanation": "", "rule_number": 99}, follow=True
    )

    assert "no rule R99" in answer.content.decode()
    assert not GoldItem.objects.exists()


def test_promotion_is_for_leads(decision, client_of, reviewer, outsider, lead):
    assert client_of(reviewer).post(url("promote", decision.pk)).status_code == 403
    assert client_of(outsider).post(url("promote", decision.pk)).status_code == 404
    assert client_of(lead).post(url("promote", 999999)).status_code == 404
    assert client_of(lead).get(url("promote", decision.pk)).status_code == 405


def test_rest_sets_checks_and_promotes(decision, api_of, project, lead, reviewer, outsider):
    root = f"/api/v1/projects/{project.pk}/quality"
    api = api_of(lead)

    made = api.post(f"{root}/gold/", {"decision": decision.pk}, format="json")
    again = api.post(f"{root}/gold/", {"decision": decision.pk}, format="json")
    changed = api.patch(f"{root}/checks/", {"gold_rate": 10}, format="json")
    bad = api.patch(f"{root}/checks/", {"gold_rate": 90}, format="json")

    assert (made.status_code, made.json()["values"]) == (201, {"sentiment": "negative"})
    assert (again.status_code, again.json()["code"]) == (409, "already_gold")
    assert (changed.status_code, changed.json()["settings"]["gold_rate"]) == (200, 10)
    assert bad.status_code == 400
    assert api.get(f"{root}/checks/").json()["results"][0]["item"] == decision.item_id
    assert api.post(f"{root}/gold/", {"decision": 999999}, format="json").status_code == 404
    assert api_of(reviewer).get(f"{root}/checks/").status_code == 403
    assert api_of(outsider).get(f"{root}/checks/").status_code == 404


def answer_checks(people, source, golds, n_right, *, at=None):
    for number, gold in enumerate(golds):
        people.check(gold, source, right=number < n_right, at=at)


@pytest.fixture
def ruled(people, project, lead, annotator):
    """Below 60 % after at least ten checks a person is paused."""
    set_checks(project=project, by=lead, now=timezone.now(), pause_mark=60, pause_after=10)
    project.refresh_from_db()
    return people.gold(30, lead)


def test_rule_pauses_who_is_surely_below_the_mark_and_tells_its_figures(
    people, ruled, project, lead, annotator, client_of
):
    bob = people.person(annotator)
    answer_checks(people, bob, ruled[:12], 3)

    pause_by_rule()
    assert apply_pause_rule(now=timezone.now()) == 0

    pause = Pause.objects.get()
    assert (pause.person, pause.by) == (annotator, None)
    assert (pause.figures["n_right"], pause.figures["n_checks"], pause.figures["mark"]) == (
        3,
        12,
        60,
    )
    assert pause.figures["high"] < 0.6
    text = client_of(lead).get(url("people")).content.decode()
    assert "3 of 12 checks right" in text
    overview = client_of(lead).get(reverse("projects:overview", args=["support"]))
    assert "Paused people" in overview.content.decode()
    assert AuditEntry.objects.get(action="person.paused").actor == "system"


@pytest.mark.parametrize(("n", "n_right"), [(9, 0), (12, 5), (12, 12)])
def test_rule_lets_go_on_who_may_be_above_the_mark_or_has_too_few_checks(
    people, ruled, annotator, n, n_right
):
    answer_checks(people, people.person(annotator), ruled[:n], n_right)

    assert apply_pause_rule(now=timezone.now()) == 0


def test_rule_is_off_without_a_mark(people, ruled, project, lead, annotator):
    set_checks(project=project, by=lead, now=timezone.now(), pause_mark=0)
    answer_checks(people, people.person(annotator), ruled[:12], 0)

    assert apply_pause_rule(now=timezone.now()) == 0


def test_rule_judges_only_what_came_after_somebody_let_them_go_on(
    people, ruled, project, lead, annotator
):
    bob = people.person(annotator)
    answer_checks(people, bob, ruled[:12], 0)
    apply_pause_rule(now=timezone.now())
    resume_person(project=project, person=annotator, by=lead, now=timezone.now())

    assert apply_pause_rule(now=timezone.now()) == 0
    answer_checks(people, bob, ruled[12:24], 0, at=timezone.now() + timedelta(seconds=5))
    assert apply_pause_rule(now=timezone.now()) == 1


def test_paused_person_keeps_what_they_hold_and_gets_nothing_new(
    people, ruled, project, annotator, second_annotator
):
    open_items(project, 5)
    (held,) = lease(project=project, by=annotator, count=1).servings
    answer_checks(people, people.person(annotator), ruled[:12], 0)
    apply_pause_rule(now=timezone.now())

    paused = lease(project=project, by=annotator, count=3)
    other = lease(project=project, by=second_annotator, count=3)

    assert [each.assignment for each in paused.servings] == [held.assignment]
    assert (paused.gate, other.gate) == ("paused", "")
    assert len(other.servings) == 3


def test_beat_rings_for_the_rule():
    assert BEAT_SCHEDULE["pause by rule"]["task"] == pause_by_rule.name


def test_pause_leaves_every_answer_as_it_is(people, ruled, project, lead, annotator):
    bob = people.person(annotator)
    answer_checks(people, bob, ruled[:12], 0)
    before = bob.annotations.count()
    apply_pause_rule(now=timezone.now())

    run = people.run(lead)
    run_job(run.job_id)
    run.refresh_from_db()

    assert (bob.annotations.count(), run.n_labels) == (before, before)
    assert Adjudication.objects.count() == 0
