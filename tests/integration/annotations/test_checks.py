"""Gold items and repeats in the stream: drawn, served like any item, answered, never told."""

import json
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.actions.check_draw import draw
from annotations.actions.lease_items import lease
from annotations.actions.release_expired_leases import release_expired_leases
from annotations.actions.return_items import return_items
from annotations.actions.submit_annotations import submit_annotations
from annotations.actions.training import answer_training, mark_gold, retire_gold
from annotations.models import (
    Annotation,
    Assignment,
    Label,
    Purpose,
    RepeatAnswer,
    TrainingAnswer,
)
from annotations.queries.checks import gold_answers, gold_uses
from annotations.queries.history import last_answers
from annotations.queries.progress import count_totals, progress
from annotations.queries.serving import reopened
from annotations.queries.training import training_state
from annotations.tickets import slot_of
from projects.actions.projects import change_project
from tests.factories.annotations import an_answer, answered, leased, open_items

pytestmark = pytest.mark.django_db


def set_checks(project, by, **settings):
    change_project(project=project, by=by, now=timezone.now(), **settings)
    project.refresh_from_db()


def gold_of(project, item, lead, choice="positive"):
    return mark_gold(
        project=project,
        item=item,
        values={"sentiment": choice},
        explanation="",
        rule_number=None,
        by=lead,
        now=timezone.now(),
    )


def submit(project, by, answer):
    (outcome,) = submit_annotations(project=project, by=by, answers=[answer], now=timezone.now())
    return outcome


def purpose_of(serving):
    return Assignment.objects.get(pk=serving.assignment).purpose


@pytest.fixture
def always(monkeypatch):
    """Every item that is handed out draws a check."""
    monkeypatch.setattr("annotations.actions.check_draw.draw", lambda *_which: 0.0)


@pytest.fixture
def golds(project, queue, lead):
    """Two gold items that nobody is asked to label, and a stream with checks."""
    found = [gold_of(project, item, lead) for item in open_items(project, 2, overlap=0)]
    set_checks(project, lead, gold_rate=50)
    return found


@pytest.fixture
def check(project, golds, always, annotator):
    """The annotator has answered one item, and holds a gold item now."""
    answered(project, annotator)
    (serving,) = leased(project, annotator)
    assert purpose_of(serving) == Purpose.GOLD
    return serving


@pytest.fixture
def repeat(project, queue, always, lead, annotator, monkeypatch):
    """The annotator has answered three items some days ago; the first one comes again."""
    for _ in range(3):
        answered(project, annotator, {"sentiment": "positive"})
    more = open_items(project, 20, overlap=1)
    monkeypatch.setattr(project, "repeat_rate", 50)
    monkeypatch.setattr(project, "repeat_after_items", 2)
    monkeypatch.setattr(project, "repeat_after_days", 0)
    held = leased(project, annotator)
    submit(project, annotator, an_answer(held[0].assignment))
    (serving,) = leased(project, annotator)
    assert purpose_of(serving) == Purpose.REPEAT
    assert serving.item_id not in [item.pk for item in more]
    return serving


def test_stream_without_a_rate_has_no_checks_and_no_statement_more(
    project, queue, golds, lead, annotator
):
    set_checks(project, lead, gold_rate=0)
    with CaptureQueriesContext(connection) as captured:
        leased(project, annotator, 3)

    assert not any("INSERT INTO annotations_assignment" in each["sql"] for each in captured)
    assert not Assignment.objects.exclude(purpose=Purpose.LABEL).exists()


def test_draw_is_the_same_again_and_hits_at_its_rate():
    numbers = [draw(Purpose.GOLD, 7, slot) for slot in range(4000)]

    assert numbers == [draw(Purpose.GOLD, 7, slot) for slot in range(4000)]
    assert numbers != [draw(Purpose.GOLD, 8, slot) for slot in range(4000)]
    assert sum(number < 0.05 for number in numbers) / 4000 == pytest.approx(0.05, abs=0.015)


