"""The labeling screen over HTTP."""

import json
import re
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.actions.submit_annotations import submit_annotations
from annotations.models import Annotation, Assignment, Draft, Flag
from projects.models import ProjectState
from tests.factories.annotations import (
    ItemFactory,
    an_answer,
    answered,
    leased,
    open_items,
    open_slots,
)
from tests.factories.guidelines import publish_version

JSON = {"Accept": "application/json"}


@pytest.fixture
def bob(client_of, annotator):
    return client_of(annotator)


@pytest.fixture
def url(project):
    return lambda name, *args: reverse(f"annotations:{name}", args=[project.slug, *args])


def post(client, path, body):
    return client.post(path, json.dumps(body), content_type="application/json", headers=JSON)


def sent(assignment, values=None, **fields):
    return {
        "id": str(uuid4()),
        "assignment": assignment,
        "kind": "answer",
        "values": {"sentiment": "positive"} if values is None else values,
        "supersedes": None,
        "version": 1,
        "started_at": timezone.now().isoformat(),
        "active_ms": 1200,
        "reason": "",
        "comment": "",
        "screen": "label-1",
        **fields,
    }


def test_label_reads_without_writing(bob, url, queue, django_assert_max_num_queries):
    bob.get(url("label"))
    with django_assert_max_num_queries(10) as captured:
        page = bob.get(url("label"))

    assert page.status_code == 200
    assert not Assignment.objects.exclude(state="open").exists()
    assert not re.search(r"\b(INSERT|UPDATE|DELETE)\b", " ".join(q["sql"] for q in captured))


def test_label_shows_what_is_leased_already(bob, url, project, queue, annotator):
    leased(project, annotator)

    page = bob.get(url("label"))

    assert queue[0].external_id in page.content.decode()
    assert queue[0].payload["text"] in page.content.decode()
    assert page.context["version"].number == 1


def test_label_markup_in_the_text_is_shown_as_text(bob, url, project, version, annotator):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    open_slots(ItemFactory(project=project, payload={"text": nasty}))
    leased(project, annotator)

    body = bob.get(url("label")).content.decode()

    assert "<script>alert(1)" not in body
    assert "<img src=x" not in body
    assert "&lt;img src=x" in body


def test_label_of_a_closed_project_says_so(bob, url, project, queue):
    project.state = ProjectState.CLOSED
    project.save()

    page = bob.get(url("label"))

    assert "annotations/closed.html" in [template.name for template in page.templates]


def test_label_without_a_guideline_says_what_to_do(bob, url, project):
    page = bob.get(url("label"))

    assert "annotations/no_guideline.html" in [template.name for template in page.templates]


def test_next_gives_servings_with_their_html(bob, url, queue):
    reply = post(bob, url("next"), {"n": 2, "have": []}).json()

    first = reply["items"][0]
    assert [each["item"]["id"] for each in reply["items"]] == [queue[0].pk, queue[1].pk]
    assert first["version"] == 1
    assert 'name="q-sentiment"' in first["html"]
    assert "metadata" not in first["item"]
    assert reply["progress"] == {"done": 0, "total": 6, "mine": 0}


def test_next_as_a_plain_form_leases_one_and_goes_back(bob, url, queue):
    reply = bob.post(url("next"))

    assert (reply.status_code, reply.url) == (302, url("label"))
    assert Assignment.objects.filter(state="leased").count() == 1


def test_outbox_of_somebody_else_is_refused_whole(bob, url, queue, annotator, second_annotator):
    (held,) = post(bob, url("next"), {"n": 1}).json()["items"]
    body = {"answers": [sent(held["assignment"])], "want": 1, "have": []}

    refused = post(bob, url("outbox"), {**body, "user": second_annotator.pk})

    assert (refused.status_code, refused.json()["code"]) == (409, "other_person")
    assert Annotation.objects.count() == 0
    assert post(bob, url("outbox"), {**body, "user": annotator.pk}).status_code == 200
    assert Annotation.objects.count() == 1


def test_outbox_stores_and_hands_out_the_next(bob, url, queue):
    (held,) = post(bob, url("next"), {"n": 1}).json()["items"]

    answer = sent(held["assignment"])
    reply = post(bob, url("outbox"), {"answers": [answer], "want": 1, "have": []})

    body = reply.json()
    assert reply.status_code == 200
    assert body["results"] == [
        {
            "id": answer["id"],
            "status": 201,
            "code": "stored",
            "message": "",
            "errors": {},
            "summary": "Positive",
            "head": None,
        },
    ]
    assert [each["item"]["id"] for each in body["items"]] == [queue[1].pk]
    assert body["progress"]["mine"] == 1
    assert Annotation.objects.get().tool == "label-1"


