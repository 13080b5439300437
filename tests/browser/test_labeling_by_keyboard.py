"""The labeling screen without a mouse: what each key does, where the focus is, what is stored."""

import pytest
from django.utils import timezone

from annotations.models import Flag
from guidelines.actions.acknowledge import acknowledge
from tests.browser.labeling import (
    TWO_QUESTIONS,
    choice_of,
    external_id,
    fill,
    focused,
    open_screen,
    press_and_go_on,
    stored_by,
    wait_for_item,
    wait_until_saved,
)
from tests.factories.guidelines import a_document, publish_version

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {"1": "positive", "2": "negative", "3": "mixed"}


@pytest.fixture
def screen(page, live_server, project, annotator):
    fill(project)
    open_screen(page, live_server, annotator)
    return page


def test_digit_keys_label_twenty_items_and_each_is_stored_once(screen, annotator):
    expected = {}
    for n in range(20):
        key = "123"[n % 3]
        expected[press_and_go_on(screen, key)] = KEYS[key]
        assert focused(screen) == "item-text"
    wait_until_saved(screen)

    rows = stored_by(annotator)
    assert {row.item.external_id: choice_of(row) for row in rows} == expected
    assert len(rows) == 20
    assert {row.version.number for row in rows} == {1}
    assert all(row.active_ms is not None and row.started_at for row in rows)


def test_title_names_the_item_on_screen(screen):
    press_and_go_on(screen, "1")

    assert screen.title().startswith(external_id(screen))


def test_undo_reopens_the_last_answer_and_stores_a_revision(screen, annotator):
    item = press_and_go_on(screen, "1")
    following = external_id(screen)
    screen.keyboard.press("u")
    wait_for_item(screen, other_than=following)
    assert external_id(screen) == item
    assert "Positive" in screen.inner_text("#reopened")

    press_and_go_on(screen, "2")
    wait_until_saved(screen)

    assert external_id(screen) == following
    first, second = stored_by(annotator)
    assert (choice_of(first), choice_of(second)) == ("positive", "negative")
    assert second.supersedes_id == first.pk


def test_escape_keeps_a_reopened_answer(screen, annotator):
    item = press_and_go_on(screen, "1")
    following = external_id(screen)
    screen.keyboard.press("u")
    wait_for_item(screen, other_than=following)

    screen.keyboard.press("Escape")
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)

    assert external_id(screen) == following
    assert [choice_of(row) for row in stored_by(annotator)] == ["positive"]


def test_undo_after_a_reload_opens_the_answer_from_the_server(screen, annotator):
    item = press_and_go_on(screen, "3")
    wait_until_saved(screen)
    screen.reload()
    wait_for_item(screen)
    following = external_id(screen)

    screen.keyboard.press("u")
    wait_for_item(screen, other_than=following)
    assert external_id(screen) == item
    press_and_go_on(screen, "1")
    wait_until_saved(screen)

    first, second = stored_by(annotator)
    assert choice_of(second) == "positive"
    assert second.supersedes_id == first.pk


def test_skip_asks_for_a_reason_by_digit_and_stores_it(screen, annotator):
    item = external_id(screen)
    screen.keyboard.press("s")
    screen.wait_for_selector("#skip-dialog:modal")
    screen.keyboard.press("2")
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)

    (row,) = stored_by(annotator)
    assert (row.kind, row.reason, row.item.external_id) == ("skip", "not_covered", item)
    assert focused(screen) == "item-text"


def test_ask_sends_a_comment_and_leaves_the_item_open(screen, annotator):
    item = external_id(screen)
    screen.keyboard.press("f")
    screen.wait_for_selector("#flag-dialog:modal")
    screen.keyboard.type("Is 1 or s right here?")
    screen.keyboard.press("Control+Enter")
    screen.wait_for_selector("#flag-dialog", state="hidden")

    flag = Flag.objects.get()
    assert (flag.comment, flag.item.external_id) == ("Is 1 or s right here?", item)
    assert flag.by == annotator
    assert external_id(screen) == item
    assert stored_by(annotator) == []


def test_keys_typed_into_the_search_are_no_answers(screen, annotator):
    item = external_id(screen)
    screen.keyboard.press("/")
    screen.keyboard.type("1 two s targets")
    assert screen.locator("#guide-none").is_visible()

    screen.fill("#guide-query", "two targets")
    assert screen.locator(".rule:visible").count() == 1
    screen.keyboard.press("Escape")
    screen.keyboard.press("Escape")

    assert focused(screen) == "item-text"
    assert external_id(screen) == item
    assert stored_by(annotator) == []


