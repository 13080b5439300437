"""A reviewer accepts, corrects and sends back by keys; the annotator answers again."""

import pytest
from playwright.sync_api import expect

from annotations.models import Annotation, Flag
from projects.models import Project
from quality.models import Review
from tests.browser.labeling import sign_in
from tests.factories.annotations import answered, open_items
from tests.factories.guidelines import publish_version

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answers(project, annotator):
    """Three answers of Bob, all to be reviewed."""
    Project.objects.filter(pk=project.pk).update(review="sample", review_newcomers=20)
    project.refresh_from_db()
    publish_version(project)
    open_items(project, 3, overlap=1)
    return [answered(project, annotator) for _turn in range(3)]


def open_queue(page, live_server, reviewer):
    sign_in(page, live_server, reviewer)
    page.goto("/p/support/quality/review/")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector("#review-form")
    page.wait_for_load_state("networkidle")


def test_keys_accept_correct_and_send_back(
    page, new_page, live_server, project, reviewer, annotator, answers
):
    open_queue(page, live_server, reviewer)
    first = page.inner_text("h1")
    page.keyboard.press("a")
    expect(page.locator("h1")).not_to_have_text(first)
    page.wait_for_load_state("networkidle")
    second = page.inner_text("h1")
    page.keyboard.press("o")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text(second)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("b")
    page.keyboard.type("Two targets: please read R1.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    verdicts = list(Review.objects.order_by("pk").values_list("verdict", flat=True))
    assert verdicts == ["accepted", "fixed", "sent_back"]
    other = new_page()
    sign_in(other, live_server, annotator)
    other.goto("/w/support/")
    expect(other.get_by_text("Two targets: please read R1.")).to_be_visible()
    other.wait_for_load_state("networkidle")
    other.keyboard.press("3")
    expect(other.locator("#saved-text")).to_contain_text("Saved")
    sent_back = Flag.objects.get().annotation
    newer = Annotation.objects.get(supersedes=sent_back)
    assert newer.labels.get().value["choice"] == "mixed"


def test_undo_opens_the_last_reviewed_answer_again(page, live_server, project, reviewer, answers):
    open_queue(page, live_server, reviewer)
    first = page.inner_text("h1")
    page.keyboard.press("a")
    expect(page.locator("h1")).not_to_have_text(first)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("u")

    expect(page.locator("h1")).to_have_text(first)
    expect(page.get_by_text("A new review supersedes it")).to_be_visible()


def test_thread_is_marked_as_read_when_it_is_shown(
    page, live_server, project, reviewer, annotator, answers
):
    open_queue(page, live_server, reviewer)
    first = page.inner_text("h1")
    page.keyboard.press("b")
    page.keyboard.type("Two targets?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).not_to_have_text(first)
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    sign_in(page, live_server, annotator)
    page.goto("/p/support/questions/")
    badge = page.locator(".nav-count.badge")
    expect(badge).to_contain_text("1")
    page.get_by_role("link", name="Two targets?").click()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Your words").fill("I meant the first one.")
    page.get_by_role("button", name="Reply").click()
    expect(page.get_by_text("I meant the first one.")).to_be_visible()
    expect(badge).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_pages_are_accessible_and_fit(
    new_page, live_server, project, owner, annotator, answers, axe, language, scheme, width
):
    page = new_page(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    sign_in(page, live_server, owner)
    page.goto("/p/support/quality/review/")
    page.locator(".card .button.primary").click()
    page.wait_for_selector("#review-form")
    addresses = [page.url, "/p/support/quality/review/", "/p/support/quality/review/figures/"]
    addresses += ["/p/support/quality/review/done/", "/p/support/quality/review/settings/"]
    addresses += ["/p/support/questions/", "/p/support/quality/decisions/reasons/"]
    for address in [*addresses, "/p/support/quality/adjudicate/"]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)
