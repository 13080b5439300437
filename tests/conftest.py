"""Fixtures for every test; servers, worker, browser and people come from the plugins beside it."""

import signal
from pathlib import Path

import pytest
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.emptying import empty_tables
from tests.worker import wants_worker

# A run tries the same examples as the one before: what fails, fails again, and not by chance.
# `make explore` looks for new ones. How long one takes says something about the machine alone.
ANY_MACHINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("suite", derandomize=True, database=None, **ANY_MACHINE)
settings.register_profile("explore", max_examples=1000, print_blob=True, **ANY_MACHINE)
settings.load_profile("suite")

# Not by -p as the servers are: it imports models, which need the settings.
pytest_plugins = ["tests.personas"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """The test database of pytest-django; a transactional test leaves it as it was migrated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
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
    """After the shuffling: files with the worker, then with slow or browser tests, then others.

    Tests with the worker follow each other, so that it is started once: files of nothing else come
    first, and in a file that has both they do. Small files come last: so both processes end
    together.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    places = {path: (stage(files[path]), place) for place, path in enumerate(files)}
    items.sort(key=lambda item: (places[item.path], not wants_worker(item)))


def stage(items: list[pytest.Item]) -> int:
    """When the tests of a file have their turn."""
    with_worker = [wants_worker(item) for item in items]
    if any(with_worker):
        return 0 if all(with_worker) else 1
    is_slow = any(item.get_closest_marker(name) for item in items for name in ("slow", "browser"))
    return 2 if is_slow else 3


@pytest.fixture(autouse=True)
def _language_of_the_site():
    """A request in Korean leaves its language behind in the thread: the next test starts anew."""
    yield
    translation.deactivate()
