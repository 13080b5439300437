"""Marks on an image for everybody: zoom, phones, speed, trouble, the whole screen."""

import gzip

import pytest

from tests.browser.image import (
    CAR,
    IMAGE,
    POLYGON,
    SIGN,
    drag,
    near,
    on_screen,
    open_image,
    sides,
)
from tests.browser.kinds import CLASSES, asked, open_kind, stored_values
from tests.browser.labeling import external_id, wait_for_item
from tests.browser.marks import CHOICES, answer, open_question, png, serve

pytestmark = pytest.mark.django_db(transaction=True)

WIDER = "width => document.querySelector('.image-layer').getBoundingClientRect().width > width"
# Pans by a synthetic pointer, a step per frame; then moves a box in the middle of the list by keys.
PAN_AND_EDIT = """async () => {
  const frame = document.querySelector(".image-view");
  const { left, top } = frame.getBoundingClientRect();
  frame.setPointerCapture = () => {};
  const paint = () => new Promise(requestAnimationFrame);
  const fire = (type, x) => frame.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, clientX: left + x, clientY: top + 150, buttons: 1,
  }));
  const where = () => document.querySelector(".image-layer").getBoundingClientRect().left;
  const before = where();
  fire("pointerdown", 400);
  await paint();
  const start = performance.now();
  for (let n = 1; n <= 90; n += 1) {
    fire("pointermove", 400 - n * 3);
    await paint();
  }
  const frames = 90 / ((performance.now() - start) / 1000);
  fire("pointerup", 130);
  document.querySelector("[data-do=draw]").click();
  const moved = Math.abs(where() - before);
  document.querySelectorAll("[data-mark]")[250].click();
  const times = [];
  for (let n = 0; n < 21; n += 1) {
    const begin = performance.now();
    kind.keys(question, new KeyboardEvent("keydown", { key: "ArrowRight", code: "ArrowRight" }));
    times.push(performance.now() - begin);
    await paint();
  }
  return { frames, moved, edit: times.sort((a, b) => a - b)[10] };
}"""


def test_zoom_and_pan_keep_the_pointer_on_the_same_pixels(page):
    open_image(page, "boxes")
    page.locator(".image-view").focus()
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.down("Space")
    drag(page, (210, 160), (180, 140))
    page.keyboard.up("Space")
    assert page.evaluate("kind.read(question)") is None
    drag(page, (180, 140), (220, 170))

    assert near(sides(answer(page)[0]), [180, 140, 40, 30], by=0.6)
    page.keyboard.press("w")
    layer, frame = (page.locator(css).bounding_box() for css in (".image-layer", ".image-view"))
    assert layer["width"] <= frame["width"]
    assert layer["height"] <= frame["height"]


def test_wheel_with_ctrl_zooms_around_the_pointer(page):
    open_image(page, "boxes")
    before = on_screen(page, 100, 100)
    page.mouse.move(*map(int, before))  # wheels tell whole pixels only
    page.keyboard.down("Control")
    for _ in range(5):
        page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    page.wait_for_function(WIDER, arg=1200)

    assert page.locator(".image-layer").bounding_box()["width"] > 1200
    assert near(on_screen(page, 100, 100), before, by=5)


def test_letters_stay_readable_at_every_zoom(page):
    open_image(page, "boxes", value=[CAR])
    height = "document.querySelector('.marking-letters').getBoundingClientRect().height"
    page.locator(".image-view").focus()
    small = page.evaluate(height)
    for _ in range(5):
        page.keyboard.press("+")

    assert small >= 12
    assert abs(page.evaluate(height) - small) <= 2
    assert page.locator(".marking-letters").text_content() == "Car"
    page.keyboard.press("t")
    assert page.locator(".marking-letters").text_content() == "1"


def touch(page, kind, *fingers):
    points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(fingers)]
    page.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture
def phone(new_page):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.cdp = page.context.new_cdp_session(page)
    return page


