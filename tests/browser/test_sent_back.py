"""An answer that is sent back appears in the running labeling screen, and nothing is lost by it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from annotations.actions.comment_send_back import send_back
from annotations.models import Annotation, OpenThread
from guidelines.queries import current_version
from tests.browser.labeling import (
    TWO_QUESTIONS,
    external_id,
    fill,
    open_screen,
    stored_by,
    wait_for_item,
    wait_until_saved,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Two targets: please read R1."


def back(project, reviewer, annotation):
    return send_back(
        annotation=annotation,
        version=current_version(project),
        by=reviewer,
        comment=WORDS,
        now=timezone.now(),
    )


@pytest.fixture
def screen(page, live_server, project, annotator):
    """Two questions an item; one item is answered, of the next one the first question."""
    fill(project, document=TWO_QUESTIONS)
    open_screen(page, live_server, annotator)
    first = external_id(page)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    wait_for_item(page, other_than=first)
    wait_until_saved(page)
    page.keyboard.press("2")
    return page


def said(page):
    """What stands in the form on screen."""
    return page.evaluate(
        "[...document.querySelectorAll('#item-form input:checked')].map(each => each.value)"
    )


def test_notice_comes_within_seconds_and_what_is_being_labeled_stays(
    screen, project, reviewer, annotator
):
    (answer,) = stored_by(annotator)
    current = external_id(screen)

    back(project, reviewer, answer)

    expect(screen.locator("#returned")).to_be_visible(timeout=9_000)
    assert external_id(screen) == current
    assert said(screen) == ["other"]
    screen.keyboard.press("1")
    screen.keyboard.press("Enter")
    expect(screen.get_by_text(WORDS)).to_be_visible()
    assert external_id(screen) == answer.item.external_id
    assert said(screen) == ["refund", "angry"]
    expect(screen.locator("#returned")).to_be_hidden()


def test_answer_that_came_back_is_answered_again_without_a_reload(
    screen, project, reviewer, annotator
):
    (answer,) = stored_by(annotator)
    current = external_id(screen)
    back(project, reviewer, answer)
    screen.locator("#returned button").click(timeout=9_000)
    expect(screen.get_by_text(WORDS)).to_be_visible()
    screen.locator("#item-form input[value=calm]").check(force=True)
    screen.keyboard.press("Enter")
    wait_for_item(screen, other_than=answer.item.external_id)
    wait_until_saved(screen)

    newer = Annotation.objects.get(supersedes=answer)
    assert {label.choice.key for label in newer.labels.all()} == {"refund", "calm"}
    assert not OpenThread.objects.exists()
    assert (external_id(screen), said(screen)) == (current, ["other"])


def test_somebody_who_waits_for_items_gets_it_at_once(
    page, live_server, project, reviewer, annotator
):
    fill(project, items=1)
    open_screen(page, live_server, annotator)
    page.keyboard.press("1")
    page.get_by_text("There is nothing").first.wait_for(state="attached")
    wait_until_saved(page)

    back(project, reviewer, stored_by(annotator)[0])

    expect(page.get_by_text(WORDS)).to_be_visible(timeout=9_000)


def test_escape_leaves_it_as_it_was_and_goes_on(screen, project, reviewer, annotator):
    (answer,) = stored_by(annotator)
    current = external_id(screen)
    back(project, reviewer, answer)
    screen.locator("#returned button").click(timeout=9_000)
    screen.keyboard.press("Escape")

    wait_for_item(screen, other_than=answer.item.external_id)
    assert (external_id(screen), said(screen)) == (current, ["other"])
    assert OpenThread.objects.count() == 1
