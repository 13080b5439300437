"""Polygons and points on an image: by clicks, handles, keys and numbers."""

import pytest

from tests.browser.image import POLYGON, click, corners, drag, near, number, on_screen, open_image
from tests.browser.marks import answer

pytestmark = pytest.mark.django_db(transaction=True)


def test_polygon_is_closed_on_its_first_corner(page):
    open_image(page, "polygons")
    for place in ((50, 50), (150, 60), (120, 160), (50, 50)):
        click(page, *place)

    (polygon,) = answer(page)
    assert polygon["choice"] == "car"
    assert near(corners(polygon), [50, 50, 150, 60, 120, 160])


def test_polygon_takes_back_corners_and_is_closed_by_enter(page):
    open_image(page, "polygons")
    for place in ((50, 50), (150, 60), (300, 250)):
        click(page, *place)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    assert page.evaluate("kind.read(question)") is None
    click(page, 120, 160)
    page.keyboard.press("Enter")

    assert near(corners(answer(page)[0]), [50, 50, 150, 60, 120, 160])
    assert page.evaluate("window.submits") == 0


def test_polygon_corners_are_moved_added_and_removed(page):
    open_image(page, "polygons", value=[POLYGON])
    page.locator("[data-mark]").click()
    page.get_by_role("button", name="Corner 2", exact=True).hover()
    page.mouse.down()
    page.mouse.move(*on_screen(page, 200, 20), steps=4)
    page.mouse.up()
    assert near(answer(page)[0]["points"][1], [200, 20])

    page.get_by_role("button", name="Add a corner after corner 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowDown")
    assert near(answer(page)[0]["points"][3], [100, 160], by=0.01)
    page.keyboard.press("Delete")
    assert len(answer(page)[0]["points"]) == 4
    page.get_by_role("spinbutton", name="Corner").fill("4")
    page.keyboard.press("Enter")
    number(page, "Left").fill("5")
    page.keyboard.press("Enter")
    assert answer(page)[0]["points"][3] == [5, 150]


def test_polygon_is_moved_whole_and_stays_inside(page):
    open_image(page, "polygons", value=[POLYGON])
    page.locator("[data-mark]").click()
    for _ in range(7):
        page.keyboard.press("Shift+ArrowLeft")

    assert answer(page)[0]["points"] == [[0, 50], [100, 50], [100, 150], [0, 150]]


def test_point_is_set_by_one_click_and_moved_by_keys(page):
    open_image(page, "points")
    page.keyboard.press("3")
    click(page, 120, 90)
    page.keyboard.press("Shift+ArrowUp")

    (point,) = answer(page)
    assert near([point["x"], point["y"]], [120, 80])
    assert (point["part"], point["choice"]) == ("image", "sign")


def test_point_is_dragged_to_another_place(page):
    open_image(page, "points", value=[{"part": "image", "x": 100, "y": 100, "choice": "car"}])
    click(page, 100, 100)
    drag(page, (100, 100), (200, 150))

    (point,) = answer(page)
    assert near([point["x"], point["y"]], [200, 150])
