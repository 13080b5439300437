"""Live figures of ratings and pairs in a real browser: they follow the labels, in every look."""

import pytest
from django.urls import reverse

from tests.browser.labeling import sign_in
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count
from tests.integration.quality.test_live_kinds import KINDS, answer
from tests.integration.quality.test_looks import LOOKS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("kind", KINDS)
def test_live_figures_have_no_violations_fit_in_every_look_and_follow_the_labels(
    kind, new_page, live_server, axe, project, lead
):
    ledger = AnswerLedger(project, kind)
    for n in range(32):
        for place, person in enumerate(("Ann", "Ben", "Cho")):
            ledger.say(f"i{n:02}", person, answer(kind, (n + (n % 5 == place)) % 4))
    count(ledger)
    address = reverse("quality:dashboard", args=["support"])

    for options in LOOKS.values():
        page = new_page(**options)
        sign_in(page, live_server, lead)
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()

    page = new_page()
    sign_in(page, live_server, lead)
    page.goto(address)
    page.get_by_text("items 32, labels 96, annotators 3").wait_for()
    ledger.say("i00", "Dan", answer(kind, 1))
    count(ledger)
    page.get_by_text("items 32, labels 97, annotators 4").wait_for()
