"""The work of handing out one item does not grow: with the project, or with one's own past."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from annotations.actions import lease_items as lease
from annotations.models import Assignment
from tests.factories.accounts import UserFactory
from tests.factories.annotations import BatchFactory
from tests.factories.guidelines import publish_version
from tests.factories.projects import ProjectFactory

# What one call may touch, wherever it has to look. It is about 60 pages and 50 rows.
MOST_PAGES = 150
MOST_ROWS = 1000

ITEMS = """
INSERT INTO annotations_item (project_id, batch_id, external_id, payload, metadata, created_at)
SELECT %(project)s, %(batch)s, 'msg-' || n, '{"text": "hello"}', '{}', now()
FROM generate_series(1, %(count)s) AS n
"""
# The veteran has done the first slot of the first `done` items; the second slots are all open.
SLOTS = """
INSERT INTO annotations_assignment
    (project_id, item_id, slot, priority, position, state, annotator_id, version_id, done_at)
SELECT %(project)s, item.id, slot, 5, item.position,
       CASE WHEN mine THEN 'done' ELSE 'open' END,
       CASE WHEN mine THEN %(veteran)s END,
       CASE WHEN mine THEN %(version)s END,
       CASE WHEN mine THEN now() END
FROM (
    SELECT id, nextval('annotations_position_seq') AS position, row_number() OVER (ORDER BY id) AS n
    FROM annotations_item WHERE batch_id = %(batch)s ORDER BY id
) AS item
CROSS JOIN generate_series(1, 2) AS slot
CROSS JOIN LATERAL (SELECT slot = 1 AND item.n <= %(done)s AS mine) AS which
"""


def big_project(count, done):
    project = ProjectFactory()
    version = publish_version(project)
    veteran = UserFactory()
    keys = {
        "project": project.pk,
        "batch": BatchFactory(project=project).pk,
        "version": version.pk,
        "veteran": veteran.pk,
        "count": count,
        "done": done,
    }
    with connection.cursor() as cursor:
        cursor.execute(ITEMS, keys)
        cursor.execute(SLOTS, keys)
    return project, veteran


def work(project, by, plan="force_custom_plan"):
    """Pages touched and rows passed from node to node by one search, undone afterwards."""
    parameters = {
        "project": project.pk,
        "annotator": by.pk,
        "lease": timedelta(minutes=30),
        "count": 1,
        "have": [],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        lease._NEXT.execute(cursor, parameters | {"count": 0})
        cursor.execute(f"SET LOCAL plan_cache_mode = {plan}")
        cursor.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {lease._NEXT._execute}", parameters
        )
        (plan,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan = plan if isinstance(plan, list) else json.loads(plan)
    top = plan[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], rows_passed(top)


def rows_passed(node):
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return own * node["Actual Loops"] + sum(map(rows_passed, node.get("Plans", [])))


def is_small(project, by, **plan):
    pages, rows = work(project, by, **plan)
    return pages < MOST_PAGES and rows < MOST_ROWS


def analyzed():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotations_item; ANALYZE annotations_assignment")


def forgotten():
    """As in a new database; other tests may have left statistics of their own rows."""
    tables = "('annotations_item'::regclass, 'annotations_assignment'::regclass)"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM pg_statistic WHERE starelid IN {tables}")
        cursor.execute(f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN {tables}")


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("prepare", [forgotten, analyzed], ids=["no statistics", "analyzed"])
def test_lease_work_is_flat_for_the_newcomer_and_for_who_did_most_of_it(prepare):
    project, veteran = big_project(count=20_000, done=19_000)
    prepare()

    assert is_small(project, veteran)
    assert is_small(project, UserFactory())


@pytest.mark.django_db
@pytest.mark.slow
def test_lease_work_is_flat_with_the_plan_that_is_kept_for_all_parameters():
    project, veteran = big_project(count=20_000, done=19_000)
    analyzed()

    assert is_small(project, veteran, plan="force_generic_plan")
    assert is_small(project, UserFactory(), plan="force_generic_plan")


@pytest.mark.django_db
@pytest.mark.slow
def test_lease_work_of_who_did_everything_has_a_bound_and_is_not_repeated(monkeypatch):
    project, veteran = big_project(count=5_000, done=5_000)
    analyzed()

    assert lease.lease_items(project=project, by=veteran, count=1) == []
    searched = []
    search = lease._lease
    monkeypatch.setattr(
        lease,
        "_lease",
        lambda *args, sweep: searched.append(sweep) or search(*args, sweep=sweep),
    )
    assert lease.lease_items(project=project, by=veteran, count=1) == []

    assert searched == [False]
    assert is_small(project, veteran)


@pytest.mark.django_db
@pytest.mark.slow
def test_lease_finds_the_one_item_behind_thousands_that_came_back_and_are_done():
    project, veteran = big_project(count=5_000, done=4_999)
    # Every open slot comes back to the queue, after the veteran's cursor; the last is not theirs.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotations_assignment AS slot SET position = came.back FROM ("
            " SELECT id, nextval('annotations_position_seq') AS back FROM ("
            "  SELECT id FROM annotations_assignment WHERE project_id = %s AND state = 'open'"
            "  ORDER BY position, slot) AS one) AS came WHERE slot.id = came.id",
            [project.pk],
        )
    analyzed()
    before = work(project, veteran)[1]

    (serving,) = lease.lease_items(project=project, by=veteran, count=1)

    last = Assignment.objects.filter(project=project).order_by("position").last()
    assert serving.item_id == last.item_id
    assert before < 10 * lease.WINDOW