def test_outbox_submit_and_next_cost_at_most_eight_statements(
    bob,
    url,
    project,
    version,
    django_assert_max_num_queries,
):
    open_items(project, 8)
    (held,) = post(bob, url("next"), {"n": 1}).json()["items"]
    for _warm_up in range(2):
        reply = post(
            bob,
            url("outbox"),
            {"answers": [sent(held["assignment"])], "want": 1, "have": []},
        )
        (held,) = reply.json()["items"]

    with django_assert_max_num_queries(7):
        reply = post(
            bob,
            url("outbox"),
            {"answers": [sent(held["assignment"])], "want": 1, "have": []},
        )

    assert reply.json()["results"][0]["status"] == 201


def test_outbox_of_a_closed_project_refuses_each_answer(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment
    project.state = ProjectState.CLOSED
    project.save()

    reply = post(bob, url("outbox"), {"answers": [sent(slot)], "want": 1, "have": []})

    body = reply.json()
    assert (reply.status_code, body["items"]) == (200, [])
    assert (body["results"][0]["status"], body["results"][0]["code"]) == (409, "project_closed")
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "no-uuid"}, "id"),
        ({"id": None}, "id"),
        ({"kind": "guess"}, "kind"),
        ({"assignment": "7"}, "assignment"),
        ({"assignment": None}, "assignment"),
        ({"assignment": 2**70}, "assignment"),
        ({"version": -1}, "version"),
        ({"values": ["positive"]}, "values"),
        ({"values": {"sentiment": "a\u0000b"}}, "values"),
        ({"values": {"sentiment": "\ud800"}}, "values"),
        ({"comment": "x" * 2001}, "comment"),
        ({"comment": "a\u0000b"}, "comment"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-11-20T10:00:00"}, "started_at"),
        ({"active_ms": 1.5}, "active_ms"),
        ({"supersedes": 5}, "supersedes"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_outbox_answer_of_a_wrong_shape_is_refused_alone(
    bob,
    url,
    project,
    queue,
    annotator,
    change,
    field,
):
    first, second = leased(project, annotator, 2)
    answers = [sent(first.assignment) | change, sent(second.assignment)]

    reply = post(bob, url("outbox"), {"answers": answers})

    bad, good = reply.json()["results"]
    assert (bad["status"], list(bad["errors"]), good["status"]) == (422, [field], 201)
    assert bad["message"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        '{"answers": 5}',
        '{"answers": [], "want": "many"}',
        '{"want": NaN}',
        '{"have": [1, "2"]}',
        '{"surprise": 1}',
        '{"answers": [' + ",".join(["{}"] * 21) + "]}",
        "[" * 100_000,
    ],
)
def test_outbox_that_cannot_be_read_is_422(bob, url, queue, body):
    reply = bob.post(url("outbox"), body, content_type="application/json", headers=JSON)

    assert reply.status_code == 422
    assert reply.json()["message"]


def test_submit_form_stores_and_comes_back_with_the_next_item(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment
    fields = {"annotation_id": str(uuid4()), "q-sentiment": "mixed", "action": "submit"}

    reply = bob.post(url("submit", slot), fields, follow=True)
    bob.post(url("submit", slot), fields)

    assert reply.redirect_chain == [(url("label"), 302)]
    assert queue[1].payload["text"] in reply.content.decode()
    assert Annotation.objects.get().labels.get().choice.key == "mixed"


def test_submit_form_without_an_answer_shows_the_item_again(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment

    reply = bob.post(url("submit", slot), {"annotation_id": str(uuid4()), "action": "submit"})

    assert reply.status_code == 422
    assert "This question needs an answer." in reply.content.decode()
    assert not Annotation.objects.exists()


def test_submit_form_skips_with_a_reason(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment

    bob.post(url("submit", slot), {"action": "skip", "reason": "broken"})

    assert Annotation.objects.get().kind == "skip"


def test_draft_is_kept_and_comes_back_with_the_item(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment

    for value in ("mixed", "negative"):
        reply = bob.put(url("draft", slot), json.dumps({"values": {"sentiment": value}}))
        assert reply.status_code == 204

    (again,) = leased(project, annotator)
    assert again.draft == {"sentiment": "negative"}
    assert Draft.objects.count() == 1


def test_draft_for_a_slot_of_somebody_else_is_gone(
    bob,
    url,
    project,
    queue,
    annotator,
    second_annotator,
):
    theirs = leased(project, second_annotator)[0].assignment

    reply = bob.put(url("draft", theirs), json.dumps({"values": {}}))

    assert (reply.status_code, Draft.objects.count()) == (410, 0)


@pytest.mark.parametrize("body", ["{}", '{"values": 1}', '{"values": {"a": "\\u0000"}}', "x"])
def test_draft_of_a_wrong_shape_is_422(bob, url, project, queue, annotator, body):
    slot = leased(project, annotator)[0].assignment

    assert bob.put(url("draft", slot), body).status_code == 422


def test_flag_is_stored_with_the_version_that_was_served(
    bob,
    url,
    project,
    queue,
    annotator,
    version,
):
    slot = leased(project, annotator)[0].assignment
    publish_version(project)

    reply = post(bob, url("flags"), {"assignment": slot, "comment": "Two questions in one?"})

    flag = Flag.objects.get()
    assert (reply.status_code, flag.version, flag.by, flag.item) == (
        201,
        version,
        annotator,
        queue[0],
    )


def test_flag_without_words_is_422(bob, url, project, queue, annotator):
    slot = leased(project, annotator)[0].assignment

    reply = post(bob, url("flags"), {"assignment": slot, "comment": "  "})

    assert (reply.status_code, Flag.objects.count()) == (422, 0)


def test_flag_on_an_item_that_was_never_served_is_404(bob, url, queue):
    reply = post(bob, url("flags"), {"item": queue[2].pk, "comment": "?"})

    assert (reply.status_code, Flag.objects.count()) == (404, 0)


def test_history_item_gives_the_answer_back_with_its_head(bob, url, project, queue, annotator):
    first = answered(project, annotator)
    second = an_answer(None, {"sentiment": "mixed"}, supersedes=UUID(first.id))
    submit_annotations(project=project, by=annotator, answers=[second], now=timezone.now())

    reply = bob.get(url("history_item", first.id), headers=JSON).json()

    assert (reply["answer"], reply["supersedes"]) == ({"sentiment": "mixed"}, str(second.id))
    assert f'data-supersedes="{second.id}"' in reply["html"]


def test_history_item_of_somebody_else_is_404(
    bob,
    url,
    project,
    queue,
    annotator,
    second_annotator,
):
    theirs = answered(project, second_annotator)

    assert bob.get(url("history_item", theirs.id), headers=JSON).status_code == 404


def test_history_shows_only_own_answers_and_each_item_once(
    bob,
    url,
    project,
    queue,
    annotator,
    second_annotator,
    django_assert_max_num_queries,
):
    answered(project, annotator)
    answered(project, second_annotator, {"sentiment": "negative"})

    with django_assert_max_num_queries(7):
        page = bob.get(url("history")).content.decode()

    assert "Positive" in page
    assert "Negative" not in page


def test_history_open_page_works_without_javascript(bob, url, project, queue, annotator):
    first = answered(project, annotator)
    target = bob.get(url("history_item", first.id)).url

    page = bob.get(target)
    reply = bob.post(
        url("submit", page.context["items"][0]["assignment"]),
        {"annotation_id": str(uuid4()), "supersedes": first.id, "q-sentiment": "negative"},
    )

    assert reply.status_code == 302
    assert str(Annotation.objects.current().get().supersedes_id) == first.id


def test_return_gives_everything_back(bob, url, project, queue, annotator):
    leased(project, annotator, 3)

    reply = bob.post(url("return"), headers=JSON)

    assert reply.json() == {"returned": 3}
    assert not Assignment.objects.filter(state="leased").exists()


def test_return_of_named_ones_leaves_the_others(bob, url, project, queue, annotator):
    first, second = leased(project, annotator, 2)

    post(bob, url("return"), {"assignments": [first.assignment]})

    assert Assignment.objects.get(state="leased").pk == second.assignment


@pytest.mark.parametrize(
    ("name", "method"),
    [("label", "get"), ("next", "post"), ("outbox", "post"), ("flags", "post"), ("history", "get")],
)
def test_labeling_is_for_annotators_only(
    client,
    client_of,
    url,
    reviewer,
    outsider,
    queue,
    name,
    method,
):
    def status(who):
        return getattr(who, method)(url(name)).status_code

    assert status(client) == 302
    assert status(client_of(reviewer)) == 403
    assert status(client_of(outsider)) == 404


def test_outbox_answer_of_another_is_never_in_what_an_annotator_gets(
    bob,
    url,
    project,
    queue,
    second_annotator,
):
    answered(project, second_annotator, {"sentiment": "negative"}, comment="Carol's words")

    texts = [
        bob.get(url("label")).content.decode(),
        post(bob, url("next"), {"n": 3}).content.decode(),
        bob.get(url("history"), headers=JSON).content.decode(),
    ]

    assert not any("Carol" in text for text in texts)
    assert all("checked" not in item["html"] for item in json.loads(texts[1])["items"])
