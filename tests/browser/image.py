"""An image with marks on it: where its pixels are on the screen, and what presses them."""

from tests.browser.marks import open_question, png, serve

IMAGE = {"key": "image", "kind": "image", "media": 1, "width": 400, "height": 300}
CAR = {"part": "image", "x": 40, "y": 30, "width": 100, "height": 100, "choice": "car"}
SIGN = {"part": "image", "x": 250, "y": 150, "width": 60, "height": 80, "choice": "sign"}
POLYGON = {"part": "image", "choice": "car", "points": [[50, 50], [150, 50], [150, 150], [50, 150]]}


def open_image(page, kind, **options):
    part = IMAGE | {"url": "/test-media/street.png"}
    serve(page, part["url"], png(400, 300), "image/png")
    open_question(page, kind, part, **options)
    page.wait_for_function("() => document.querySelector('figure img').naturalWidth > 1")


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


def number(page, name):
    return page.get_by_role("spinbutton", name=name)


def corners(polygon):
    return [number for place in polygon["points"] for number in place]


def sides(box):
    return [box[name] for name in ("x", "y", "width", "height")]