def test_check_comes_in_its_place_of_the_count_and_stays_after_a_reload(
    project, golds, always, annotator
):
    open_items(project, 30)
    first = leased(project, annotator, 2)
    assert [purpose_of(each) for each in first] == [Purpose.LABEL] * 2
    held = [each.assignment for each in first]

    found = lease(project=project, by=annotator, count=3, have=held).servings
    again = lease(project=project, by=annotator, count=3, have=held).servings

    assert len(found) == 3
    assert sum(purpose_of(each) == Purpose.GOLD for each in found) == 2
    assert [each.assignment for each in again] == [each.assignment for each in found]


def test_gold_item_is_never_served_twice_nor_one_that_was_labeled_or_trained(
    project, queue, always, lead, annotator, second_annotator
):
    trained, labeled, fresh = (
        gold_of(project, item, lead) for item in open_items(project, 3, overlap=0)
    )
    TrainingAnswer.objects.create(
        project=project,
        person=annotator,
        gold=trained,
        attempt=1,
        values={},
        is_right=True,
        created_at=timezone.now(),
    )
    Assignment.objects.create(
        project=project,
        item=labeled.item,
        slot=1,
        state="done",
        annotator=annotator,
        position=0,
        done_at=timezone.now(),
    )
    open_items(project, 10)
    set_checks(project, lead, gold_rate=50)

    served = {serving.item_id for _ in range(8) for serving in [one(project, annotator)]}

    golden = {trained.item_id, labeled.item_id, fresh.item_id}
    assert served & golden == {fresh.item_id}
    others = {serving.item_id for _ in range(8) for serving in [one(project, second_annotator)]}
    assert others >= golden


def one(project, person):
    (serving,) = leased(project, person)[:1]
    assert submit(project, person, an_answer(serving.assignment)).status == 201
    return serving


def test_answer_to_a_check_is_an_ordinary_annotation_and_closes_no_real_slot(
    project, check, golds, annotator
):
    before = Assignment.objects.filter(purpose=Purpose.LABEL, state="open").count()

    outcome = submit(project, annotator, an_answer(check.assignment))

    assert (outcome.status, outcome.code) == (201, "stored")
    made = Annotation.objects.get(pk=outcome.id)
    assert made.item_id in {gold.item_id for gold in golds}
    assert Label.objects.filter(annotation=made).count() == 1
    assert Assignment.objects.filter(purpose=Purpose.LABEL, state="open").count() == before


def test_gold_item_that_is_asked_for_keeps_its_real_slots(
    project, queue, lead, annotator, second_annotator, always
):
    gold = gold_of(project, queue[2], lead)
    set_checks(project, lead, gold_rate=50)
    answered(project, annotator)
    (serving,) = leased(project, annotator)
    assert (serving.item_id, purpose_of(serving)) == (gold.item_id, Purpose.GOLD)

    submit(project, annotator, an_answer(serving.assignment))

    open_slots = Assignment.objects.filter(item=gold.item, state="open", purpose=Purpose.LABEL)
    assert open_slots.count() == 2
    rest = {each.item_id for each in leased(project, annotator, 5)}
    assert gold.item_id not in rest


def test_first_answer_to_a_check_counts_whatever_it_is_changed_to(project, check, annotator):
    first = submit(project, annotator, an_answer(check.assignment, {"sentiment": "mixed"}))
    head = Annotation.objects.get(pk=first.id)

    changed = submit(
        project, annotator, an_answer(None, {"sentiment": "positive"}, supersedes=head.pk)
    )
    skipped = submit(
        project,
        annotator,
        an_answer(None, {}, reason="unclear", supersedes=Annotation.objects.get(pk=changed.id).pk),
    )

    assert (changed.status, skipped.status) == (201, 201)
    (found,) = gold_answers(project)
    assert not found.is_right
    assert Assignment.objects.filter(item=check.item_id).count() == 1


