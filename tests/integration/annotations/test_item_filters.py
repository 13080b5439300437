"""The items behind a number of the quality pages: found by what was said of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.models import Flag, Source
from tests.factories.annotations import ItemFactory, answered, leased, open_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(client_of, project, lead):
    def search(by=lead, **query):
        answer = client_of(by).get(reverse("annotations:items", args=[project.slug]), query)
        assert answer.status_code == 200
        return [row.item.external_id for row in answer.context["page"].rows]

    return search


def test_items_are_found_by_the_class_that_somebody_gave_them_last(
    project, queue, annotator, second_annotator, found
):
    answered(project, annotator, {"sentiment": "positive"})
    answered(project, second_annotator, {"sentiment": "negative"})
    answered(project, annotator, {"sentiment": "negative"})
    first, second = (item.external_id for item in queue[:2])

    assert found(question="sentiment", choice="negative") == [first, second]
    assert found(question="sentiment", choice="positive") == [first]
    assert found(question="sentiment", choice="negative", version=1) == [first, second]
    assert found(question="sentiment", choice="negative", version=2) == []
    assert found(question="other", choice="negative") == []


def test_items_are_found_by_who_said_something_and_when(
    project, queue, annotator, second_annotator, found
):
    answered(project, annotator)
    answered(project, annotator)
    answered(project, second_annotator)
    today = timezone.localdate()
    source = Source.objects.get(project=project, person=second_annotator)

    assert found(source=source.pk) == [queue[0].external_id]
    assert found(kind="human") == found(kind="people") == [item.external_id for item in queue[:2]]
    assert found(kind="import") == []
    assert len(found(since=today, until=today)) == 2
    assert found(since=today + timedelta(days=1)) == []
    assert found(until=today - timedelta(days=1)) == []


def test_items_are_found_by_what_they_wait_for(
    project, queue, version, annotator, second_annotator, found
):
    answered(project, annotator, reason="unclear")
    answered(project, second_annotator)
    Flag.objects.create(
        project=project,
        item=queue[1],
        version=version,
        by=annotator,
        comment="?",
        created_at=timezone.now(),
    )

    assert found(state="skipped") == [queue[0].external_id]
    assert found(state="begun") == [queue[0].external_id]
    assert found(state="asked") == [queue[1].external_id]


def test_items_found_by_their_class_leave_out_what_the_viewer_has_yet_to_answer(
    project, queue, annotator, owner, found
):
    answered(project, annotator, {"sentiment": "positive"})

    assert found(question="sentiment", choice="positive") == [queue[0].external_id]
    assert found(owner, question="sentiment", choice="positive") == []
    leased(project, owner)
    answered(project, owner, {"sentiment": "negative"})
    assert found(owner, question="sentiment", choice="positive") == [queue[0].external_id]


def test_items_found_from_a_picture_say_what_was_asked_for_and_keep_it(
    project, queue, annotator, client_of, lead
):
    answered(project, annotator, {"sentiment": "positive"})
    query = {"question": "sentiment", "choice": "positive", "since": "2026-01-02"}

    text = client_of(lead).get(reverse("annotations:items", args=[project.slug]), query).text

    assert "Only items with an answer like this" in text
    assert '<span class="badge">Positive</span>' in text
    assert '<input type="hidden" name="since" value="2026-01-02"' in text


@pytest.mark.parametrize(
    "query", [{"since": "yesterday"}, {"source": "x"}, {"version": "0"}, {"state": "strange"}]
)
def test_items_filter_that_means_nothing_is_refused(query, project, client_of, lead):
    answer = client_of(lead).get(reverse("annotations:items", args=[project.slug]), query)

    assert answer.status_code == 422


def test_items_filter_costs_no_statement_more_when_there_are_more_items(
    project, queue, annotator, client_of, lead, django_assert_max_num_queries
):
    answered(project, annotator, {"sentiment": "positive"})
    open_items(project, 40)
    ItemFactory(project=project)
    client, url = client_of(lead), reverse("annotations:items", args=[project.slug])

    with django_assert_max_num_queries(14):
        client.get(url, {"question": "sentiment", "choice": "positive"})
