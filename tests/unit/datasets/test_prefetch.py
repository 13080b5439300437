"""Reading ahead in a thread."""

import threading
from contextlib import closing

import pytest

from datasets.actions.prefetch import prefetched


def test_prefetched_keeps_order_and_works_elsewhere():
    names = set()

    def entries():
        for number in range(50):
            names.add(threading.current_thread().name)
            yield number

    assert list(prefetched(entries())) == list(range(50))
    assert len(names) == 1
    assert threading.current_thread().name not in names


def test_prefetched_error_arrives_after_what_came_before_it():
    def entries():
        yield 1
        raise ValueError("broken")

    found = prefetched(entries())
    assert next(found) == 1
    with pytest.raises(ValueError, match="broken"):
        next(found)


def test_prefetched_closed_early_ends_its_thread():
    made = []

    def entries():
        for number in range(1_000_000):
            made.append(number)
            yield number

    before = threading.active_count()
    with closing(prefetched(entries(), ahead=2)) as found:
        next(found)
    assert threading.active_count() == before
    assert len(made) < 1_000
