"""Pytest plugin (`-p tests.chromium`): a real Chromium, pages that fail on any error, and axe."""

import ctypes.util
import os
import re
import shutil
import sys
from collections import defaultdict
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
DESKTOP = {"width": 1280, "height": 720}
KEPT_OPEN = "/static/css/base.css"
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


class Profile:
    """A browser context that many tests use one after the other, each as if it were new.

    A context of its own for each test costs half a second of the processor: two renderers start,
    the fonts are read and the scripts compiled again. Here one page, the keeper, stays open on the
    same site, and with it the renderer that all pages of the context share.
    """

    def __init__(self, browser, site: str, options) -> None:
        self.site = site
        self.context = browser.new_context(
            **{"base_url": site, "locale": "en-GB", "reduced_motion": "reduce"} | options
        )
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.keeper = self.context.new_page()
        self.keeper.goto(KEPT_OPEN)
        self.devtools = self.context.new_cdp_session(self.keeper)
        self.is_broken = False
        self.context.on("close", self._on_end)
        self.keeper.on("crash", self._on_end)
        self.keeper.on("close", self._on_end)

    def new_page(self):
        self.context.set_default_timeout(10_000)
        return self.context.new_page()

    def forget(self) -> None:
        """What a new context would not know: pages, routes, cookies, storage, caches."""
        for page in self.context.pages:
            if page is not self.keeper:
                page.close()
        self.context.unroute_all()
        self.context.set_offline(False)
        self.context.set_extra_http_headers({})
        self.context.clear_permissions()
        self.context.clear_cookies()
        # In the renderer first, which has its own copy, and then all that lies in the browser.
        self.keeper.evaluate("localStorage.clear()")
        self._tell("Storage.clearDataForOrigin", origin=self.site, storageTypes="all")
        self._tell("Network.clearBrowserCache")
        # Evicts what the renderer keeps in memory.
        self._tell("Network.setCacheDisabled", cacheDisabled=True)
        self._tell("Network.setCacheDisabled", cacheDisabled=False)

    def _tell(self, command: str, **parameters) -> None:
        self.devtools.send(command, parameters)

    def _on_end(self, *_told) -> None:
        self.is_broken = True


@pytest.fixture(scope="session")
def profiles():
    """Contexts that no test uses right now, by the options that a page cannot change."""
    return defaultdict(list)


@pytest.fixture
def new_page(browser, profiles, live_server, page_problems):
    """Opens pages in fresh contexts: new_page(locale="ko-KR", color_scheme="dark", ...)."""
    used = []

    def open_page(*, viewport=None, color_scheme="light", **options):
        waiting = profiles[repr(sorted(options.items()))]
        profile = waiting.pop() if waiting else Profile(browser, live_server.url, options)
        used.append((profile, waiting))
        page = profile.new_page()
        page.set_viewport_size(viewport or DESKTOP)
        page.emulate_media(color_scheme=color_scheme)
        page_problems.watch(page)
        return page

    yield open_page
    for profile, waiting in used:
        if not profile.is_broken:
            profile.forget()
            waiting.append(profile)


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
