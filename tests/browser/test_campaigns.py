"""A lead counts, starts a campaign and reads its report; the pages hold in every look."""

import pytest
from django.urls import reverse

from annotations.models import Assignment
from campaigns.models import Campaign
from tests.browser.labeling import sign_in
from tests.factories.campaigns import (
    a_campaign,
    a_carry_over,
    a_ledger,
    a_prepared_campaign,
    a_report,
    an_impact,
    answer_slot,
    person_in,
    publish_split,
)

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


def url_of(name, *args):
    return reverse(f"campaigns:{name}", args=["support", *args])


@pytest.fixture
def ledger(project, annotator, second_annotator):
    """Forty items, most of them a refund to both; version 2 splits it and changes a rule."""
    ledger = a_ledger(project)
    for place, person in enumerate((annotator, second_annotator)):
        name = person_in(ledger, person)
        for n in range(40):
            choice = "refund" if (n + place) % 5 else "hello"
            ledger.say(f"item {n}", name, choice)
    publish_split(ledger)
    return ledger


@pytest.fixture
def answered(ledger):
    """A carry-over, a campaign that was answered, its report, and a second one that waits."""
    an_impact(ledger.version)
    a_carry_over(ledger)
    campaign = a_prepared_campaign(ledger)
    for slot in Assignment.objects.filter(round=1).select_related("reserved_for"):
        choice = ("exchange", "money_back", "other")[slot.item_id % 3]
        answer_slot(ledger, slot, choice)
    a_report(campaign)
    return campaign


@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_violations_and_fit_in_every_look(
    project, answered, ledger, lead, new_page, live_server, axe, look
):
    a_campaign(ledger, despite_running=True, name="Waiting for its sample")
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for name, args in (
        ("impact", []), ("list", []), ("new", []), ("campaign", [1]), ("campaign", [2]),
        ("end", [1]),
    ):  # fmt: skip
        page.goto(url_of(name, *args))
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (name, too_wide) == (name, 0)
        axe(page)


@pytest.mark.slow
def test_lead_counts_starts_pauses_and_ends_a_campaign(
    project, ledger, lead, page, live_server, live_worker
):
    sign_in(page, live_server, lead)
    page.goto(url_of("impact"))
    page.get_by_role("button", name="Count touched labels").press("Enter")
    page.get_by_text("Labels that need people").wait_for()
    page.get_by_role("button", name="Carry labels over").press("Enter")
    page.get_by_text("16 answers were written under the new version").wait_for()

    page.get_by_role("link", name="New campaign").click()
    drawn = page.get_by_role("region", name="What the share draws")
    assert drawn.get_by_role("row", name="All").inner_text().split() == ["All", "64", "64"]
    page.get_by_label("Share of the touched labels").fill("25")
    page.get_by_role("cell", name="16", exact=True).first.wait_for()
    page.get_by_role("button", name="Start").press("Enter")
    page.get_by_text("0 of 16 asked for are done").wait_for()

    page.get_by_role("button", name="Pause").press("Enter")
    page.get_by_text("16 closed").wait_for()
    page.get_by_role("button", name="Resume").press("Enter")
    page.get_by_role("button", name="Compute the report").press("Enter")
    page.get_by_role("heading", name="Did the new version help?").wait_for()
    page.get_by_role("link", name="End…").press("Enter")
    page.get_by_text("16 items that wait are not handed out any more.").wait_for()
    page.get_by_role("button", name="End the campaign").press("Enter")
    page.get_by_text("Ended").first.wait_for()

    assert Campaign.objects.get().state == "ended"
