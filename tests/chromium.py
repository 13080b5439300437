"""Pytest plugin (`-p tests.chromium`): a real Chromium, pages that fail on any error, and axe."""

import ctypes.util
import os
import re
import shutil
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tools.browser import find_chromium, playwright_can_start

ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FIXTURES = {"browser", "new_page", "page", "axe"}
# Reported by the page itself, since the console's message does not say which element it was.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(
    `CSP violation: ${event.effectiveDirective} blocked ${event.blockedURI} ` +
    `(${event.sourceFile}:${event.lineNumber}) ${event.sample}`
  );
});
"""


class PageProblems:
    """What the console of a page complained about; a test may expect some of it."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A problem that matches this regular expression is no failure (a 409 on purpose)."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            text for text in self.seen if not any(re.search(part, text) for part in self.expected)
        ]

    def watch(self, page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.seen.append(f"Uncaught: {error}"))

    def _on_console(self, message) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self.seen.append(f"{message.text} {where}".strip())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter, config) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(1 for report in skipped if "browser" in report.keywords)
    if count:
        terminalreporter.write_line(
            f"!!! {count} BROWSER TESTS WERE SKIPPED: no Chromium. Run `make browser` as root, "
            "or set CHROME=/path/to/chromium. REQUIRE_BROWSER=1 makes this a failure.",
            red=True,
            bold=True,
        )


def give_up(reason: str) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"REQUIRE_BROWSER=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the session."""
    program = find_chromium()
    if program is None:
        give_up("no Chromium was found")
    if not playwright_can_start():
        give_up("playwright needs libatomic1 (or a node on PATH)")
    if sys.platform == "linux" and ctypes.util.find_library("atomic") is None:
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", shutil.which("node"))
    # The synchronous playwright keeps an event loop in this thread, where Django then refuses
    # to use its database; nothing here is really asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *root])
        yield chromium
        chromium.close()


@pytest.fixture
def page_problems():
    """Collects console errors and policy violations of all pages; none may be left at the end."""
    problems = PageProblems()
    yield problems
    assert problems.unexpected() == [], "The browser's console reported problems."


@pytest.fixture
def new_page(browser, live_server, page_problems):
    """Opens pages in fresh contexts: new_page(locale="ko-KR", color_scheme="dark", ...)."""
    contexts = []

    def open_page(**options):
        context = browser.new_context(
            **{"base_url": live_server.url, "locale": "en-GB", "reduced_motion": "reduce"}
            | options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        page = context.new_page()
        page_problems.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    """A page in a fresh context, English, light, on a desktop."""
    return new_page()


@pytest.fixture(scope="session")
def axe():
    """Checks a page against WCAG 2.2 AA: axe(page), or axe(page, within="main")."""
    spec = PathFinder.find_spec("axe_playwright_python")
    script = Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")

    def check(page, *, within: str | None = None) -> None:
        # By evaluate, not by a script element, which the page's policy would refuse.
        page.evaluate(script)
        found = page.evaluate(
            "([within, tags]) => axe.run(within || document, {runOnly: tags, "
            "resultTypes: ['violations']}).then(results => results.violations)",
            [within, AXE_TAGS],
        )
        assert [describe(violation) for violation in found] == []

    return check


def describe(violation) -> str:
    nodes = "; ".join(f"{node['target']} {node['failureSummary']}" for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']} -- {nodes}"
