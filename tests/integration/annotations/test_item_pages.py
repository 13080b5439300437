"""The items browser and the page of one item."""

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.actions.submit_annotations import submit_annotations
from annotations.models import Flag, Item
from annotations.queries import items as item_queries
from tests.factories.annotations import ItemFactory, an_answer, answered, leased, open_items


@pytest.fixture
def alice(client_of, lead):
    return client_of(lead)


@pytest.fixture
def listing(project):
    return reverse("annotations:items", args=[project.slug])


def page_of(project, item):
    return reverse("annotations:item", args=[project.slug, item.pk])


def shown(reply):
    return [row.item.external_id for row in reply.context["page"].rows]


def test_items_page_costs_the_same_few_statements_however_long(
    alice,
    project,
    version,
    listing,
    django_assert_max_num_queries,
):
    open_items(project, 60)
    alice.get(listing)

    with django_assert_max_num_queries(7):
        page = alice.get(listing)

    assert len(page.context["page"].rows) == item_queries.PAGE


def test_items_pages_follow_each_other(alice, project, version, listing):
    items = open_items(project, 60)
    first = alice.get(listing)
    second = alice.get(listing, {"after": first.context["page"].next_after})

    assert shown(first) + shown(second) == [item.external_id for item in items]


def test_items_page_counts_slots_and_answers(alice, project, queue, annotator, listing):
    answered(project, annotator)

    row = alice.get(listing).context["page"].rows[0]

    assert (row.slots, row.done) == (2, 1)


def test_items_are_found_by_the_beginning_of_their_id(alice, project, listing):
    for name in ("order-2", "order-10", "Order-1", "o_der", "주문-1"):
        ItemFactory(project=project, external_id=name)

    assert shown(alice.get(listing, {"id": "order-"})) == ["order-10", "order-2"]
    assert shown(alice.get(listing, {"id": "주"})) == ["주문-1"]
    assert shown(alice.get(listing, {"id": "o%"})) == []


def test_items_found_by_id_are_paged_by_id(alice, project, listing, monkeypatch):
    monkeypatch.setattr(
        item_queries.items_page,
        "__kwdefaults__",
        {
            "prefix": "",
            "batch": None,
            "narrowed": None,
            "after": "",
            "size": 2,
        },
    )
    for name in ("x-3", "x-1", "x-2"):
        ItemFactory(project=project, external_id=name)

    first = alice.get(listing, {"id": "x"})
    second = alice.get(listing, {"id": "x", "after": first.context["page"].next_after})

    assert (shown(first), shown(second)) == (["x-1", "x-2"], ["x-3"])


def test_items_are_filtered_by_state_and_batch(
    alice,
    project,
    version,
    listing,
    annotator,
    second_annotator,
):
    done, waiting, gone, asked = open_items(project, 4, overlap=1)
    answered(project, annotator)
    Item.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())
    Flag.objects.create(
        project=project,
        item=asked,
        version=version,
        by=annotator,
        comment="?",
        created_at=timezone.now(),
    )
    other = ItemFactory(project=project)

    def found(**query):
        return shown(alice.get(listing, query))

    assert found(state="done") == [done.external_id]
    assert found(state="open") == [waiting.external_id, asked.external_id]
    assert found(state="withdrawn") == [gone.external_id]
    assert found(state="flagged") == [asked.external_id]
    assert found(batch=other.batch_id) == [other.external_id]


def test_items_rare_state_is_looked_for_in_steps(alice, project, version, listing, monkeypatch):
    monkeypatch.setattr(item_queries, "EXAMINED", 2)
    items = open_items(project, 5)
    Item.objects.filter(pk=items[4].pk).update(withdrawn_at=timezone.now())

    found, after, pages = [], "", 0
    while after is not None and pages < 9:
        page = alice.get(listing, {"state": "withdrawn", "after": after})
        found, after, pages = found + shown(page), page.context["page"].next_after, pages + 1

    assert found == [items[4].external_id]


@pytest.mark.parametrize("query", ["state=lost", "batch=x", "batch=999999", "id=" + "x" * 300])
def test_items_filter_that_makes_no_sense_is_422(alice, queue, listing, query):
    assert alice.get(f"{listing}?{query}").status_code == 422


def test_items_page_without_items_says_what_to_do(alice, listing):
    assert "No items yet" in alice.get(listing).content.decode()


def test_item_page_shows_every_line_with_its_lineage(
    alice,
    project,
    queue,
    annotator,
    second_annotator,
    django_assert_max_num_queries,
):
    first = an_answer(leased(project, annotator)[0].assignment)
    second = an_answer(first.assignment, {"sentiment": "mixed"}, supersedes=first.id, comment="no")
    now = timezone.now()
    submit_annotations(project=project, by=annotator, answers=[first, second], now=now)
    answered(project, second_annotator, {}, reason="unclear")

    with django_assert_max_num_queries(14):
        page = alice.get(page_of(project, queue[0]))

    text = page.content.decode()
    bob, carol = page.context["detail"].lines
    assert [entry.summary for entry in bob.entries] == ["Mixed", "Positive"]
    assert [entry.is_current for entry in bob.entries] == [True, False]
    assert [entry.summary for entry in carol.entries] == ["Skipped"]
    assert str(second.id) in text
    assert queue[0].payload["text"] in text


def test_item_page_hides_answers_from_who_holds_a_slot_of_it(
    client_of,
    project,
    queue,
    annotator,
    owner,
):
    answered(project, annotator, comment="Bob's words")
    olga = client_of(owner)
    (served,) = leased(project, owner)
    assert served.item_id == queue[0].pk

    during = olga.get(page_of(project, queue[0]))
    answered(project, owner)
    after = olga.get(page_of(project, queue[0]))

    assert during.context["detail"].lines is None
    assert "Bob&#x27;s words" not in during.content.decode()
    assert "Bob&#x27;s words" in after.content.decode()


def test_item_page_hides_answers_from_a_labeler_who_may_still_be_asked(
    client_of,
    project,
    queue,
    annotator,
    owner,
):
    answered(project, annotator)

    page = client_of(owner).get(page_of(project, queue[0]))

    assert page.context["detail"].lines is None


def test_item_page_of_another_project_is_404(alice, project, queue, version):
    other = ItemFactory()

    assert alice.get(page_of(project, other)).status_code == 404


def test_item_pages_are_not_for_annotators_nor_outsiders(
    client,
    client_of,
    project,
    queue,
    listing,
    annotator,
    outsider,
):
    for url in (listing, page_of(project, queue[0])):
        assert client.get(url).status_code == 302
        assert client_of(annotator).get(url).status_code == 403
        assert client_of(outsider).get(url).status_code == 404
