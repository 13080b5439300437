"""How far a project is."""

from contextlib import suppress

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import RedisError

from annotations import tasks
from annotations.models import Assignment
from annotations.queries import progress as progress_query
from annotations.queries.progress import note_stored, own_counts, progress
from tests.factories.annotations import answered, leased, open_items

FULL_COUNT = "\nSELECT\n    (SELECT count(*) FROM annotations_assignment\n"


@pytest.fixture(autouse=True)
def empty_cache(services):
    cache.clear()


@pytest.fixture
def rings():
    """What a worker was asked to count, taken from the broker's queue."""
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue(current_app.conf.task_default_queue)
        queue.clear()

        def taken():
            asked = []
            with suppress(queue.Empty):
                while message := queue.get_nowait():
                    message.ack()
                    if message.headers["task"] == progress_query.COUNT_TASK:
                        asked.append(message.payload[1])
            return asked

        yield taken
        queue.close()


def test_progress_counts_slots_and_own_answers(
    project,
    queue,
    annotator,
    second_annotator,
    django_assert_max_num_queries,
):
    answered(project, annotator)
    answered(project, second_annotator)
    leased(project, second_annotator)

    with django_assert_max_num_queries(2):
        assert progress(project, annotator) == {"done": 2, "total": 6, "mine": 1}


def test_progress_known_a_moment_ago_costs_no_statement(
    project,
    queue,
    annotator,
    django_assert_max_num_queries,
):
    progress(project, annotator)

    with django_assert_max_num_queries(0):
        progress(project, annotator)


def test_progress_own_figure_follows_each_answer(project, queue, annotator):
    progress(project, annotator)
    note_stored(project, annotator, 2)

    assert progress(project, annotator) == {"done": 2, "total": 6, "mine": 2}


def test_progress_without_a_cache_is_counted(project, queue, annotator, monkeypatch):
    def away(*args, **kwargs):
        raise RedisError

    for name in ("get_many", "set", "incr"):
        monkeypatch.setattr(progress_query.cache, name, away, raising=False)
    answered(project, annotator)
    note_stored(project, annotator, 1)

    assert progress(project, annotator)["mine"] == 1


@pytest.fixture
def large(project, version, monkeypatch):
    """A project too large to be counted by a request: 40 items with two slots each."""
    monkeypatch.setattr(progress_query, "SMALL", 10)
    open_items(project, 40)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotations_assignment")
    return project


@pytest.fixture
def counts():
    """Statements that count all slots of a project."""
    with CaptureQueriesContext(connection) as queries:
        yield lambda: [each["sql"] for each in queries if each["sql"].startswith(FULL_COUNT)]


def test_progress_of_a_large_project_is_estimated_first_and_then_counted_by_the_task(
    large,
    annotator,
    second_annotator,
    counts,
):
    answered(large, second_annotator)

    estimate = progress(large, annotator)
    assert counts() == []
    tasks.count_slots(project_id=large.pk)

    assert (estimate["done"], 10 < estimate["total"] <= 100) == (1, True)
    assert len(counts()) == 1
    assert progress(large, annotator) == {"done": 1, "total": 80, "mine": 0}


def test_progress_of_a_large_project_rings_a_worker_once(large, annotator, rings):
    for _time in range(3):
        cache.delete(progress_query._totals_key(large.pk))
        progress(large, annotator)

    assert rings() == [{"project_id": large.pk}]


def test_progress_estimate_is_never_below_what_was_counted(large, annotator):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotations_assignment")
        cursor.execute("ANALYZE annotations_assignment")
    open_items(large, 20)

    assert progress(large, annotator)["total"] >= 11


def test_progress_of_a_large_project_is_refreshed_by_the_task_only(
    large,
    annotator,
    second_annotator,
    monkeypatch,
    counts,
):
    monkeypatch.setattr(progress_query, "FRESH_SECONDS", -1)
    tasks.count_slots(project_id=large.pk)
    answered(large, second_annotator)
    leased(large, second_annotator)

    before = progress(large, annotator)
    assert len(counts()) == 1
    tasks.release_expired_leases()
    after = progress(large, annotator)

    assert (before["done"], after["done"]) == (0, 1)


def test_progress_of_a_project_that_has_grown_large_is_not_counted_by_a_request(
    project,
    version,
    annotator,
    monkeypatch,
    counts,
):
    monkeypatch.setattr(progress_query, "SMALL", 10)
    monkeypatch.setattr(progress_query, "FRESH_SECONDS", -1)
    open_items(project, 2)
    assert progress(project, annotator)["total"] == 4

    open_items(project, 20)

    assert progress(project, annotator)["total"] > 10
    assert counts() == []


def test_release_task_goes_on_until_no_expired_lease_is_left(
    project,
    version,
    annotator,
    monkeypatch,
):
    monkeypatch.setattr(tasks.release, "BATCH", 2)
    open_items(project, 5)
    leased(project, annotator, 5)
    Assignment.objects.filter(state="leased").update(lease_until="2020-01-01T00:00:00Z")

    tasks.release_expired_leases()

    assert not Assignment.objects.filter(state="leased").exists()


def test_own_counts_of_many_projects_cost_one_statement(
    project,
    queue,
    annotator,
    django_assert_max_num_queries,
):
    answered(project, annotator)

    with django_assert_max_num_queries(1):
        assert own_counts(annotator, [project]) == {project.pk: 1}
    with django_assert_max_num_queries(0):
        own_counts(annotator, [project])


def test_overview_and_home_show_how_far_it_is(project, queue, annotator, client_of):
    answered(project, annotator)
    bob = client_of(annotator)

    overview = bob.get(reverse("projects:overview", args=[project.slug])).content.decode()
    home = bob.get(reverse("projects:home")).content.decode()

    assert "of 6 that are asked for" in overview
    assert "You have answered 1 item." in home
