"""Stops the children of a supervisor that died without a good-bye.

Runs as a process of its own (`python -S -I guard.py [pid:signal ...]`, standard library only) and
reads from a pipe whose other end only the supervisor holds. Lines: `+ pid signal` (a child began),
`- pid` (it ended), `bye` (an ordinary stop). At the end of file without `bye`, all children still
known are stopped in reverse order. The children that a successor has to look after stand in its
command line: it knows them even when the supervisor dies before it can write a line.
PR_SET_PDEATHSIG would be quicker, but is Linux only.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

PATIENCE_SECONDS = 10.0


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # only the end of the pipe counts
    known = (argument.split(":") for argument in sys.argv[1:])
    children = {int(pid): int(number) for pid, number in known}
    for line in sys.stdin:
        match line.split():
            case ["+", pid, number]:
                children[int(pid)] = int(number)
            case ["-", pid]:
                children.pop(int(pid), None)
            case ["bye"]:
                return
    for pid, stop_signal in reversed(children.items()):
        stop_group(pid, stop_signal)


def stop_group(pid: int, stop_signal: int) -> None:
    """Signal the leader of the group; once it has ended, or after a while, kill what is left."""
    send(os.kill, pid, stop_signal)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(os.killpg, pid, signal.SIGKILL)


def is_running(pid: int) -> bool:
    """Whether it still works; in a container, nobody may be there to bury it when it has ended."""
    if not send(os.kill, pid, 0):
        return False
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True  # macOS has no /proc


def send(call: Callable[[int, int], None], pid: int, number: int) -> bool:
    try:
        call(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
