"""The other end of `media.inspecting`: starts that process, asks it, and outlives it."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.conf import settings

from media.inspecting.kinds import Facts
from media.problems import FileProblem


class Inspector:
    """One process for the files of one arrival; use it in a `with`.

    A file that makes the process die or hang is refused as broken, and the next one gets a new
    process: it costs about a fifth of a second.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Inspector":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop()

    def inspect(self, path: Path, name: str, thumbnail: Path) -> Facts:
        """What the file is. Raises Problem, whose params name the file."""
        limits = {"pixels": settings.MEDIA_MAX_PIXELS, "pages": settings.MEDIA_MAX_PAGES}
        order = {"do": "inspect", "path": str(path), "name": name, "limits": limits}
        return Facts(**self._ask({**order, "target": str(thumbnail)}, name)["facts"])

    def page(self, path: Path, number: int, target: Path) -> None:
        """A page of a PDF as WebP. Raises Problem."""
        self._ask({"do": "page", "path": str(path), "page": number, "target": str(target)}, "")

    def _ask(self, order: dict[str, Any], name: str) -> dict[str, Any]:
        process = self._process or self._start()
        timer = threading.Timer(settings.MEDIA_INSPECT_SECONDS, process.kill)
        timer.start()
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            self._stop()
            raise FileProblem(
                "“%(name)s” cannot be read: it takes too much memory or time.",
                code="media_broken",
                name=name,
            )
        reply: dict[str, Any] = json.loads(line)
        if problem := reply.get("problem"):
            params = {**problem["params"], "name": name}
            raise FileProblem(problem["template"], code=problem["code"], **params)
        return reply

    def _start(self) -> subprocess.Popen[str]:
        """Without this server's environment: a file that took the process over finds no secret."""
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command; names go by its input
            [sys.executable, "-m", "media.inspecting", str(settings.MEDIA_INSPECT_MEMORY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"PYTHONPATH": str(settings.BASE_DIR), "PYTHONIOENCODING": "utf-8"},
            text=True,
            encoding="utf-8",
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                _close(pipe)
        process.wait()


def _close(pipe: Any) -> None:
    """Closing flushes what the dead process did not take."""
    try:
        pipe.close()
    except BrokenPipeError:
        return
