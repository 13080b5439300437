"""Items, assignments, the ledger and flags over REST."""

from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.models import Annotation, Assignment, Batch, Flag, Item
from core.models import AuditEntry
from projects.models import ProjectState
from tests.factories.annotations import an_answer, answered, leased, open_items


@pytest.fixture
def path(project):
    return lambda rest: f"/api/v1/projects/{project.pk}/{rest}"


@pytest.fixture
def bob(api_of, annotator):
    return api_of(annotator)


@pytest.fixture
def alice(api_of, lead):
    return api_of(lead)


def sent(assignment, **fields):
    return {
        "id": str(uuid4()),
        "assignment": assignment,
        "version": 1,
        "values": {"sentiment": "positive"},
        **fields,
    }


def close(project):
    project.state = ProjectState.CLOSED
    project.save()


def test_items_post_adds_items_with_slots(alice, path, project):
    body = {
        "items": [
            {"id": "a", "text": "첫 번째"},
            {"id": "b", "payload": {"text": "second", "lang": "en"}, "metadata": {"shop": 3}},
        ],
    }

    reply = alice.post(path("items/"), body, format="json")
    again = alice.post(path("items/"), body, format="json")

    assert (reply.status_code, reply.json()) == (201, {"added": 2, "known": 0})
    assert again.json() == {"added": 0, "known": 2}
    assert Item.objects.get(external_id="b").metadata == {"shop": 3}
    assert Assignment.objects.filter(item__external_id="a").count() == project.overlap
    assert AuditEntry.objects.filter(action="items.add").count() == 2


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([{"id": "a", "text": "x"}, {"id": "a", "text": "y"}], "items[1].id"),
        ([{"id": "msg", "text": "another text"}], "items[0].id"),
        ([{"text": "x"}], "items"),
        ([{"id": "a"}], "items"),
        ([{"id": "a", "text": "x", "payload": {}}], "items"),
        ([{"id": "a", "text": "x", "surprise": 1}], "items"),
        ([{"id": "a", "payload": {"text": "a\u0000b"}}], "items"),
        ([{"id": "a\u0000", "text": "x"}], "items"),
        ([{"id": "a" * 256, "text": "x"}], "items"),
        ([], "items"),
        ("a", "items"),
        ([{"id": str(n), "text": "x"} for n in range(1001)], "items"),
    ],
)
def test_items_post_that_is_not_valid_adds_nothing(alice, path, project, items, field):
    alice.post(path("items/"), {"items": [{"id": "msg", "text": "text"}]}, format="json")

    reply = alice.post(path("items/"), {"items": items}, format="json")

    assert (reply.status_code, list(reply.json()["errors"])) == (400, [field])
    assert (Item.objects.count(), Batch.objects.count()) == (1, 1)


def test_items_post_to_a_closed_project_is_409(alice, path, project):
    close(project)

    reply = alice.post(path("items/"), {"items": [{"id": "a", "text": "x"}]}, format="json")

    assert (reply.status_code, reply.json()["code"]) == (409, "project_closed")


