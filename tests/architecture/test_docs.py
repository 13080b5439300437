"""What the documentation points at is there: files, and addresses of the REST interface."""

import re
from pathlib import Path

import pytest
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"(?:\$API|/api/v1/projects/1)(/[\w./]*)")


def names(pages):
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_between_pages_lead_to_files(page):
    wanted = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    lost = [link for link in wanted if not (page.parent / link).exists()]

    assert not lost


def rest_addresses():
    return sorted({path for page in PAGES for path in COMMAND.findall(page.read_text())})


def test_pages_show_addresses_at_all():
    assert len(rest_addresses()) > 10


@pytest.mark.parametrize("path", rest_addresses())
def test_addresses_in_examples_are_those_of_the_rest_interface(path):
    found = resolve(f"/api/v1/projects/1{path}")

    assert found.func.__module__.split(".")[1] == "api"