def test_one_finger_draws_and_two_fingers_zoom(phone):
    open_image(phone, "boxes")
    touch(phone, "touchStart", on_screen(phone, 50, 50))
    touch(phone, "touchMove", on_screen(phone, 100, 90))
    touch(phone, "touchMove", on_screen(phone, 150, 120))
    touch(phone, "touchEnd")
    assert near(sides(answer(phone)[0]), [50, 50, 100, 70], by=2)

    before = phone.locator(".image-layer").bounding_box()["width"]
    one, other = on_screen(phone, 180, 150), on_screen(phone, 220, 150)
    touch(phone, "touchStart", one)
    touch(phone, "touchStart", one, other)
    for step in (10, 25, 40, 55):
        touch(phone, "touchMove", (one[0] - step, one[1]), (other[0] + step, other[1]))
    touch(phone, "touchEnd")
    phone.wait_for_function(WIDER, arg=before * 2)

    assert phone.locator(".image-layer").bounding_box()["width"] > before * 2
    assert len(answer(phone)) == 1


def test_two_taps_draw_a_box_on_a_phone(phone):
    open_image(phone, "boxes")
    for place in ((60, 60), (160, 140)):
        touch(phone, "touchStart", on_screen(phone, *place))
        touch(phone, "touchEnd")

    assert near(sides(answer(phone)[0]), [60, 60, 100, 80], by=2)


def test_item_without_the_image_says_so(page):
    open_image(page, "boxes", options={"part": "other"})

    assert page.get_by_text("This item has no image for this question.").is_visible()
    page.keyboard.press("n")
    assert page.evaluate("kind.read(question)") is None


def test_image_that_cannot_be_loaded_says_so(page, page_problems):
    page_problems.expect("404")
    part = IMAGE | {"url": "/test-media/gone.png"}
    page.route("**/gone.png", lambda route: route.fulfill(status=404))
    open_question(page, "boxes", part)

    page.get_by_text("The image could not be loaded.").wait_for()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boxes", [CAR, SIGN]),
        ("polygons", [POLYGON]),
        ("points", [{"part": "image", "x": 100, "y": 100, "choice": "car"}]),
    ],
)
def test_widget_is_accessible_and_fits(new_page, axe, kind, value, width, color_scheme):
    page = new_page(color_scheme=color_scheme, viewport={"width": width, "height": 800})
    open_image(page, kind, value=value)
    axe(page)
    page.locator("[data-mark]").first.click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_many_boxes_on_a_large_image_stay_fluent(page):
    boxes = [
        CAR | {"x": n % 25 * 155, "y": n // 25 * 145, "choice": CHOICES[n % 3]["key"]}
        for n in range(500)
    ]
    part = IMAGE | {"width": 4000, "height": 3000, "url": "/test-media/large.png"}
    serve(page, part["url"], png(4000, 3000), "image/png")
    open_question(page, "boxes", part, value=boxes)
    page.wait_for_function("() => document.querySelector('figure img').naturalWidth > 1")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("v")
    page.wait_for_timeout(500)
    measured = page.evaluate(PAN_AND_EDIT)

    assert measured["moved"] > 100
    assert measured["frames"] >= 30, measured
    assert measured["edit"] <= 16, measured


def test_scripts_stay_within_their_budget_of_bytes(page):
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    open_image(page, "boxes")
    sizes = [
        len(gzip.compress(each.body()))
        for each in loaded
        if "/kinds/" in each.url and each.url.endswith(".js")
    ]
    assert len(sizes) > 5
    assert sum(sizes) <= 21 * 1024, sizes


def test_boxes_are_labeled_undone_and_changed_on_the_screen_by_keys(
    page,
    live_server,
    project,
    annotator,
    axe,
):
    body = png(400, 300)
    page.route("**/p/support/media/**", lambda route: route.fulfill(status=200, body=body))
    payload = {"parts": [IMAGE]}
    open_kind(
        page,
        live_server,
        project,
        annotator,
        [asked("boxes", choices=CLASSES)],
        *([payload] * 2),
    )
    page.locator(".image-view").wait_for()
    first = external_id(page)
    page.keyboard.press("2")
    page.keyboard.press("n")
    axe(page)
    page.keyboard.press("Enter")
    wait_for_item(page, other_than=first)
    second = external_id(page)
    page.keyboard.press("u")
    wait_for_item(page, other_than=second)
    page.keyboard.press("]")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.locator("#reopened").wait_for(state="hidden")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    page.locator("#strip li").nth(1).wait_for()

    values = [stored["q"]["boxes"] for stored in stored_values(page, annotator)]
    assert [[box["choice"] for box in boxes] for boxes in values] == [["place"], ["time"], []]
    assert sides(values[0][0]) == sides(values[1][0])
