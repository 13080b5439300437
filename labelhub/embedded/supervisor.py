"""Starts children in order, prints their output, restarts what crashes, stops all in order."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from labelhub.embedded.processes import Child, Guard, Program
from labelhub.embedded.servers import Server

TICK_SECONDS = 0.05
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0  # having run this long, a crash counts as the first one again
READY_SECONDS = 90.0
LINES_KEPT = 200
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartupError(RuntimeError):
    """Something needed did not start or ended with an error; its output was printed."""


class StopRequested(Exception):
    """A signal asked for the end while something was waited for."""


@dataclass
class Kept:
    """A program that has to be running: its present child, or when to start the next one."""

    program: Program
    child: Child | None
    pause: float = FIRST_PAUSE
    start_at: float = 0.0
    endings: int = 0
    recent: list[str] = field(default_factory=list)


class Supervisor:
    """One loop for all children; every method that waits keeps their output flowing."""

    def __init__(self, say: Callable[[str, str], None]) -> None:
        self._say = say
        self._guard = Guard()
        self._kept: list[Kept] = []
        self._signals = 0

    def listen_to_signals(self) -> None:
        for number in SIGNALS:
            if signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup
            signal.signal(number, self._on_signal)

    def start_server(self, server: Server) -> None:
        """Start a server and wait until it answers."""
        server.prepare()
        kept = self.keep(server.program)
        try:
            self.wait_until(server.is_ready, kept, attempts=server.attempts)
        except StartupError:
            if (aside := server.set_aside(kept.recent)) is None:
                raise
            self._say(server.program.name, f"Could not load its data; moved it to {aside}.")
            self._restart_now(kept)
            self.wait_until(server.is_ready, kept, attempts=kept.endings + server.attempts)
        server.when_ready()

    def keep(self, program: Program) -> Kept:
        """Start a program and restart it whenever it ends."""
        kept = Kept(program, Child(program, self._guard))
        self._kept.append(kept)
        return kept

    def run_steps(self, *programs: Program, quiet: bool = False) -> list[str]:
        """Run programs side by side to their end and return their output.

        Raises StartupError when one fails; its output is printed, also when quiet.
        """
        children = [Child(program, self._guard) for program in programs]
        outputs: list[list[str]] = [[] for _ in children]
        try:
            while any(child.returncode() is None for child in children):
                for child, lines in zip(children, outputs, strict=True):
                    self._take_lines(child, lines, quiet)
                self._tick()
            for child, lines in zip(children, outputs, strict=True):
                self._take_lines(child, lines, quiet)
        finally:
            for child in children:
                child.stop()
        for child, lines in zip(children, outputs, strict=True):
            if child.returncode() != 0:
                self._report_failure(child, lines if quiet else [])
        return [line for lines in outputs for line in lines]

    def _report_failure(self, child: Child, lines: list[str]) -> None:
        name = child.program.name
        for line in lines:
            self._say(name, line)
        raise StartupError(f"{name} failed ({_reason(child.returncode())}).")

    def wait_until(self, ready: Callable[[], bool], kept: Kept, *, attempts: int = 1) -> None:
        """Wait for a kept program to be ready.

        Raises StartupError when it has ended as often as it had attempts, or takes too long.
        """
        name = kept.program.name
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            self._tick()
            if kept.endings >= attempts:
                for line in kept.recent:
                    if not kept.program.is_news(line):
                        self._say(name, line)
                raise StartupError(f"{name} ended while it started.")
            if time.monotonic() > deadline:
                raise StartupError(f"{name} did not answer within {READY_SECONDS:.0f} s.")

    def run_in_foreground(self, command: list[str]) -> int:
        """Give the terminal, Ctrl-C included, to a command; returns its exit status."""
        process = subprocess.Popen(command)
        while process.poll() is None:
            self._watch()
        return process.returncode

    def run_forever(self) -> None:
        """Watch over the children until a signal says stop."""
        while True:
            self._tick()

    def stop(self) -> None:
        """Stop all children in reverse order; another signal kills what is left."""
        before = self._signals
        for kept in reversed(self._kept):
            if kept.child is None:
                continue
            self._say(kept.program.name, "stopping")
            kept.child.stop(wait=self._wait_while_stopping, hurry=lambda: self._signals > before)
            kept.child = None
        self._kept.clear()
        self._guard.dismiss()

    def _wait_while_stopping(self, seconds: float) -> None:
        self._read_all()
        time.sleep(seconds)

    def _tick(self) -> None:
        if self._signals:
            raise StopRequested
        self._watch()

    def _watch(self) -> None:
        self._read_all()
        for kept in self._kept:
            if kept.child is not None and kept.child.returncode() is not None:
                self._note_end(kept, kept.child)
            elif kept.child is None and time.monotonic() >= kept.start_at:
                self._restart_now(kept)  # said when the guard knows it: who hears it may kill us
                self._say(kept.program.name, "starting again")
        time.sleep(TICK_SECONDS)

    def _restart_now(self, kept: Kept) -> None:
        kept.recent.clear()
        kept.child = Child(kept.program, self._guard)

    def _note_end(self, kept: Kept, child: Child) -> None:
        self._take_lines(child, kept.recent, False)
        child.clear_up()
        kept.child = None
        kept.endings += 1
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            kept.pause = FIRST_PAUSE
        kept.start_at = time.monotonic() + kept.pause
        self._say(
            kept.program.name, f"ended ({_reason(child.returncode())}), again in {kept.pause:.0f} s"
        )
        kept.pause = min(kept.pause * 2, LONGEST_PAUSE)

    def _read_all(self) -> None:
        for kept in self._kept:
            if kept.child is not None:
                self._take_lines(kept.child, kept.recent, False)
                del kept.recent[:-LINES_KEPT]

    def _take_lines(self, child: Child, lines: list[str], quiet: bool) -> None:
        while new := child.read_lines():
            lines += new
            for line in () if quiet else filter(child.program.is_news, new):
                self._say(child.program.name, line)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1


def _reason(returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        return signal.Signals(-returncode).name
    return f"exit status {returncode}"