def test_items_are_paged_by_their_ids(alice, path, queue, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        first = alice.get(path("items/?limit=2")).json()
    rest = alice.get(path(f"items/?limit=2&after={first['next_after']}")).json()

    found = [row["id"] for row in first["results"] + rest["results"]]
    assert found == [item.pk for item in queue]
    assert rest["next_after"] is None


@pytest.mark.parametrize("query", ["after=x", "limit=0", "limit=1000", "sort=id"])
def test_items_page_that_makes_no_sense_is_400(alice, path, queue, query):
    assert alice.get(path(f"items/?{query}")).status_code == 400


def test_item_is_read_by_its_id(alice, path, queue):
    assert alice.get(path(f"items/{queue[0].pk}/")).json()["external_id"] == queue[0].external_id
    assert alice.get(path("items/999999/")).status_code == 404


def test_item_of_another_project_is_404(alice, path, queue, owner):
    (other,) = open_items(
        queue[0].batch.project.__class__.objects.create(
            slug="other",
            name="Other",
            created_by=owner,
            created_at=timezone.now(),
        ),
        1,
    )

    assert alice.get(path(f"items/{other.pk}/")).status_code == 404


def test_next_leases_and_submit_stores(bob, path, queue):
    (served,) = bob.post(path("assignments/next/"), {"n": 1}, format="json").json()["items"]

    reply = bob.post(path("annotations/"), {"answers": [sent(served["assignment"])]}, format="json")

    assert served["item"]["external_id"] == queue[0].external_id
    assert served["version"] == 1
    assert reply.status_code == 200
    assert [each["status"] for each in reply.json()["results"]] == [201]
    assert Annotation.objects.get().tool == "unnamed client"


def test_submit_judges_each_answer_on_its_own(bob, path, project, queue, annotator):
    first, second = leased(project, annotator, 2)
    answers = [sent(first.assignment, values={"sentiment": "?"}), sent(second.assignment)]

    reply = bob.post(path("annotations/"), {"answers": answers}, format="json")

    assert [each["status"] for each in reply.json()["results"]] == [422, 201]


@pytest.mark.parametrize(
    "body",
    [[], {}, {"answers": 1}, {"answers": [{}] * 21}, {"answers": [], "want": 1}],
)
def test_submit_of_a_wrong_shape_is_400(bob, path, queue, body):
    assert bob.post(path("annotations/"), body, format="json").status_code == 400


def test_next_of_a_closed_project_is_409(bob, path, project, queue):
    close(project)

    reply = bob.post(path("assignments/next/"), {}, format="json")

    assert (reply.status_code, reply.json()["code"]) == (409, "project_closed")


def test_return_opens_the_slot_of_its_holder_only(bob, path, project, queue, second_annotator):
    theirs = leased(project, second_annotator)[0].assignment
    (served,) = bob.post(path("assignments/next/"), {}, format="json").json()["items"]

    mine = bob.post(path(f"assignments/{served['assignment']}/return/"))
    others = bob.post(path(f"assignments/{theirs}/return/"))

    assert (mine.json(), others.json()) == ({"returned": 1}, {"returned": 0})


def test_annotations_tell_their_whole_lineage(alice, path, project, queue, annotator, version):
    outcome = answered(project, annotator)

    row = alice.get(path(f"annotations/{outcome.id}/")).json()

    assert row["values"] == {"sentiment": "positive"}
    assert (row["version"], row["annotator"], row["source_kind"], row["is_current"]) == (
        1,
        annotator.pk,
        "human",
        True,
    )
    assert row["served_at"]


def test_annotations_are_paged_in_the_order_of_storing(
    alice,
    path,
    project,
    queue,
    annotator,
    second_annotator,
    django_assert_max_num_queries,
):
    expected = [
        answered(project, person).id
        for _round in range(3)
        for person in (annotator, second_annotator)
    ]
    found, after = [], ""
    while after is not None:
        with django_assert_max_num_queries(7):
            page = alice.get(path("annotations/"), {"limit": 4, "after": after}).json()
        found += [row["id"] for row in page["results"]]
        after = page["next_after"]

    assert found == expected


def test_annotations_of_an_annotator_are_their_own(
    bob,
    path,
    project,
    queue,
    annotator,
    second_annotator,
):
    mine = answered(project, annotator)
    theirs = answered(project, second_annotator)

    listed = [row["id"] for row in bob.get(path("annotations/")).json()["results"]]

    assert listed == [mine.id]
    assert bob.get(path(f"annotations/{theirs.id}/")).status_code == 404


def test_annotations_stay_hidden_from_who_may_still_be_asked(
    api_of,
    path,
    project,
    queue,
    annotator,
    owner,
):
    outcome = answered(project, annotator)
    olga = api_of(owner)

    before = olga.get(path(f"annotations/{outcome.id}/")).status_code
    answered(project, owner)
    after = olga.get(path(f"annotations/{outcome.id}/")).status_code

    assert (before, after) == (404, 200)


@pytest.mark.parametrize("after", ["x", "2026-01-01~x", "2026-01-01T00:00:00Z~1"])
def test_annotations_page_mark_that_is_not_one_is_400(alice, path, queue, after):
    assert alice.get(path("annotations/"), {"after": after}).status_code == 400


def test_flags_are_all_for_the_lead_and_own_for_annotators(
    alice,
    bob,
    path,
    project,
    queue,
    version,
    second_annotator,
):
    Flag.objects.create(
        project=project,
        item=queue[0],
        version=version,
        by=second_annotator,
        comment="?",
        created_at=timezone.now(),
    )

    assert [row["comment"] for row in alice.get(path("flags/")).json()["results"]] == ["?"]
    assert bob.get(path("flags/")).json()["results"] == []


WATCH = [("get", "items/"), ("get", "items/1/")]
BRING = [("post", "items/")]
LABEL = [
    ("post", "assignments/next/"),
    ("post", "assignments/1/return/"),
    ("post", "annotations/"),
]


@pytest.mark.parametrize(("method", "rest"), WATCH + BRING)
def test_watching_and_bringing_items_is_not_for_annotators(bob, path, queue, method, rest):
    assert getattr(bob, method)(path(rest), {}, format="json").status_code == 403


@pytest.mark.parametrize(("method", "rest"), LABEL)
def test_labeling_is_not_for_reviewers(api_of, reviewer, path, queue, method, rest):
    assert getattr(api_of(reviewer), method)(path(rest), {}, format="json").status_code == 403


@pytest.mark.parametrize(
    ("method", "rest"),
    [*WATCH, *BRING, *LABEL, ("get", "annotations/"), ("get", "flags/")],
)
def test_outsider_finds_nothing_and_nobody_must_sign_in(
    api_of,
    outsider,
    client,
    path,
    queue,
    method,
    rest,
):
    assert getattr(api_of(outsider), method)(path(rest), {}, format="json").status_code == 404
    assert getattr(client, method)(path(rest)).status_code == 401


@pytest.mark.parametrize(("method", "rest"), [*BRING, *LABEL])
def test_token_for_reading_changes_nothing(api_of, owner, path, queue, method, rest):
    reader = api_of(owner, scopes=["read"])

    assert getattr(reader, method)(path(rest), {}, format="json").status_code == 403


def test_both_doors_give_the_same_outcome_for_the_same_bad_answer(
    bob,
    client_of,
    path,
    project,
    queue,
    annotator,
):
    slot = leased(project, annotator)[0].assignment
    screen = client_of(annotator)
    for change in (
        {"values": {"sentiment": "?"}},
        {"values": {}},
        {"version": 9},
        {"assignment": 10**9},
        {"kind": "skip"},
        {"supersedes": str(an_answer(1).id)},
        {"id": "x"},
    ):
        body = {"answers": [sent(slot) | change]}
        rest = bob.post(path("annotations/"), body, format="json").json()["results"]
        page = screen.post(
            f"/w/{project.slug}/outbox/",
            body,
            content_type="application/json",
        ).json()["results"]
        assert rest == page
        assert rest[0]["status"] == 422
