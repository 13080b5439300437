"""A context that another test has used is as good as a new one."""

import pytest

from tests.chromium import KEPT_OPEN, Profile

OTHER_FILE = "/static/css/controls.css"
LEAVE_TRACES = """async (file) => {
  localStorage.theme = "dark";
  sessionStorage.step = "3";
  document.cookie = "seen=yes; path=/";
  await new Promise((resolve) => { indexedDB.open("outbox").onsuccess = resolve; });
  await (await caches.open("files")).add(file);
  await fetch(file);
}"""
TRACES = """async (file) => [
  Object.keys(localStorage),
  Object.keys(sessionStorage),
  document.cookie,
  (await indexedDB.databases()).map((each) => each.name),
  await caches.keys(),
  (await navigator.permissions.query({ name: "clipboard-read" })).state,
  await fetch(file, { cache: "only-if-cached", mode: "same-origin" }).then(
    (response) => response.ok, () => false,
  ),
]"""


@pytest.fixture
def profile(browser, live_server):
    profile = Profile(browser, live_server.url, {})
    yield profile
    profile.context.close()


def traces(profile):
    page = profile.new_page()
    page.goto(KEPT_OPEN)
    return page.evaluate(TRACES, OTHER_FILE)


def test_context_forgets_what_a_page_stored(profile):
    new = traces(profile)
    assert new == [[], [], "", [], [], "prompt", False]

    page = profile.new_page()
    page.goto(KEPT_OPEN)
    profile.context.grant_permissions(["clipboard-read"])
    page.evaluate(LEAVE_TRACES, OTHER_FILE)
    left = traces(profile)
    assert left == [["theme"], [], "seen=yes", ["outbox"], ["files"], "granted", True]

    profile.forget()
    assert traces(profile) == new


def test_context_forgets_what_a_test_told_it(profile):
    profile.context.route(f"**{OTHER_FILE}", lambda route: route.fulfill(status=404, body="gone"))
    page = profile.new_page()
    page.route(f"**{KEPT_OPEN}", lambda route: route.fulfill(status=404, body="gone"))
    assert [page.goto(each).status for each in (OTHER_FILE, KEPT_OPEN)] == [404, 404]
    profile.context.set_offline(True)

    profile.forget()

    assert profile.context.pages == [profile.keeper]
    page = profile.new_page()
    assert [page.goto(each).status for each in (OTHER_FILE, KEPT_OPEN)] == [200, 200]


def test_context_that_a_test_closed_is_not_used_again(profile):
    profile.context.close()
    assert profile.is_broken
