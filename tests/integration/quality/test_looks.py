"""The quality pages in a real browser: no violation, no sideways scrolling, in every look."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from quality.actions.resolution.deciding_rules import Deciding
from quality.actions.resolution.methods import METHODS
from quality.actions.resolution.save_costs import save_costs
from quality.actions.resolution.start_check import start_check
from tests.browser.labeling import sign_in
from tests.factories.quality import AnswerLedger, agreement_run, resolution_run, small_ledger
from tests.integration.quality.live import count
from tests.integration.quality.test_kinds import SAID, listed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}


@pytest.mark.parametrize("with_live", [False, True])
@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_violations_and_fit_in_every_look(
    look, with_live, new_page, live_server, axe, project, lead
):
    ledger = small_ledger(project)
    if with_live:
        ledger.fill((f"i{n}", name, "mixed") for n in range(30) for name in ("Ann", "Ben", "Cho"))
    ledger.gold("a", "positive")
    keys = ("positive", "negative", "mixed")
    save_costs(
        project=project,
        question=ledger.question,
        costs={true: {said: float(true != said) for said in keys} for true in keys},
        based_on=0,
        by=lead,
        now=timezone.now(),
    )
    runs = [
        agreement_run(ledger),
        resolution_run(ledger),
        resolution_run(ledger, "dawid_skene"),
        resolution_run(ledger, "pool", deciding=Deciding(by_costs=True, abstain_below=0.9)),
    ]
    for run in runs:
        run_job(run.job_id)
    check = start_check(run=runs[3], by=lead, now=timezone.now())
    run_job(check.job_id)
    ledger.now = timezone.now()
    ledger.say("z", "Ann", "mixed")
    if with_live:
        count(ledger)
    pool = reverse("quality:resolution", args=["support", runs[3].pk])
    resolution = reverse("quality:resolution", args=["support", runs[2].pk])
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for path in (
        reverse("quality:dashboard", args=["support"]),
        reverse("quality:disputed", args=["support"]),
        reverse("quality:resolutions", args=["support"]),
        reverse("quality:new_resolution", args=["support"]),
        f"{resolution}?source={ledger.source('Cho').pk}",
        f"{pool}?show=below_threshold",
        reverse("quality:resolution_item", args=["support", runs[3].pk, ledger.item("f").pk]),
        reverse("quality:comparison", args=["support", runs[1].pk, runs[3].pk]),
        reverse("quality:costs", args=["support", "sentiment"]),
    ):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_lead_computes_agreement_and_sees_the_figures_arrive(
    new_page, live_server, project, lead, live_worker
):
    small_ledger(project)
    page = new_page()
    sign_in(page, live_server, lead)
    page.goto(reverse("quality:dashboard", args=["support"]))

    page.get_by_role("button", name="Compute agreement").click()
    page.get_by_role("heading", name="Who agrees with whom").wait_for()

    assert page.get_by_role("link", name="v1").is_visible()


def test_new_label_appears_on_the_open_dashboard_by_itself(new_page, live_server, project, lead):
    ledger = small_ledger(project)
    count(ledger)
    page = new_page()
    sign_in(page, live_server, lead)
    page.goto(reverse("quality:dashboard", args=["support"]))
    page.get_by_text("items 8, labels 21, annotators 3").wait_for()

    ledger.say("h", "Ann", "mixed")
    ledger.say("c", "Cho", "mixed")
    count(ledger)

    page.get_by_text("items 8, labels 22, annotators 3").wait_for()
    assert page.evaluate("document.querySelectorAll('#live-agreement').length") == 1


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", ["spans", "boxes", "pairwise", "rating"])
def test_pages_of_a_kind_have_no_violations_and_fit_in_every_look(
    kind, look, new_page, live_server, axe, project, lead
):
    ledger = AnswerLedger(project, kind)
    usual, other = (listed(kind, raw) for raw in SAID[kind])
    for item in "ab":
        for person in ("Ann", "Ben", "Cho"):
            ledger.say(item, person, other if (item, person) == ("a", "Cho") else usual)
    methods = list(METHODS[kind])
    runs = [agreement_run(ledger), *(resolution_run(ledger, each.value) for each in methods)]
    for run in runs:
        run_job(run.job_id)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    for path in (
        reverse("quality:dashboard", args=["support"]),
        reverse("quality:disputed", args=["support"]),
        reverse("quality:new_resolution", args=["support"]),
        reverse("quality:resolution", args=["support", runs[-1].pk]),
    ):
        page.goto(path)
        for each in page.locator("details").all():
            each.evaluate("details => details.open = true")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
