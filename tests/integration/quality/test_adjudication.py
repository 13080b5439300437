"""Deciding disputed items through both doors; what the database itself refuses."""

import json
import re
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.jobs import run_job
from core.models import AuditEntry
from projects.models import Membership
from quality.models import Adjudication
from tests.factories.annotations import open_slots
from tests.factories.quality import AnswerLedger, agreement_run, small_ledger

pytestmark = pytest.mark.django_db
OWN = {"do": "own", "reason": "rule", "rule_number": "", "comment": "two targets"}


@pytest.fixture
def ledger(project):
    ledger = small_ledger(project)
    run_job(agreement_run(ledger).job_id)
    return ledger


@pytest.fixture
def marks(project):
    """Three people's boxes on one item."""
    ledger = AnswerLedger(project, "boxes")
    for name, x in (("ann", 10), ("ben", 12), ("cho", 50)):
        box = {"part": "image", "x": x, "y": 5, "width": 20, "height": 10, "choice": "cat"}
        ledger.say("one", name, {"kind": "boxes", "boxes": [box]})
    run_job(agreement_run(ledger).job_id)
    return ledger


def address(project, item, question="sentiment"):
    return f"{reverse('quality:adjudication', args=[project.slug, item.pk])}?question={question}"


def next_address(project, question="sentiment"):
    return f"{reverse('quality:adjudicate', args=[project.slug])}?question={question}"


def words_of(page):
    """The words that a reader sees: a token in the markup may spell anybody's name."""
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", page))


def disputed(client, project, **more):
    """The address of the item that the queue leads to, or of the queue when it is at its end."""
    url = reverse("quality:adjudicate_next", args=[project.slug])
    response = client.post(url, {"question": "sentiment", **more})
    assert response.status_code == 302
    return response.url


def item_in(url):
    return int(url.split("?")[0].rstrip("/").split("/")[-1])


def test_queue_leads_from_one_disputed_item_to_the_next_and_ends(
    client_of, project, reviewer, ledger
):
    client = client_of(reviewer)
    seen, url = [], disputed(client, project)
    for _turn in range(2):
        seen.append(item_in(url))
        page = client.get(url).content.decode()
        assert "Annotator A" in page
        assert "Ann" not in words_of(page)
        answer = client.post(url, {**OWN, "q-sentiment": "mixed"})
        assert answer.status_code == 302
        url = answer.url

    assert len(set(seen)) == 2
    assert "Every item of this order is decided" in client.get(url).content.decode()
    made = Adjudication.objects.order_by("pk").first()
    assert made.value == {"kind": "choice", "choice": "mixed"}
    assert (made.choice.key, made.reason, made.by) == ("mixed", "rule", reviewer)
    assert made.version == ledger.version
    assert AuditEntry.objects.filter(action="item.adjudicated").count() == 2


def test_names_are_shown_only_when_asked_for(client_of, project, reviewer, ledger):
    client = client_of(reviewer)
    url = disputed(client, project)

    assert "Ben" not in words_of(client.get(f"{url}&names=shown").content.decode())
    asked = reverse("quality:adjudication_names", args=[project.slug, item_in(url)])
    shown = client.post(f"{asked}?question=sentiment")
    assert "Ben" in words_of(client.get(shown.url).content.decode())
    client.post(f"{asked}?question=sentiment")
    entry = AuditEntry.objects.get(action="item.names_shown")
    assert (entry.actor_name, entry.subject) == ("Rita", f"item:{item_in(url)}")

    client.post(url, {**OWN, "q-sentiment": "mixed"})
    assert Adjudication.objects.get().names_shown


def test_item_that_is_put_aside_is_not_next(client_of, project, reviewer, ledger):
    client = client_of(reviewer)
    first = disputed(client, project)

    second = disputed(client, project, after=item_in(first))
    third = disputed(client, project, after=item_in(second))

    assert item_in(second) != item_in(first)
    assert item_in(third) == item_in(first)


def test_adopting_takes_the_answer_as_it_is(client_of, project, reviewer, marks):
    annotation = marks.heads[("one", "ben")]
    client = client_of(reviewer)
    url = address(project, marks.item("one"), "boxes")
    answer = client.post(url, {"do": f"adopt:{annotation.pk}", "reason": "slip"})

    assert answer.status_code == 302
    made = Adjudication.objects.get()
    assert made.adopted == annotation
    assert made.value["boxes"][0]["x"] == 12


def test_marks_of_all_are_offered_joined(client_of, project, reviewer, marks):
    page = client_of(reviewer).get(address(project, marks.item("one"), "boxes"))

    (joined,) = page.context["answers_data"]["merged"]
    assert 10 <= joined["x"] <= 12
    assert len(page.context["case"].columns) == 3


