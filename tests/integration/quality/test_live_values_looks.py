"""Live figures of values in a real browser: no violation, no sideways scrolling, in every look."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.browser.labeling import sign_in
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count
from tests.integration.quality.test_looks import LOOKS
from tests.integration.quality.values import fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("kind", ["spans", "number"])
@pytest.mark.parametrize("look", LOOKS)
def test_live_figures_have_no_violations_and_fit_in_every_look(
    look, kind, new_page, live_server, axe, project, lead
):
    with transaction.atomic():
        ledger = fill(AnswerLedger(project, kind), items=40)
    count(ledger)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    page.goto(reverse("quality:dashboard", args=[project.slug]))

    page.wait_for_selector("#live-agreement")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