def test_check_that_is_skipped_asks_nobody_else(project, check, annotator):
    outcome = submit(project, annotator, an_answer(check.assignment, {}, reason="unclear"))

    assert outcome.status == 201
    assert Assignment.objects.filter(item=check.item_id).count() == 1
    assert list(gold_answers(project)) == []


def test_check_that_comes_back_waits_for_the_same_person(
    project, check, annotator, second_annotator
):
    assert return_items(project=project, by=annotator, assignments=[check.assignment]) == 1

    assert check.item_id not in {each.item_id for each in leased(project, second_annotator, 1)}
    (again,) = leased(project, annotator)
    assert again.assignment == check.assignment


def test_late_answer_to_a_check_takes_its_own_slot_and_no_real_one(
    project, queue, lead, annotator, always
):
    gold = gold_of(project, queue[2], lead)
    set_checks(project, lead, gold_rate=50)
    answered(project, annotator)
    (serving,) = leased(project, annotator)
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=serving.assignment).update(lease_until=past)
    release_expired_leases()

    outcome = submit(project, annotator, an_answer(serving.assignment))

    assert outcome.status == 201
    assert Annotation.objects.get(pk=outcome.id).assignment_id == serving.assignment
    real = Assignment.objects.filter(item=gold.item, purpose=Purpose.LABEL)
    assert set(real.values_list("state", flat=True)) == {"open"}


def test_gold_item_that_is_retired_is_taken_out_of_the_stream(
    project, golds, always, lead, annotator
):
    answered(project, annotator)
    (waiting,) = Assignment.objects.filter(purpose=Purpose.GOLD)
    gold = next(each for each in golds if each.item_id == waiting.item_id)

    retire_gold(gold=gold, by=lead, now=timezone.now())

    waiting.refresh_from_db()
    assert waiting.state == "closed"
    assert gold.item_id not in {each.item_id for each in leased(project, annotator, 5)}


def test_correctness_follows_from_the_ledger_and_from_what_was_gold_then(
    project, queue, lead, annotator, second_annotator, always
):
    answered(project, second_annotator)  # before the item is gold
    gold = gold_of(project, queue[0], lead, choice="negative")
    set_checks(project, lead, gold_rate=50)
    answered(project, annotator, {"sentiment": "negative"})

    (found,) = gold_answers(project)

    assert (found.person, found.gold, found.is_right) == (annotator.pk, gold.pk, True)
    assert gold_uses([gold])[gold.pk].in_training == 0


def test_answer_of_somebody_who_met_the_item_in_training_is_no_check(
    project, queue, lead, annotator
):
    gold = gold_of(project, queue[0], lead)
    project.training_items = 1
    state = training_state(project, annotator)
    answer_training(
        project=project,
        by=annotator,
        gold=gold.pk,
        attempt=state.attempt,
        values={"sentiment": "positive"},
        now=timezone.now(),
    )
    project.training_items = 0
    answered(project, annotator)

    assert list(gold_answers(project)) == []


def test_progress_moves_alike_and_the_project_counts_no_checks(project, check, annotator):
    before = progress(project, annotator)
    done, total, _at = count_totals(project.pk)

    submit(project, annotator, an_answer(check.assignment))
    after = progress(project, annotator)

    assert (done, total) == (1, 6)
    assert count_totals(project.pk)[:2] == (1, 6)
    assert (before["total"], after["total"]) == (6, 6)


VOLATILE = re.compile(
    r'[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[^"<&]*|msg-\d+|csrf[^>]*>|value="\w{64}"'
)


def shape_of(item):
    """The JSON and the markup of an item without what differs between any two items."""
    numbers = {str(item["assignment"]), str(item["item"]["id"])}
    text = VOLATILE.sub("*", json.dumps(item, sort_keys=True))
    for number in sorted(numbers, key=len, reverse=True):
        text = re.sub(rf"(?<!\d){number}(?!\d)", "#", text)
    return text


