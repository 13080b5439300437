"""Runs that learned something of annotators, in a real browser: readable in every look."""

import pytest
from django.urls import reverse

from core.jobs import run_job
from quality.actions.resolution.deciding_rules import Deciding
from tests.browser.labeling import sign_in
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.factories.quality import AnswerLedger, resolution_run
from tests.integration.quality.test_every_method import ledger_of
from tests.integration.quality.test_kinds import box
from tests.integration.quality.test_looks import LOOKS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

METHODS = {
    "boxes": "calibrated_boxes",
    "rating": "calibrated_mean",
    "pairwise": "crowd_bradley_terry",
    "ranking": "plackett_luce",
    "choices": "dawid_skene",
}


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_models_have_no_violations_and_fit_in_every_look(
    look, new_page, live_server, axe, lead
):
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)
    for kind, method in METHODS.items():
        project = ProjectFactory(slug=f"of-{kind}", created_by=lead)
        MembershipFactory(project=project, user=lead, roles=["lead"])
        ledger = ledger_of(project, kind)
        run = resolution_run(ledger, method, deciding=Deciding(abstain_below=0.4))
        run_job(run.job_id)
        for path in (
            reverse("quality:new_resolution", args=[project.slug]) + f"?question={kind}",
            reverse("quality:resolution", args=[project.slug, run.pk]),
            reverse("quality:resolution_item", args=[project.slug, run.pk, ledger.item("b").pk]),
        ):
            page.goto(path)
            for each in page.locator("details").all():
                each.evaluate("details => details.open = true")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_lead_starts_boxes_without_margins_and_reads_what_was_learned(
    new_page, live_server, project, lead, live_worker
):
    ledger = AnswerLedger(project, "boxes")
    for item in range(6):
        for person, margin in (("Ann", 0), ("Ben", 0), ("Cho", 4)):
            drawn = box(20 - margin, 20 - margin, width=40 + 2 * margin, height=30 + 2 * margin)
            ledger.say(f"i{item}", person, {"kind": "boxes", "boxes": [drawn]})
    page = new_page()
    sign_in(page, live_server, lead)
    page.goto(reverse("quality:new_resolution", args=["support"]))

    page.get_by_label("Boxes without annotators' margins").check()
    page.get_by_text("Settings of the methods").click()
    page.get_by_label("Keep what is at least this probable").fill("0.7")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("heading", name="What was learned of each source").wait_for()

    table = page.get_by_role("region", name="What was learned of each source")
    assert table.get_by_role("columnheader", name="Left side: offset").is_visible()
    (row,) = table.get_by_role("row").filter(has_text="Cho").all()
    assert row.get_by_role("cell").nth(2).inner_text().startswith("-")
