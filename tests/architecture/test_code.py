"""Rules about the code itself: sizes, hidden effects, purity. Allow-lists carry reasons."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "core",
    "accounts",
    "projects",
    "guidelines",
    "media",
    "annotations",
    "quality",
    "campaigns",
    "datasets",
]
PURE = [
    "core.problems",
    "core.digest",
    "guidelines.label_schema",
    "guidelines.diff",
    "guidelines.document_fields",
    "guidelines.document_reader",
    "guidelines.changes",
    "guidelines.quiz",
    "guidelines.reading",
    "media.address_lists",
    "media.fetching",
    "media.inspecting.inspection",
    "media.zips",
    "annotations.values",
    "quality.agreement.krippendorff",
    "quality.aggregation.dawid_skene",
    "campaigns.before_after",
    "campaigns.flips",
    "campaigns.touched",
    "datasets.formats.csv",
    "datasets.formats.jsonl",
    "datasets.formats.mapping",
]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 45


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources("labelhub", *APPS):
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources("labelhub", *APPS)
        if (lines := sum(1 for line in path.read_text().splitlines() if line.strip()))
        > MAX_FILE_LINES
    }

    assert long == {}


def test_functions_stay_small() -> None:
    long = {
        f"{path}:{node.name}": length
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION_LINES
    }

    assert long == {}


def test_models_have_no_hidden_effects() -> None:
    """No `save()` or `delete()` overrides and no signal receivers: writes are actions."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.FunctionDef)
            and node.name in ("save", "delete")
            and "models" in path.parts
        )
        or (isinstance(node, ast.Name) and node.id == "receiver")
    ]

    assert found == []


def test_no_room_without_a_name() -> None:
    nameless = {"utils.py", "helpers.py", "common.py", "misc.py", "services.py"}

    assert [path for path in sources(*APPS) if path.name in nameless] == []


def test_packages_are_empty_files() -> None:
    """Importing a package imports nothing else; `models` and the registry of kinds are allowed."""
    full = {
        str(path.parent.relative_to(ROOT))
        for path in sources(*APPS)
        if path.name == "__init__.py" and path.read_text().strip()
    }

    assert {name for name in full if not name.endswith("/models")} <= {"annotations/values"}


def test_no_foreign_key_cascades() -> None:
    cascades = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("CASCADE", "SET_NULL", "SET_DEFAULT")
    ]

    assert cascades == []


@pytest.mark.parametrize("module", PURE)
def test_pure_module_imports_without_django(module: str) -> None:
    code = f"import {module}, sys; sys.exit('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("app", APPS)
def test_app_opens_with_a_short_readme(app: str) -> None:
    lines = (ROOT / app / "README.md").read_text().splitlines()

    assert 3 <= len(lines) <= 8
    assert lines[0] == f"# {app}"
