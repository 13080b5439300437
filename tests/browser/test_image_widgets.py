"""Boxes, polygons and points on an image: by mouse, by clicks, by keys, by touch, by numbers."""

import gzip

import pytest

from tests.browser.kinds import CLASSES, asked, open_kind, stored_values
from tests.browser.labeling import external_id, wait_for_item
from tests.browser.marks import CHOICES, answer, edits, open_question, png, serve, summary

pytestmark = pytest.mark.django_db(transaction=True)

IMAGE = {"key": "image", "kind": "image", "media": 1, "width": 400, "height": 300}

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


def test_box_is_drawn_by_drag_and_gets_the_chosen_class(page):
    open_image(page, "boxes")
    page.keyboard.press("2")
    drag(page, (40, 30), (140, 130))

    (box,) = answer(page)
    assert near(sides(box), [40, 30, 100, 100])
    assert (box["part"], box["choice"]) == ("image", "person")
    assert summary(page) == "Person"
    assert edits(page) == 1


CAR = {"part": "image", "x": 40, "y": 30, "width": 100, "height": 100, "choice": "car"}
SIGN = {"part": "image", "x": 250, "y": 150, "width": 60, "height": 80, "choice": "sign"}


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
    page.wait_for_timeout(300)

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
    phone.wait_for_timeout(300)

    assert phone.locator(".image-layer").bounding_box()["width"] > before * 2
    assert len(answer(phone)) == 1


def test_two_taps_draw_a_box_on_a_phone(phone):
    open_image(phone, "boxes")
    for place in ((60, 60), (160, 140)):
        touch(phone, "touchStart", on_screen(phone, *place))
        touch(phone, "touchEnd")

    assert near(sides(answer(phone)[0]), [60, 60, 100, 80], by=2)


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


POLYGON = {"part": "image", "choice": "car", "points": [[50, 50], [150, 50], [150, 150], [50, 150]]}


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


def test_focus_is_never_lost_when_boxes_are_removed(page):
    open_image(page, "boxes", value=[CAR, SIGN])
    page.locator("[data-mark]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    assert page.evaluate("document.activeElement.className").startswith("marking-row")
    page.keyboard.press("Delete")
    assert page.evaluate("document.activeElement.className") == "image-view"


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
