"""Boxes on an image: by drag, by clicks alone, by keys and by numbers."""

import pytest

from tests.browser.image import CAR, SIGN, click, drag, near, number, on_screen, open_image, sides
from tests.browser.marks import CHOICES, answer, edits, summary

pytestmark = pytest.mark.django_db(transaction=True)


def test_box_is_drawn_by_drag_and_gets_the_chosen_class(page):
    open_image(page, "boxes")
    page.keyboard.press("2")
    drag(page, (40, 30), (140, 130))

    (box,) = answer(page)
    assert near(sides(box), [40, 30, 100, 100])
    assert (box["part"], box["choice"]) == ("image", "person")
    assert summary(page) == "Person"
    assert edits(page) == 1


def test_box_is_drawn_by_two_clicks_without_dragging(page):
    open_image(page, "boxes")
    click(page, 200, 100)
    page.mouse.move(*on_screen(page, 250, 140))
    assert page.evaluate("kind.read(question)") is None
    click(page, 260, 150)

    (box,) = answer(page)
    assert near(sides(box), [200, 100, 60, 50])
    assert box["choice"] == "car"


def test_box_drawn_over_the_edge_ends_at_the_edge(page):
    open_image(page, "boxes")
    drag(page, (330, 250), (440, 360))

    (box,) = answer(page)
    assert near([box["x"], box["y"]], [330, 250])
    assert (box["x"] + box["width"], box["y"] + box["height"]) == (400, 300)


def test_box_is_made_moved_and_resized_by_keys_alone(page):
    open_image(page, "boxes")
    page.locator(".image-view").focus()
    page.keyboard.press("3")
    page.keyboard.press("n")
    before = answer(page)[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.keyboard.press("Alt+ArrowUp")

    after = answer(page)[0]
    assert after["choice"] == "sign"
    assert near(
        sides(after), [n + d for n, d in zip(sides(before), [1, 10, 10, -1], strict=True)], by=0.01
    )


def test_keys_never_push_a_box_out_of_the_image(page):
    open_image(page, "boxes", value=[CAR | {"x": 296, "y": 195}])
    page.locator("[data-mark]").click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("Alt+Shift+ArrowRight")

    assert sides(answer(page)[0]) == [300, 200, 100, 100]


def test_box_takes_typed_numbers_and_enter_does_not_submit(page):
    open_image(page, "boxes", value=[CAR])
    page.locator("[data-mark]").click()
    number(page, "Left").fill("12.5")
    page.keyboard.press("Enter")
    number(page, "Width").fill("9999")
    page.keyboard.press("Tab")

    assert sides(answer(page)[0]) == [12.5, 30, 387.5, 100]
    assert number(page, "Width").input_value() == "387.5"
    assert page.evaluate("window.submits") == 0


def test_emptied_number_goes_back_to_what_it_was(page):
    open_image(page, "boxes", value=[CAR])
    page.locator("[data-mark]").click()
    number(page, "Top").fill("")
    page.keyboard.press("Enter")

    assert number(page, "Top").input_value() == "30"
    assert answer(page) == [CAR]
    assert edits(page) == 0


def test_box_is_resized_by_its_named_handles_with_mouse_and_keys(page):
    open_image(page, "boxes", value=[CAR])
    page.locator("[data-mark]").click()
    page.get_by_role("button", name="Bottom right corner").hover()
    page.mouse.down()
    page.mouse.move(*on_screen(page, 180, 200), steps=4)
    page.mouse.up()
    assert near(sides(answer(page)[0]), [40, 30, 140, 170])

    page.get_by_role("button", name="Left side", exact=True).focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert near(sides(answer(page)[0]), [30, 30, 150, 170])
    focus = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focus == "Left side"


def test_selected_box_is_moved_by_drag_and_its_class_changed_by_key(page):
    open_image(page, "boxes", value=[CAR, SIGN])
    click(page, 90, 80)
    drag(page, (90, 80), (120, 90))
    page.keyboard.press("2")

    moved, other = answer(page)
    assert near(sides(moved), [70, 40, 100, 100])
    assert moved["choice"] == "person"
    assert other == SIGN


def test_click_selects_the_smallest_box_and_the_hand_goes_through_those_beneath(page):
    inner = CAR | {"x": 60, "y": 50, "width": 20, "height": 20, "choice": "person"}
    open_image(page, "boxes", value=[CAR, inner])
    click(page, 70, 60)
    assert page.locator("[aria-current=true] .marking-name").text_content() == "Person"

    page.keyboard.press("v")
    click(page, 70, 60)
    assert page.locator("[aria-current=true] .marking-name").text_content() == "Car"


def test_undo_and_redo_give_back_each_state_exactly(page):
    open_image(page, "boxes", value=[CAR])
    page.locator("[data-mark]").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    page.keyboard.press("Delete")
    assert page.evaluate("kind.read(question)") is None

    page.keyboard.press("Control+z")
    assert answer(page) == [CAR | {"x": 41, "choice": "person"}]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert answer(page) == [CAR]
    for _ in range(3):
        page.keyboard.press("Control+Shift+z")
    assert page.evaluate("kind.read(question)") is None
    assert page.locator("[data-mark]").count() == 0
    page.get_by_role("button", name="Undo this step").click()
    assert answer(page) == [CAR | {"x": 41, "choice": "person"}]


def test_undo_without_a_step_is_left_to_the_screen(page):
    open_image(page, "boxes")
    used = page.evaluate(
        "kind.keys(question, new KeyboardEvent('keydown', {code: 'KeyZ', ctrlKey: true}))"
    )
    assert used is False


def test_written_answer_is_read_again_and_begins_a_new_history(page):
    open_image(page, "boxes", value=[CAR])
    page.locator("[data-mark]").click()
    page.keyboard.press("Delete")
    page.evaluate("marks => kind.write(question, marks)", [SIGN, CAR])
    page.keyboard.press("Control+z")

    assert answer(page) == [SIGN, CAR]
    assert summary(page) == "Traffic sign, Car"


def test_boxes_on_another_part_are_kept_but_not_shown(page):
    other = SIGN | {"part": "second"}
    open_image(page, "boxes", value=[other, CAR])

    assert page.locator("[data-mark]").count() == 1
    assert answer(page) == [other, CAR]


def test_escape_gives_up_a_half_drawn_box(page):
    open_image(page, "boxes")
    click(page, 200, 100)
    page.keyboard.press("Escape")
    click(page, 260, 150)

    assert page.evaluate("kind.read(question)") is None
    assert edits(page) == 0


def test_letters_of_choices_come_before_those_of_tools(page):
    choices = [CHOICES[0], CHOICES[1] | {"hotkey": "n"}]
    open_image(page, "boxes", choices=choices, value=[CAR])
    page.locator("[data-mark]").click()
    used = page.evaluate(
        "kind.keys(question, new KeyboardEvent('keydown', {code: 'KeyN', key: 'n'}))"
    )
    assert used is False
    assert page.evaluate("kind.press(question, 'n')") is True
    assert answer(page) == [CAR | {"choice": "person"}]


def test_focus_is_never_lost_when_boxes_are_removed(page):
    open_image(page, "boxes", value=[CAR, SIGN])
    page.locator("[data-mark]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    assert page.evaluate("document.activeElement.className").startswith("marking-row")
    page.keyboard.press("Delete")
    assert page.evaluate("document.activeElement.className") == "image-view"