def test_gold_item_and_normal_item_look_the_same_to_the_screen(
    project, golds, always, client_of, annotator
):
    bob = client_of(annotator)
    url = reverse("annotations:next", args=[project.slug])

    def ask(have, want=1):
        body = json.dumps({"n": want, "have": have})
        answer = bob.post(
            url, body, content_type="application/json", HTTP_ACCEPT="application/json"
        )
        return answer.json()

    normal = ask([])
    gold = ask([normal["items"][0]["assignment"]])

    slot = slot_of(gold["items"][0]["assignment"])
    assert Assignment.objects.get(pk=slot).purpose == Purpose.GOLD
    assert normal.keys() == gold.keys()
    assert shape_of(normal["items"][0]) == shape_of(gold["items"][0])
    assert normal["progress"] == gold["progress"]
    assert "gold" not in json.dumps(gold).lower()


def test_outcomes_of_gold_and_normal_items_are_the_same(project, check, annotator):
    (normal,) = [each for each in leased(project, annotator, 2) if each != check][:1]
    results = [
        submit(project, annotator, an_answer(serving.assignment)) for serving in (normal, check)
    ]

    first, second = ({**each.as_json(), "id": ""} for each in results)
    assert first == second


def test_rest_says_nothing_about_purposes(project, golds, always, api_of, annotator):
    api = api_of(annotator)
    root = f"/api/v1/projects/{project.pk}"
    (normal,) = api.post(f"{root}/assignments/next/", {"n": 1}, format="json").json()["items"]
    have = [normal["assignment"]]

    body = {"n": 1, "have": have}
    (gold,) = api.post(f"{root}/assignments/next/", body, format="json").json()["items"]

    assert Assignment.objects.get(pk=slot_of(gold["assignment"])).purpose == Purpose.GOLD
    assert gold.keys() == normal.keys()
    assert (gold["round"], gold["draft"]) == (normal["round"], normal["draft"])


def test_repeat_is_stored_beside_the_ledger_and_supersedes_nothing(project, repeat, annotator):
    before = Annotation.objects.count()
    answer = an_answer(repeat.assignment, {"sentiment": "negative"})

    outcome = submit(project, annotator, answer)
    replayed = submit(project, annotator, answer)

    assert (outcome.status, outcome.code, outcome.summary) == (201, "stored", "Negative")
    assert (replayed.status, replayed.summary) == (200, "Negative")
    assert Annotation.objects.count() == before
    row = RepeatAnswer.objects.get()
    assert row.values == {"sentiment": {"kind": "choice", "choice": "negative"}}
    assert row.original.labels.get().choice.key == "positive"
    assert Assignment.objects.get(pk=repeat.assignment).state == "done"


def test_repeat_reads_like_any_answer_of_ones_own(project, repeat, annotator):
    outcome = submit(project, annotator, an_answer(repeat.assignment, {"sentiment": "negative"}))

    latest = last_answers(project, annotator, "en")[0]
    again = reopened(project, annotator, outcome.id)

    assert (latest.annotation, latest.summary) == (outcome.id, "Negative")
    assert (again.answer, again.supersedes) == ({"sentiment": "negative"}, outcome.id)
    assert len({entry.item_id for entry in last_answers(project, annotator, "en")}) == 4


def test_repeat_can_be_changed_and_withdrawn_in_one_line(project, repeat, annotator):
    first = submit(project, annotator, an_answer(repeat.assignment))
    changed = submit(
        project, annotator, an_answer(None, {"sentiment": "mixed"}, supersedes=first_id(first))
    )
    late = submit(
        project, annotator, an_answer(None, {"sentiment": "mixed"}, supersedes=first_id(first))
    )
    gone = submit(
        project, annotator, an_answer(None, {}, kind="retraction", supersedes=first_id(changed))
    )

    assert [each.code for each in (first, changed, late, gone)] == [
        "stored",
        "stored",
        "superseded",
        "stored",
    ]
    assert late.head == changed.id
    assert RepeatAnswer.objects.filter(successor=None).get().kind == "retraction"