def test_second_thought_supersedes_and_both_are_kept(client_of, project, reviewer, lead, ledger):
    client = client_of(reviewer)
    url = disputed(client, project)
    client.post(url, {**OWN, "q-sentiment": "mixed"})
    first = Adjudication.objects.get()

    stale = client.post(url, {**OWN, "q-sentiment": "negative"})
    assert stale.status_code == 302
    assert Adjudication.objects.count() == 1

    client.post(url, {"do": "undecidable", "reason": "taste", "supersedes": first.pk})
    second = Adjudication.objects.get(supersedes=first)
    assert (second.verdict, second.value, second.choice) == ("undecidable", None, None)
    listed = client_of(lead).get(reverse("quality:decisions", args=[project.slug]))
    assert "Cannot be decided" in listed.content.decode()
    assert len(listed.context["rows"]) == 1


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"do": "own"}, "needs an answer"),
        ({"do": "own", "q-sentiment": "joy"}, "not a choice"),
        ({"do": f"adopt:{uuid.uuid4()}"}, "does not stand any more"),
        ({"do": "adopt:nonsense"}, "does not stand any more"),
        ({"do": "own", "q-sentiment": "mixed", "rule_number": "99"}, "no rule R99"),
    ],
)
def test_what_cannot_be_decided_comes_back_with_the_reason(
    client_of, project, reviewer, ledger, sent, message
):
    client = client_of(reviewer)
    answer = client.post(disputed(client, project), {"reason": "slip", **sent})

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Adjudication.objects.exists()


def test_annotator_and_lead_may_not_decide_and_outsiders_find_nothing(
    client_of, project, annotator, lead, outsider, ledger
):
    url = address(project, next(iter(ledger.items.values())))
    for person, status in ((annotator, 403), (lead, 403), (outsider, 404)):
        assert client_of(person).post(url, {**OWN, "q-sentiment": "mixed"}).status_code == status
    assert not Adjudication.objects.exists()


def test_reviewer_who_may_still_be_asked_sees_and_decides_nothing(
    client_of, project, reviewer, ledger
):
    membership = Membership.objects.get(project=project, user=reviewer)
    membership.roles = ["annotator", "reviewer"]
    membership.save()
    client = client_of(reviewer)
    item = next(iter(ledger.items.values()))
    open_slots(item)

    assert client.get(address(project, item)).status_code == 403
    answer = client.post(address(project, item), {**OWN, "q-sentiment": "mixed"})
    assert answer.status_code == 403
    assert not Adjudication.objects.exists()


def test_rest_lists_and_makes_decisions(api_of, project, reviewer, ledger):
    api, url = api_of(reviewer), f"/api/v1/projects/{project.pk}/quality/adjudications/"
    item = next(iter(ledger.items.values()))
    body = {"item": item.pk, "question": "sentiment", "value": "mixed", "comment": "both"}

    made = api.post(url, body, format="json")
    assert made.status_code == 201, made.json()
    again = api.post(url, body, format="json")
    assert again.status_code == 409
    second = api.post(
        url, {**body, "value": "negative", "supersedes": made.json()["id"]}, format="json"
    )
    assert second.status_code == 201

    (listed,) = api.get(url).json()["results"]
    assert listed["value"] == {"kind": "choice", "choice": "negative"}
    assert listed["supersedes"] == made.json()["id"]


def test_rest_refuses_bad_input_other_roles_and_strangers(
    api_of, project, reviewer, lead, outsider, ledger
):
    url = f"/api/v1/projects/{project.pk}/quality/adjudications/"
    item = next(iter(ledger.items.values()))
    body = {"item": item.pk, "question": "sentiment", "value": "mixed"}

    assert api_of(lead).post(url, body, format="json").status_code == 403
    assert api_of(outsider).post(url, body, format="json").status_code == 404
    for wrong in ({"value": "joy"}, {"question": "nope"}, {"verdict": "maybe"}, {"item": 0}):
        answer = api_of(reviewer).post(url, {**body, **wrong}, format="json")
        assert answer.status_code == 400, json.dumps(wrong)
    assert not Adjudication.objects.exists()


def decision(ledger, **changes):
    item = next(iter(ledger.items.values()))
    fields = {
        "project": ledger.project,
        "item": item,
        "question": ledger.question,
        "version": ledger.version,
        "verdict": "decided",
        "value": {"kind": "choice", "choice": "mixed"},
        "choice": ledger.choice("mixed"),
        "reason": "slip",
        "by": ledger.project.created_by,
        "created_at": ledger.now,
    }
    return Adjudication.objects.create(**(fields | changes))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE quality_adjudication SET comment = 'x'",
        "DELETE FROM quality_adjudication",
        "TRUNCATE quality_adjudication CASCADE",
    ],
)
def test_database_keeps_decisions_for_ever(ledger, sql):
    from django.db import connection

    decision(ledger)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Adjudication.objects.count() == 1


def test_database_refuses_decisions_that_do_not_hang_together(ledger):
    first = decision(ledger)
    other = list(ledger.items.values())[1]
    wrong = [
        {},  # a second first decision
        {"item": other, "value": None, "choice": None},
        {"item": other, "verdict": "excluded"},
        {"item": other, "value": {"kind": "boxes", "boxes": []}, "choice": None},
        {"item": other, "choice": ledger.choice("negative")},
        {"item": other, "supersedes": first},
    ]
    for changes in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            decision(ledger, **changes)
    assert Adjudication.objects.count() == 1
