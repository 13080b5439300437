"""Child processes in their own session, their output line by line, and the guard's leash."""

import os
import pwd
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from labelhub.embedded.account import as_account
from labelhub.embedded.paths import ROOT

LONGEST_LINE = 64 * 1024
# What a server process needs to know about its surroundings: nothing of ours, no secrets.
SERVER_ENVIRONMENT = ("PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH")

StopSignals = tuple[tuple[signal.Signals, float], ...]


@dataclass(frozen=True)
class Program:
    """What to run, as whom, and how to stop it: signals with the seconds each is given.

    `emergency_signal` is what the guard sends when the supervisor is gone. Lines that match
    `routine` are not worth a line on the terminal; after a failed start they are shown as well.
    """

    name: str
    command: Sequence[str]
    stop_signals: StopSignals = ((signal.SIGTERM, 10.0),)
    account: pwd.struct_passwd | None = None
    environment: Mapping[str, str] | None = None
    folder: Path = ROOT
    emergency_signal: signal.Signals = signal.SIGTERM
    routine: re.Pattern[str] | None = None

    def is_news(self, line: str) -> bool:
        return self.routine is None or not self.routine.search(line)


class Guard:
    """The process that stops our children when we are killed without a chance to do it."""

    def __init__(self) -> None:
        self._known: dict[int, signal.Signals] = {}
        self._start()

    def begin(self, pid: int, stop_signal: signal.Signals) -> None:
        self._known[pid] = stop_signal
        self._tell(f"+ {pid} {stop_signal.value}")

    def end(self, pid: int) -> None:
        self._known.pop(pid, None)
        self._tell(f"- {pid}")

    def dismiss(self) -> None:
        """An ordinary stop: nothing is left to be guarded."""
        self._tell("bye")
        self._process.communicate()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-S", "-I", str(Path(__file__).with_name("guard.py"))),
                *(f"{pid}:{stop_signal.value}" for pid, stop_signal in self._known.items()),
            ],
            stdin=subprocess.PIPE,
            text=True,
            cwd="/",
            start_new_session=True,
        )

    def _tell(self, line: str) -> None:
        """Tell the guard; when it was killed, a new one is started with all that is known."""
        try:
            self._write(line)
        except OSError:
            self._process.wait()
            self._start()
            if line == "bye":
                self._write(line)

    def _write(self, line: str) -> None:
        stream = self._process.stdin
        if stream is None:
            raise OSError("the guard has no pipe")
        stream.write(f"{line}\n")
        stream.flush()


@dataclass
class Child:
    """A running program. Output goes to `log`, or to a pipe that `read_lines` empties."""

    program: Program
    guard: Guard
    log: IO[bytes] | None = None
    process: "subprocess.Popen[bytes]" = field(init=False)
    started_at: float = field(init=False)
    _rest: bytes = b""

    def __post_init__(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.program.command,
            stdin=subprocess.DEVNULL,
            stdout=self.log or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.program.folder,
            env=dict(os.environ if self.program.environment is None else self.program.environment),
            start_new_session=True,  # the terminal's Ctrl-C reaches only the supervisor
            **as_account(self.program.account),
        )
        self.guard.begin(self.pid, self.program.emergency_signal)
        if self.process.stdout is not None:
            os.set_blocking(self.process.stdout.fileno(), False)

    @property
    def pid(self) -> int:
        return self.process.pid

    def returncode(self) -> int | None:
        return self.process.poll()

    def read_lines(self) -> list[str]:
        """Whole lines that came since the last call; the last one once the program has ended."""
        if self.process.stdout is None:
            return []
        try:
            chunk = os.read(self.process.stdout.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return []
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if self._rest and (not chunk or len(self._rest) > LONGEST_LINE):
            lines, self._rest = [*lines, self._rest], b""
        return [line.decode("utf-8", "replace").rstrip("\r") for line in lines]

    def stop(
        self, *, wait: Callable[[float], None] = time.sleep, hurry: Callable[[], bool] = bool
    ) -> None:
        """Send the stop signals one after the other, then kill; returns when it has ended."""
        for stop_signal, seconds in self.program.stop_signals:
            self._signal(stop_signal)
            deadline = time.monotonic() + seconds
            while self.returncode() is None and time.monotonic() < deadline and not hurry():
                wait(0.02)
        if self.returncode() is None:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self.clear_up()

    def clear_up(self) -> None:
        """After its end: kill what it left in its group, and tell the guard."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.guard.end(self.pid)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _signal(self, number: signal.Signals) -> None:
        if self.returncode() is None:
            self.process.send_signal(number)


def server_environment() -> dict[str, str]:
    """The environment of the database and the broker."""
    return {name: os.environ[name] for name in SERVER_ENVIRONMENT if name in os.environ}
