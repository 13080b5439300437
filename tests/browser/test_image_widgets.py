"""Boxes, polygons and points on an image: by mouse, by click alone, by keys, by touch, by number."""

import pytest

from tests.browser.marks import answer, edits, open_question, png, serve, summary

pytestmark = pytest.mark.django_db(transaction=True)

IMAGE = {"key": "image", "kind": "image", "media": 1, "width": 400, "height": 300}


def open_image(page, kind, **options):
    part = IMAGE | {"url": "/test-media/street.png"}
    serve(page, part["url"], png(400, 300), "image/png")
    open_question(page, kind, part, **options)
    page.wait_for_function("document.querySelector('figure img').naturalWidth > 1")


def on_screen(page, x, y):
    """Where a place of the image is on the screen."""
    layer = page.locator(".image-layer").bounding_box()
    scale = layer["width"] / page.evaluate("document.querySelector('figure img').naturalWidth")
    return layer["x"] + x * scale, layer["y"] + y * scale


def drag(page, start, end):
    page.mouse.move(*on_screen(page, *start))
    page.mouse.down()
    page.mouse.move(*on_screen(page, *end), steps=5)
    page.mouse.up()


def click(page, *place):
    page.mouse.click(*on_screen(page, *place))


def near(found, expected, *, by=1.5):
    return all(abs(a - b) <= by for a, b in zip(found, expected, strict=True))


def sides(box):
    return [box[name] for name in ("x", "y", "width", "height")]


def test_box_is_drawn_by_drag_and_gets_the_chosen_class(page):
    open_image(page, "boxes")
    page.keyboard.press("2")
    drag(page, (40, 30), (140, 130))

    (box,) = answer(page)
    assert near(sides(box), [40, 30, 100, 100])
    assert (box["part"], box["choice"]) == ("image", "person")
    assert summary(page) == "Person"
    assert edits(page) == 1