def test_a_choice_in_focus_lights_up_its_rule(screen):
    screen.locator("input[value=positive]").focus()
    assert screen.locator(".rule.is-about").count() == 0

    screen.locator("input[value=mixed]").focus()

    assert screen.locator(".rule.is-about .rule-number").inner_text() == "R1"


def test_an_item_of_an_earlier_version_says_so_beside_the_rules(screen, project, annotator):
    press_and_go_on(screen, "1")
    wait_until_saved(screen)
    newer = publish_version(project, document=a_document("positive", "negative", "neither"))
    acknowledge(version=newer, by=annotator, now=timezone.now())
    screen.reload()
    wait_for_item(screen)
    while screen.locator("#guide-other").is_hidden() and len(stored_by(annotator)) < 8:
        press_and_go_on(screen, "1")
        wait_until_saved(screen)

    assert "version 2" in screen.inner_text("#guide-other")
    assert "version 1" in screen.inner_text("#guide-other")
    press_and_go_on(screen, "3")
    wait_until_saved(screen)
    last = stored_by(annotator)[-1]
    assert (last.version.number, choice_of(last)) == (2, "neither")


def test_guideline_key_opens_the_whole_guideline_and_closes_it(screen):
    item = external_id(screen)
    screen.keyboard.press("g")
    screen.wait_for_selector("#guide:modal")
    assert screen.get_by_text("Read the whole message.").is_visible()
    screen.keyboard.press("1")
    screen.keyboard.press("g")
    screen.wait_for_selector("#guide:not(:modal)")

    assert external_id(screen) == item
    assert focused(screen) == "item-text"


def test_letters_work_in_hangul_mode_and_digits_on_the_number_pad(screen, annotator):
    item = external_id(screen)
    press = """(event) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {...event, bubbles: true, cancelable: true}))"""
    screen.evaluate(press, {"key": "ㄴ", "code": "KeyS"})
    screen.wait_for_selector("#skip-dialog:modal")
    screen.keyboard.press("Escape")

    screen.evaluate(press, {"key": "2", "code": "Numpad2"})
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)

    assert [choice_of(row) for row in stored_by(annotator)] == ["negative"]


def test_a_key_held_down_answers_one_item_only(screen, annotator):
    item = external_id(screen)
    for _repeat in range(5):
        screen.keyboard.down("1")  # every further one carries `repeat`
    screen.keyboard.up("1")
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)

    assert len(stored_by(annotator)) == 1


def test_single_keys_can_be_switched_off_and_stay_off(screen, annotator):
    screen.keyboard.press("?")
    screen.locator("#setting-keys").uncheck()
    screen.keyboard.press("Escape")
    screen.reload()
    wait_for_item(screen)
    item = external_id(screen)

    screen.keyboard.press("1")
    screen.keyboard.press("s")

    assert external_id(screen) == item
    assert not screen.locator("#skip-dialog").is_visible()
    screen.locator(".choice").first.click()
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)
    assert [choice_of(row) for row in stored_by(annotator)] == ["positive"]


def test_arrow_keys_choose_and_enter_submits(screen, annotator):
    item = external_id(screen)
    screen.locator(".choice input").first.focus()
    screen.keyboard.press("ArrowDown")
    assert external_id(screen) == item

    screen.keyboard.press("Enter")
    wait_for_item(screen, other_than=item)
    wait_until_saved(screen)

    assert [choice_of(row) for row in stored_by(annotator)] == ["negative"]


def test_two_questions_need_both_answers_before_enter_submits(
    page,
    live_server,
    project,
    annotator,
):
    fill(project, document=TWO_QUESTIONS)
    open_screen(page, live_server, annotator)
    item = external_id(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    assert page.locator(".question-error:visible").inner_text() == "Please answer this question."
    assert external_id(page) == item

    page.keyboard.press("2")
    assert focused(page) == "submit"
    page.keyboard.press("Enter")
    wait_for_item(page, other_than=item)
    wait_until_saved(page)

    (row,) = stored_by(annotator)
    assert {label.choice.key for label in row.labels.all()} == {"refund", "angry"}


def test_half_an_answer_is_there_again_after_a_reload(page, live_server, project, annotator):
    fill(project, document=TWO_QUESTIONS)
    open_screen(page, live_server, annotator)
    item = external_id(page)
    with page.expect_response("**/drafts/**") as saved:
        page.keyboard.press("2")
    assert saved.value.status == 204

    page.reload()
    wait_for_item(page)

    assert external_id(page) == item
    assert page.locator("input[value=other]").is_checked()
    assert stored_by(annotator) == []
