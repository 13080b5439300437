"""The page about enough labels in a real browser: no violation, no sideways scrolling."""

import pytest
from django.urls import reverse
from django.utils import timezone

from quality.actions.routing.policy import pause_routing
from tests.browser.labeling import sign_in
from tests.factories.routing import labeled, routed, stepped, studied

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_routing_pages_have_no_violations_and_fit_in_every_look(
    look, new_page, live_server, axe, project, lead
):
    ledger = labeled(project, 60, labels=4)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    def visit(path):
        page.goto(path)
        for each in page.locator("details").all():
            each.evaluate("details => details.open = true")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    visit(reverse("quality:routing", args=["support"]))
    studied(ledger)
    visit(reverse("quality:routing", args=["support"]))
    visit(reverse("quality:new_routing", args=["support"]))
    policy = routed(ledger, target=0.95, most=6)
    stepped(policy)
    visit(reverse("quality:routing", args=["support"]))
    visit(reverse("quality:routed_slots", args=["support", policy.pk]))
    visit(reverse("quality:end_routing", args=["support", policy.pk]))
    pause_routing(policy=policy, by=lead, now=timezone.now())
    visit(reverse("quality:routing", args=["support"]))
