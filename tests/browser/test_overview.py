"""The overview of quality in a real browser: it counts by itself, and looks right everywhere."""

import pytest
from django.urls import reverse

from core.jobs import run_job
from tests.browser.labeling import sign_in
from tests.factories.overview import busy_ledger, counted
from tests.factories.quality import agreement_run, resolution_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


@pytest.fixture
def ledger(project, annotator, second_annotator, reviewer):
    return busy_ledger(project, [annotator, second_annotator, reviewer])


@pytest.mark.parametrize("look", LOOKS)
def test_overview_has_no_violations_and_fits_in_every_look(
    look, new_page, live_server, axe, ledger, lead
):
    for run in (agreement_run(ledger), resolution_run(ledger)):
        run_job(run.job_id)
    counted(ledger.project, ledger.question, lead)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)
    page.goto(reverse("quality:overview", args=["support"]))

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for each in page.locator("details").all():
        each.evaluate("details => details.open = true")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_overview_counts_by_itself_and_its_tables_are_reached_by_keyboard(
    new_page, live_server, ledger, lead, live_worker
):
    page = new_page()
    sign_in(page, live_server, lead)
    page.goto(reverse("quality:overview", args=["support"]))

    page.get_by_role("heading", name="Needs work").wait_for()

    summary = page.locator("summary", has_text="Answers by day as a table")
    summary.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("region", name="Answers by day as a table").get_by_role("link").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/?*since=*")
    assert page.get_by_text("Only items with an answer like this:").is_visible()
