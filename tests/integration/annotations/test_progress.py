"""How far a project is."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from redis.exceptions import RedisError

from annotations import tasks
from annotations.models import Assignment
from annotations.queries import progress as progress_query
from annotations.queries.progress import note_stored, own_counts, progress
from tests.factories.annotations import answered, leased, open_items


@pytest.fixture(autouse=True)
def empty_cache(services):
    cache.clear()


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


def test_progress_of_a_large_project_is_refreshed_by_the_task_only(
    project,
    queue,
    annotator,
    second_annotator,
    monkeypatch,
):
    monkeypatch.setattr(progress_query, "SMALL", 1)
    monkeypatch.setattr(progress_query, "FRESH_SECONDS", -1)
    progress(project, annotator)
    answered(project, second_annotator)
    leased(project, second_annotator)

    before = progress(project, annotator)
    tasks.release_expired_leases()
    after = progress(project, annotator)

    assert (before["done"], after["done"]) == (0, 1)


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
