"""The process in which files of strangers are decoded: bounded memory, no secrets, no network use.

A line of JSON in, a line of JSON out: {"do": "inspect" | "page", ...} is answered by
{"facts": {...}}, {"done": true} or {"problem": {"template", "code", "params"}}. When it dies, the
file was to blame (`media.inspector` says so).
"""

import json
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.problems import Problem
from media.inspecting.inspection import inspect
from media.inspecting.kinds import Limits
from media.inspecting.pdf import render_page


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Do what the order says."""
    try:
        if order["do"] == "page":
            render_page(Path(order["path"]), order["page"], Path(order["target"]))
            return {"done": True}
        facts = inspect(
            Path(order["path"]), order["name"], Limits(**order["limits"]), Path(order["target"])
        )
        return {"facts": asdict(facts)}
    except Problem as problem:
        fault = {"template": problem.template, "code": problem.code, "params": problem.params}
        return {"problem": fault}


def main() -> None:
    """Until the input ends. The first argument is the most memory, in bytes."""
    most = int(sys.argv[1])
    with suppress(ValueError, OSError):  # not every system can limit this
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    replies = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not look like an answer
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
