"""Answers survive the network: offline, lost replies, two tabs, lost slots; each is stored once."""

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from annotations.models import Assignment
from tests.browser.labeling import (
    choice_of,
    external_id,
    fill,
    open_screen,
    press_and_go_on,
    stored_by,
    wait_for_item,
    wait_until_saved,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def screen(page, live_server, project, annotator, page_problems):
    page_problems.expect(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)")
    fill(project)
    open_screen(page, live_server, annotator)
    wait_until_ring_is_full(page)
    return page


def wait_until_ring_is_full(page):
    """Five items are held: the one on screen and four ahead."""
    page.wait_for_load_state("networkidle")


def label_until_dry(page):
    """Answer all that is on the device; what was answered."""
    answered = []
    while item := external_id(page):
        answered.append(item)
        page.keyboard.press("2")
        page.wait_for_function(
            "previous => document.querySelector('#item-form')?.dataset.external !== previous",
            arg=item,
        )
    return answered


def test_offline_answers_wait_and_are_stored_once_when_back(screen, annotator):
    screen.context.set_offline(True)
    answered = label_until_dry(screen)
    screen.wait_for_selector("#saved-state[data-state=waiting]")
    assert len(answered) == 5
    expect(screen.locator("#saved-state")).to_contain_text("Waiting (5)")
    screen.get_by_role("heading", name="No connection").wait_for()
    screen.keyboard.press("1")  # nothing is there to be answered a second time
    assert stored_by(annotator) == []

    screen.context.set_offline(False)
    wait_for_item(screen)
    wait_until_saved(screen)

    rows = stored_by(annotator)
    assert sorted(row.item.external_id for row in rows) == sorted(answered)
    assert {choice_of(row) for row in rows} == {"negative"}


def test_an_answer_given_offline_keeps_the_time_it_was_given(screen, annotator):
    screen.context.set_offline(True)
    press_and_go_on(screen, "1")
    screen.wait_for_selector("#saved-state[data-state=waiting]")
    came_back = timezone.now()
    screen.context.set_offline(False)
    wait_until_saved(screen)

    (row,) = stored_by(annotator)
    assert row.submitted_at < came_back <= row.created_at


def test_answers_of_a_closed_page_are_sent_by_the_next_one(screen, annotator):
    screen.context.set_offline(True)
    answered = [press_and_go_on(screen, "1"), press_and_go_on(screen, "3")]
    expect(screen.locator("#saved-state")).to_contain_text("Waiting (2)")
    context = screen.context
    screen.close()
    assert stored_by(annotator) == []

    context.set_offline(False)
    page = context.new_page()
    page.goto("/w/support/")
    wait_for_item(page)
    wait_until_saved(page)
    page.wait_for_function(
        "() => document.querySelectorAll('#strip [data-state=saved]').length === 2",
    )

    assert sorted(row.item.external_id for row in stored_by(annotator)) == sorted(answered)
    assert external_id(page) not in answered


def test_an_answer_that_the_device_has_no_room_for_is_held_until_it_is_sent(
    screen, annotator, live_server
):
    devtools = screen.context.new_cdp_session(screen)
    here = {"origin": live_server.url}
    devtools.send("Storage.overrideQuotaForOrigin", {**here, "quotaSize": 1})
    screen.context.set_offline(True)
    asked = []
    screen.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    item = press_and_go_on(screen, "1")
    expect(screen.locator("#saved-state")).to_contain_text("Waiting (1)")
    screen.close(run_before_unload=True)
    expect(screen.locator("#saved-state")).to_contain_text("Waiting (1)")
    screen.context.set_offline(False)
    wait_until_saved(screen)
    devtools.send("Storage.overrideQuotaForOrigin", here)

    assert asked == ["beforeunload"]
    assert [row.item.external_id for row in stored_by(annotator)] == [item]


def test_an_answer_after_the_data_of_the_site_were_cleared_is_stored(
    screen, annotator, live_server
):
    devtools = screen.context.new_cdp_session(screen)
    cleared = {"origin": live_server.url, "storageTypes": "indexeddb"}
    devtools.send("Storage.clearDataForOrigin", cleared)
    screen.context.set_offline(True)

    answered = [press_and_go_on(screen, "1"), press_and_go_on(screen, "2")]
    expect(screen.locator("#saved-state")).to_contain_text("Waiting (2)")
    screen.context.set_offline(False)
    wait_until_saved(screen)

    assert sorted(row.item.external_id for row in stored_by(annotator)) == sorted(answered)


def test_a_lost_reply_is_sent_again_and_stored_once(screen, annotator):
    lost = []

    def lose_the_first(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    screen.route("**/outbox/", lose_the_first)
    item = press_and_go_on(screen, "1")
    screen.wait_for_selector("#saved-state[data-state=waiting]")
    wait_until_saved(screen)

    assert lost == [200]
    assert [row.item.external_id for row in stored_by(annotator)] == [item]


def test_answers_wait_while_signed_out_and_are_stored_after_signing_in_again(
    screen,
    annotator,
    live_server,
    page_problems,
):
    page_problems.expect("status of 401")
    screen.context.clear_cookies(name="sessionid")
    item = press_and_go_on(screen, "1")
    screen.wait_for_selector("#saved-state[data-state=waiting]")
    screen.get_by_text("You are signed out.").first.wait_for()
    assert stored_by(annotator) == []

    annotator.set_password("correct horse battery staple")
    annotator.save(update_fields=["password"])
    other = screen.context.new_page()
    other.goto(f"{live_server.url}/accounts/sign-in/")
    other.get_by_label("E-mail address").fill(annotator.email)
    other.get_by_label("Password").fill("correct horse battery staple")
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(f"{live_server.url}/")
    wait_until_saved(screen)

    assert [row.item.external_id for row in stored_by(annotator)] == [item]


def test_answers_of_an_open_tab_never_count_for_who_signs_in_next(
    screen,
    annotator,
    second_annotator,
    live_server,
    page_problems,
):
    page_problems.expect("status of 409")
    client = Client()
    client.force_login(second_annotator)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    screen.context.add_cookies([{**session, "url": live_server.url}])

    press_and_go_on(screen, "1")
    screen.wait_for_selector("#saved-state[data-state=waiting]")
    screen.get_by_text("The server does not accept answers").first.wait_for()

    assert stored_by(annotator) == []
    assert stored_by(second_annotator) == []


def test_two_tabs_share_the_outbox_and_never_answer_an_item_twice(screen, annotator, live_server):
    other = screen.context.new_page()
    other.goto("/w/support/")
    wait_for_item(other)
    item = external_id(screen)
    assert external_id(other) == item

    for n in range(8):
        here, there = (screen, other) if n % 2 else (other, screen)
        answered = press_and_go_on(here, "2")
        wait_for_item(there, other_than=answered)
    for page in (screen, other):
        wait_until_saved(page)

    rows = stored_by(annotator)
    assert len(rows) == 8
    assert len({row.item_id for row in rows}) == 8


def test_a_slot_that_went_to_somebody_else_keeps_the_answer_visible(
    screen,
    annotator,
    second_annotator,
):
    item = external_id(screen)
    Assignment.objects.filter(item__external_id=item).update(annotator=second_annotator)

    press_and_go_on(screen, "1")
    screen.wait_for_selector("#refused:visible")

    assert "Positive" in screen.inner_text("#refused")
    assert item in screen.inner_text("#refused")
    assert "Not stored (1)" in screen.inner_text("#saved-state")
    assert stored_by(annotator) == []
    screen.get_by_role("button", name="Dismiss").click()
    wait_until_saved(screen)
    assert not screen.locator("#refused").is_visible()


def test_a_conflict_with_another_device_opens_the_stored_answer(
    screen,
    annotator,
    new_page,
    live_server,
):
    item = external_id(screen)
    device = new_page()
    open_screen(device, live_server, annotator)
    assert external_id(device) == item
    press_and_go_on(device, "1")
    wait_until_saved(device)

    following = press_and_go_on(screen, "2") and external_id(screen)
    screen.wait_for_selector("#refused:visible")
    assert [choice_of(row) for row in stored_by(annotator)] == ["positive"]

    screen.get_by_role("button", name="Open the item").click()
    wait_for_item(screen, other_than=following)
    assert external_id(screen) == item
    assert screen.locator("input[value=positive]").is_checked()
    press_and_go_on(screen, "3")
    wait_until_saved(screen)
    first, second = stored_by(annotator)
    assert (choice_of(second), second.supersedes_id) == ("mixed", first.pk)


def test_a_project_without_device_storage_keeps_nothing_in_the_browser(
    page,
    live_server,
    project,
    annotator,
    page_problems,
):
    page_problems.expect(r"net::ERR_INTERNET_DISCONNECTED")
    project.no_device_storage = True
    project.save(update_fields=["no_device_storage"])
    fill(project)
    open_screen(page, live_server, annotator)
    wait_until_ring_is_full(page)
    page.context.set_offline(True)
    press_and_go_on(page, "1")
    page.wait_for_selector("#saved-state[data-state=waiting]")

    assert page.evaluate("indexedDB.databases()") == []
    page.context.set_offline(False)
    wait_until_saved(page)
    assert len(stored_by(annotator)) == 1


def test_the_end_of_the_queue_is_said_and_new_items_appear(page, live_server, project, annotator):
    fill(project, items=3)
    open_screen(page, live_server, annotator)
    for _n in range(2):
        press_and_go_on(page, "1")
    page.keyboard.press("1")
    page.get_by_role("heading", name="Nothing more to label for now").wait_for()
    wait_until_saved(page)

    assert len(stored_by(annotator)) == 3
    assert page.evaluate("document.activeElement !== document.body")


def test_signing_out_gives_the_leased_items_back(screen, live_server, annotator):
    press_and_go_on(screen, "1")
    wait_until_saved(screen)
    screen.get_by_role("button", name="Account menu").click()
    screen.get_by_role("button", name="Sign out").click()
    screen.wait_for_url("**/accounts/**")

    assert not Assignment.objects.filter(annotator=annotator, state="leased").exists()
    assert len(stored_by(annotator)) == 1
