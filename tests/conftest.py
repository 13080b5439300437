"""Fixtures for every test; servers, worker, browser and people come from the plugins beside it."""

import signal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

# Not by -p as the servers are: it imports models, which need the settings.
pytest_plugins = ["tests.personas"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """The test database of pytest-django, whose flush may empty the ledger.

    A transactional test ends with a TRUNCATE of all tables, which the append-only ones refuse by a
    trigger, to the superuser as well; that is the point of them. Only a session in the role of a
    replica runs without triggers. SET LOCAL ends with the transaction of the flush, so that no
    test ever runs in that role.
    """
    operations = type(connection.ops)
    sql_flush = operations.sql_flush

    def sql_flush_without_triggers(self, *args, **kwargs):
        statements = sql_flush(self, *args, **kwargs)
        return ["SET LOCAL session_replication_role = replica;", *statements] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush_without_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def _preparing_is_not_counted():
    """What a connection prepares once is no query of the page that happens to be its first."""
    every = CaptureQueriesContext.captured_queries.fget
    counted = property(
        lambda context: [
            query for query in every(context) if not query["sql"].startswith("PREPARE ")
        ]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaptureQueriesContext, "captured_queries", counted)
        yield


def pytest_configure() -> None:
    """A shell ignores Ctrl-C for what it starts in the background, and children inherit that.

    Tests that interrupt a program would wait for ever.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _slow_hearts(request, monkeypatch):
    """A test in a transaction runs jobs that the heartbeat, on a connection of its own, cannot see.

    On a busy machine one takes longer than a beat, and would be given up as lost.
    """
    if request.path.parent.name != "core":  # those are about the beat itself
        monkeypatch.setattr("core.jobs.HEARTBEAT_SECONDS", 600.0)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, after the shuffling: then both processes end together.

    In a file, tests with a worker come last. It lives until the end of the file, and would take the
    jobs that other tests run by themselves.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    place: dict[Path, int] = {}
    for item in items:
        place.setdefault(item.path, len(place))
    items.sort(
        key=lambda item: (
            item.path not in slow,
            place[item.path],
            "live_worker" in getattr(item, "fixturenames", ()),
        )
    )


@pytest.fixture(autouse=True)
def _language_of_the_site():
    """A request in Korean leaves its language behind in the thread: the next test starts anew."""
    yield
    translation.deactivate()