def first_id(outcome):
    return RepeatAnswer.objects.get(pk=outcome.id).pk


def test_repeat_refuses_what_the_ledger_refuses(
    project, repeat, annotator, second_annotator, client_of
):
    bad = submit(project, annotator, an_answer(repeat.assignment, {"sentiment": "lost"}))
    foreign = submit(project, second_annotator, an_answer(repeat.assignment))
    stored = submit(project, annotator, an_answer(repeat.assignment))
    twice = submit(project, annotator, an_answer(repeat.assignment))
    taken = submit(
        project,
        annotator,
        an_answer(repeat.assignment, {"sentiment": "mixed"}, id=first_id(stored)),
    )

    assert (bad.status, list(bad.errors)) == (422, ["sentiment"])
    assert (foreign.status, foreign.code) == (410, "lease_lost")
    assert (twice.status, twice.code) == (409, "already_answered")
    assert (taken.status, taken.code) == (409, "id_taken")
    assert RepeatAnswer.objects.count() == 1


def test_repeat_is_asked_only_so_many_answers_and_days_back(
    project, queue, always, lead, annotator
):
    for _ in range(3):
        answered(project, annotator)
    open_items(project, 20, overlap=1)
    set_checks(project, lead, repeat_rate=50, repeat_after_items=10)
    for _ in range(5):
        answered(project, annotator)
    assert not Assignment.objects.filter(purpose=Purpose.REPEAT).exists()

    project.repeat_after_items, project.repeat_after_days = 2, 1
    answered(project, annotator)

    assert not Assignment.objects.filter(purpose=Purpose.REPEAT).exists()


def test_item_is_repeated_once_for_a_person(project, repeat, annotator):
    for _ in range(12):
        held = leased(project, annotator)
        submit(project, annotator, an_answer(held[0].assignment))

    repeated = Assignment.objects.filter(purpose=Purpose.REPEAT)
    assert repeated.count() > 3
    assert repeated.values("item").distinct().count() == repeated.count()


def test_outbox_with_checks_stays_within_its_budget_of_statements(
    project, golds, always, client_of, annotator, django_assert_max_num_queries
):
    open_items(project, 40)
    bob = client_of(annotator)
    url = reverse("annotations:next", args=[project.slug])
    asked = {"content_type": "application/json", "HTTP_ACCEPT": "application/json"}
    bob.post(url, json.dumps({"n": 1, "have": []}), **asked)

    with django_assert_max_num_queries(7):
        bob.post(url, json.dumps({"n": 5, "have": []}), **asked)


def test_database_keeps_repeats_out_of_the_ledger_and_for_ever(project, repeat, annotator):
    head = Annotation.objects.filter(item=repeat.item_id).get()
    with pytest.raises(IntegrityError, match="whose answers are no labels"), transaction.atomic():
        Annotation.objects.create(
            id="00000000-0000-4000-8000-000000000001",
            project=project,
            item_id=repeat.item_id,
            source=head.source,
            version=head.version,
            assignment_id=repeat.assignment,
            kind="answer",
            supersedes=head,
            submitted_at=timezone.now(),
            created_at=timezone.now(),
            tool="test",
            body_hash="0" * 64,
        )
    submit(project, annotator, an_answer(repeat.assignment))
    with pytest.raises(IntegrityError, match="kept for ever"), transaction.atomic():
        RepeatAnswer.objects.update(comment="other")
    row = RepeatAnswer.objects.get()
    row.pk = "00000000-0000-4000-8000-000000000002"
    row.assignment = Assignment.objects.filter(purpose=Purpose.LABEL, state="done").first()
    with pytest.raises(IntegrityError, match="is no repeat"), transaction.atomic():
        row.save(force_insert=True)


def test_database_refuses_a_check_that_anybody_could_take(project, queue):
    with pytest.raises(IntegrityError, match="assignment_check_is_for_one_person"):
        Assignment.objects.create(
            project=project, item=queue[0], slot=9, purpose=Purpose.GOLD, position=1
        )
