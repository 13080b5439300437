"""A reviewer decides disputed items by keys, side by side, in both languages and colours."""

import pytest
from playwright.sync_api import expect

from core.jobs import run_job
from quality.models import Adjudication
from tests.browser.labeling import sign_in
from tests.factories.quality import AnswerLedger, agreement_run, small_ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ledger(project):
    ledger = small_ledger(project)
    run_job(agreement_run(ledger).job_id)
    return ledger


@pytest.fixture
def spans(project):
    """Two people's spans on one item."""
    ledger = AnswerLedger(project, "spans", payload={"text": "the cat sat on it all"})
    for name, end in (("ann", 7), ("ben", 11)):
        quote = "the cat sat on it all"[4:end]
        span = {"part": "text", "start": 4, "end": end, "choice": "cat", "quote": quote}
        ledger.say("one", name, {"kind": "spans", "spans": [span]})
    for name in ("ann", "ben"):
        ledger.say("two", name, {"kind": "spans", "spans": []})
    run_job(agreement_run(ledger).job_id)
    return ledger


def open_queue(page, live_server, reviewer, question):
    sign_in(page, live_server, reviewer)
    page.goto(f"/p/support/quality/adjudicate/?question={question}")
    page.locator(".orders .button.primary").click()
    page.wait_for_selector("#adjudication-form")
    page.wait_for_load_state("networkidle")


def test_one_key_adopts_and_the_next_item_comes(page, live_server, project, reviewer, ledger):
    open_queue(page, live_server, reviewer, "sentiment")
    first = page.inner_text("h1")
    page.keyboard.press("1")
    expect(page.locator("h1")).not_to_have_text(first)
    page.keyboard.press("x")
    expect(page.get_by_text("Every item of this order is decided")).to_be_visible()

    adopted, given_up = Adjudication.objects.order_by("pk")
    assert adopted.adopted is not None
    assert (given_up.verdict, given_up.value) == ("undecidable", None)


def test_own_answer_is_given_by_keys(page, live_server, project, reviewer, ledger):
    open_queue(page, live_server, reviewer, "sentiment")
    page.keyboard.press("o")
    page.keyboard.press("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert Adjudication.objects.get().value == {"kind": "choice", "choice": "mixed"}


def test_marks_of_all_are_joined_edited_and_decided(page, live_server, project, reviewer, spans):
    open_queue(page, live_server, reviewer, "spans")
    assert page.locator(".columns > li").count() == 2
    page.get_by_role("button", name="Edit below").first.click()
    expect(page.locator(".mark-list .mark")).to_have_count(1)
    page.keyboard.press("]")
    page.keyboard.press("Alt+Shift+ArrowRight")
    with page.expect_navigation():
        page.get_by_role("button", name="Decide with my answer").click()

    (span,) = Adjudication.objects.get().value["spans"]
    assert (span["start"], span["end"]) in ((4, 8), (4, 12))


def test_gap_is_one_key_away(page, live_server, project, reviewer, ledger):
    open_queue(page, live_server, reviewer, "sentiment")
    page.keyboard.press("q")

    expect(page.get_by_label("What does the guideline leave open?")).to_be_focused()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_page_is_accessible_and_fits(
    new_page, live_server, project, reviewer, spans, axe, language, scheme, width
):
    page = new_page(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    open_queue(page, live_server, reviewer, "spans")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
