"""Work ahead in a thread: the next chunk is read while PostgreSQL stores the last one."""

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

Entry = TypeVar("Entry")

_END = object()


def prefetched(entries: Iterable[Entry], *, ahead: int = 2) -> Generator[Entry, None, None]:
    """The same entries in the same order, made in a thread that never touches the database.

    What the thread raises is raised here, in its place. Closing the iterator ends the thread.
    """
    ready: queue.Queue[tuple[object, BaseException | None]] = queue.Queue(maxsize=ahead)
    stopped = threading.Event()
    thread = threading.Thread(target=_produce, args=(entries, ready, stopped), daemon=True)
    thread.start()
    try:
        while True:
            entry, error = ready.get()
            if error is not None:
                raise error
            if entry is _END:
                return
            yield entry  # type: ignore[misc]
    finally:
        stopped.set()
        while thread.is_alive():
            _drain(ready)
            thread.join(0.01)


def _produce(
    entries: Iterable[Entry],
    ready: "queue.Queue[tuple[object, BaseException | None]]",
    stopped: threading.Event,
) -> None:
    try:
        for entry in entries:
            ready.put((entry, None))
            if stopped.is_set():
                return
        ready.put((_END, None))
    except BaseException as error:  # noqa: BLE001 - the edge of the thread: carried to the reader
        ready.put((_END, error))


def _drain(ready: "queue.Queue[tuple[object, BaseException | None]]") -> None:
    while not ready.empty():
        ready.get_nowait()
