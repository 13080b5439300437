"""Gold items, training with feedback, and who is where."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from annotations.actions.lease_items import lease
from annotations.actions.training import answer_training, mark_gold, retire_gold, set_training
from annotations.models import Annotation, GoldItem, Label, TrainingAnswer, TrainingResult
from annotations.queries.training import trainees, training_state
from core.errors import Conflict
from tests.factories.annotations import open_items

pytestmark = pytest.mark.django_db


def url_of(name, project, *more):
    return reverse(f"annotations:{name}", args=[project.slug, *more])


def gold_of(project, item, lead, choice="positive", **fields):
    return mark_gold(
        project=project,
        item=item,
        values={"sentiment": choice},
        explanation=fields.pop("explanation", "It is <praise>."),
        rule_number=fields.pop("rule_number", None),
        by=lead,
        now=timezone.now(),
    )


@pytest.fixture
def golds(project, version, lead):
    """Four gold items; training asks two of them, both right."""
    found = [gold_of(project, item, lead) for item in open_items(project, 4)]
    set_training(project=project, items=2, pass_mark=100, by=lead, now=timezone.now())
    project.refresh_from_db()
    return found


def say(project, by, choice="positive", *, gold=None, attempt=None):
    state = training_state(project, by)
    return answer_training(
        project=project,
        by=by,
        gold=gold or state.next.pk,
        attempt=attempt or state.attempt,
        values={"sentiment": choice},
        now=timezone.now(),
    )


def test_training_passed_opens_the_queue_and_makes_no_label(project, golds, annotator):
    assert lease(project=project, by=annotator, count=1).gate == "training"
    first = say(project, annotator)
    assert (first.answer.is_right, first.result) == (True, None)

    last = say(project, annotator)

    assert (last.result.passed, last.result.n_right, last.result.n_items) == (True, 2, 2)
    assert lease(project=project, by=annotator, count=1).servings
    assert (Annotation.objects.count(), Label.objects.count()) == (0, 0)


def test_failed_attempt_is_followed_by_items_that_were_not_asked_yet(project, golds, annotator):
    asked = {say(project, annotator, "negative").gold.pk for _time in range(2)}

    state = training_state(project, annotator)

    assert (state.attempt, state.done, state.has_passed) == (2, 0, False)
    again = {say(project, annotator).gold.pk for _time in range(2)}
    assert not asked & again
    assert training_state(project, annotator).has_passed


def test_same_answer_twice_is_kept_once(project, golds, annotator):
    first = say(project, annotator)

    again = say(project, annotator, "negative", gold=first.gold.pk, attempt=1)

    assert again.answer == first.answer
    assert again.answer.is_right
    assert TrainingAnswer.objects.count() == 1


def test_item_that_is_not_due_is_a_conflict(project, golds, annotator):
    due = training_state(project, annotator).next
    other = next(gold for gold in golds if gold != due)

    for gold, attempt in ((other.pk, 1), (due.pk, 2), (10**9, 1)):
        with pytest.raises(Conflict) as raised:
            say(project, annotator, gold=gold, attempt=attempt)
        assert raised.value.code == "training_moved"
    assert not TrainingAnswer.objects.exists()


@pytest.mark.parametrize("choice", ["", "nonsense", None])
def test_answer_that_is_none_is_refused(project, golds, annotator, choice):
    with pytest.raises(ValidationError) as raised:
        say(project, annotator, choice)

    assert "sentiment" in raised.value.message_dict
    assert not TrainingAnswer.objects.exists()


def test_gold_items_retired_meanwhile_shorten_the_training(project, golds, annotator, lead):
    for gold in golds[1:]:
        retire_gold(gold=gold, by=lead, now=timezone.now())

    assert training_state(project, annotator).total == 1
    assert say(project, annotator).result.passed


def test_right_answer_is_shown_only_after_ones_own(client_of, project, golds, annotator):
    client = client_of(annotator)
    page = client.get(url_of("training", project))
    assert "praise" not in page.text
    assert " checked" not in page.text
    state = training_state(project, annotator)
    rest = client.get(f"/api/v1/projects/{project.pk}/training/").json()
    assert set(rest["next"]) == {"gold", "payload", "version"}

    body = {"gold": state.next.pk, "attempt": 1, "q-sentiment": "negative"}
    feedback = client.post(url_of("training", project), body).text

    assert "Not quite" in feedback
    assert "It is &lt;praise&gt;." in feedback
    for name in ("trainees",):
        assert client.get(url_of(name, project)).status_code == 403
    assert client.get(f"/api/v1/projects/{project.pk}/gold/").status_code == 403


def test_page_without_an_answer_is_422(client_of, project, golds, annotator):
    state = training_state(project, annotator)

    response = client_of(annotator).post(
        url_of("training", project), {"gold": state.next.pk, "attempt": 1}
    )

    assert (response.status_code, "needs an answer" in response.text) == (422, True)


def test_label_page_leads_to_training(client_of, project, golds, annotator):
    response = client_of(annotator).get(url_of("label", project))

    assert (response.status_code, response.url) == (302, url_of("training", project))


def test_lead_marks_gold_on_the_page_and_retires_it(client_of, project, version, queue, lead):
    client = client_of(lead)
    url = url_of("gold", project, queue[0].pk)
    assert client.get(url).status_code == 200
    bad = client.post(url, {"explanation": "x"})
    assert (bad.status_code, GoldItem.objects.count()) == (422, 0)

    client.post(url, {"q-sentiment": "mixed", "explanation": "Two targets", "rule_number": "1"})

    gold = GoldItem.objects.get()
    assert (gold.values, gold.rule_number, gold.version) == ({"sentiment": "mixed"}, 1, version)
    assert "gold item already" in client.post(url, {"q-sentiment": "mixed"}, follow=True).text
    client.post(url_of("retire_gold", project, gold.pk))
    gold.refresh_from_db()
    assert gold.retired_at
    assert gold_of(project, queue[0], lead).pk != gold.pk


@pytest.mark.parametrize("rule_number", [99])
def test_gold_with_a_rule_that_is_not_there_is_refused(project, queue, lead, rule_number):
    with pytest.raises(ValidationError) as raised:
        gold_of(project, queue[0], lead, rule_number=rule_number)

    assert "rule_number" in raised.value.message_dict


def test_training_longer_than_the_gold_items_is_refused(client_of, project, golds, lead):
    response = client_of(lead).post(url_of("trainees", project), {"items": 5, "pass_mark": 80})

    assert response.status_code == 422
    assert "only 4 gold items" in response.text
    project.refresh_from_db()
    assert project.training_items == 2


def test_lead_sees_who_is_where(client_of, project, golds, lead, annotator, second_annotator):
    say(project, annotator)
    say(project, annotator)
    say(project, second_annotator, "negative")

    found = {each.person.name: each for each in trainees(project)}

    assert found["Bob"].passed_at
    assert (found["Carol"].answered, found["Carol"].attempts) == (1, 0)
    page = client_of(lead).get(url_of("trainees", project)).text
    assert "In training" in page
    assert "2 of 2" in page


def test_rest_trains_and_manages(api_of, project, golds, lead, annotator, outsider):
    base = f"/api/v1/projects/{project.pk}/"
    api = api_of(annotator)
    state = api.get(f"{base}training/").json()
    body = {"gold": state["next"]["gold"], "attempt": 1, "values": {"sentiment": "positive"}}

    reply = api.post(f"{base}training/", body, format="json").json()

    assert (reply["is_right"], reply["right"], reply["passed"]) == (
        True,
        {"sentiment": "positive"},
        None,
    )
    assert api.post(f"{base}training/", body, format="json").json() == reply
    leads = api_of(lead)
    assert len(leads.get(f"{base}gold/").json()["results"]) == 4
    assert leads.get(f"{base}trainees/").json()["results"][0]["person"]
    wanted = {"items": 9, "pass_mark": 80}
    assert leads.put(f"{base}trainees/", wanted, format="json").status_code == 400
    item = open_items(project, 1)[0]
    bad = {"item": item.pk, "values": {"sentiment": "x"}}
    assert "sentiment" in str(leads.post(f"{base}gold/", bad, format="json").json())
    good = {"item": item.pk, "values": {"sentiment": "mixed"}}
    made = leads.post(f"{base}gold/", good, format="json")
    assert made.status_code == 201
    assert leads.delete(f"{base}gold/{made.json()['id']}/").status_code == 204
    assert api_of(outsider).get(f"{base}training/").status_code == 404
    assert TrainingResult.objects.count() == 0
