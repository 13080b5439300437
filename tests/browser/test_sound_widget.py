"""Segments of a sound: by mouse, by keys at the play head, by numbers; with transcripts."""

import gzip

import pytest

from tests.browser.kinds import CLASSES, asked, open_kind, stored_values
from tests.browser.labeling import external_id, wait_for_item
from tests.browser.marks import answer, edits, open_question, serve, summary, wav

pytestmark = pytest.mark.django_db(transaction=True)

SOUND = {"key": "audio", "kind": "audio", "media": 2, "duration": 4.0}
FIRST = {"part": "audio", "start": 0.5, "end": 1.5, "choice": "car", "text": ""}
SECOND = {"part": "audio", "start": 2.0, "end": 3.0, "choice": "sign", "text": "제발"}
PEAK = """() => {
  const canvas = document.querySelector(".sound-canvas");
  const pen = canvas.getContext("2d");
  const inked = (second) => {
    const x = Math.round((second / 4) * canvas.width);
    const { data } = pen.getImageData(x, 0, 1, canvas.height - 24);
    return data.filter((value, n) => n % 4 === 3 && value > 0).length;
  };
  return [inked(0.25), inked(0.75), inked(1.25), inked(1.75)];
}"""


def open_sound(page, *, options=None, seconds=4, **more):
    part = SOUND | {"url": "/test-media/call.wav", "duration": float(seconds)}
    serve(page, part["url"], wav(seconds), "audio/wav")
    open_question(page, "segments", part, options=options, **more)
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")


def place(page, second):
    box = page.locator(".sound-view").bounding_box()
    return box["x"] + box["width"] * second / 4, box["y"] + 20


def drag(page, start, end):
    page.mouse.move(*place(page, start))
    page.mouse.down()
    page.mouse.move(*place(page, end), steps=5)
    page.mouse.up()


def seek(page, second):
    page.evaluate("second => { document.querySelector('audio').currentTime = second; }", second)
    page.wait_for_function(
        "second => Math.abs(document.querySelector('audio').currentTime - second) < 0.01",
        arg=second,
    )


def playing(page):
    return page.evaluate("!document.querySelector('audio').paused")


def ends(segment):
    return [segment["start"], segment["end"]]


def near(found, expected, *, by=0.03):
    return all(abs(a - b) <= by for a, b in zip(found, expected, strict=True))


def number(page, name):
    return page.get_by_role("spinbutton", name=name)


def test_segment_is_drawn_by_drag_and_gets_the_chosen_class(page):
    open_sound(page)
    page.keyboard.press("2")
    drag(page, 0.5, 1.5)

    (segment,) = answer(page)
    assert near(ends(segment), [0.5, 1.5])
    assert (segment["part"], segment["choice"], segment["text"]) == ("audio", "person", "")
    assert summary(page) == "Person"
    assert edits(page) == 1


def test_segment_is_set_at_the_play_head_by_keys_alone(page):
    open_sound(page)
    seek(page, 1)
    page.keyboard.press("[")
    for _ in range(3):
        page.keyboard.press(".")
    page.keyboard.press("]")
    assert near(ends(answer(page)[0]), [1, 1.3])

    seek(page, 2.5)
    page.keyboard.press("[")
    seek(page, 3.5)
    page.keyboard.press("]")
    assert near(ends(answer(page)[1]), [2.5, 3.5])


def test_start_and_end_of_the_selected_segment_move_to_the_play_head(page):
    open_sound(page, value=[FIRST])
    page.locator("[data-mark]").click()
    seek(page, 0.75)
    page.keyboard.press("[")
    seek(page, 2)
    page.keyboard.press("]")

    assert near(ends(answer(page)[0]), [0.75, 2])


def test_end_before_the_start_is_refused(page):
    open_sound(page)
    seek(page, 2)
    page.keyboard.press("[")
    seek(page, 1)
    page.keyboard.press("]")

    assert page.evaluate("kind.read(question)") is None
    assert page.locator("#live").text_content() == "The end must come after the start."


def test_segment_is_moved_and_pulled_by_mouse(page):
    open_sound(page, value=[FIRST])
    page.locator("[data-mark]").click()
    drag(page, 1.0, 1.5)
    assert near(ends(answer(page)[0]), [1, 2])
    drag(page, 2.0, 3.0)
    assert near(ends(answer(page)[0]), [1, 3])


def test_ends_are_sliders_that_arrow_keys_move(page):
    open_sound(page, value=[FIRST])
    page.locator("[data-mark]").click()
    slider = page.get_by_role("slider", name="Start of the segment")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert near(ends(answer(page)[0]), [0.4, 1.5], by=0.001)
    assert slider.get_attribute("aria-valuetext") == "0.40 s"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert near(ends(answer(page)[0]), [1.48, 1.5], by=0.001)


def test_typed_ends_are_kept_inside_and_enter_does_not_submit(page):
    open_sound(page, value=[FIRST])
    page.locator("[data-mark]").click()
    number(page, "Start, seconds").fill("1.255")
    page.keyboard.press("Enter")
    number(page, "End, seconds").fill("99")
    page.keyboard.press("Enter")

    assert near(ends(answer(page)[0]), [1.25, 4.0], by=0.011)
    assert number(page, "End, seconds").input_value() == "4.00"
    assert page.evaluate("window.submits") == 0


def test_transcript_is_kept_at_each_letter_and_undone_as_a_whole(page):
    open_sound(page, options={"transcript": True}, value=[FIRST])
    page.locator("[data-mark]").click()
    page.get_by_label("What is said").press_sequentially("two p [words]")
    assert answer(page)[0]["text"] == "two p [words]"
    assert not playing(page)

    page.get_by_role("button", name="Undo this step").click()
    assert answer(page) == [FIRST]
    assert page.get_by_label("What is said").input_value() == ""


def test_question_without_transcripts_has_no_field_for_them(page):
    open_sound(page, value=[SECOND])
    page.locator("[data-mark]").click()

    assert page.get_by_label("What is said").count() == 0
    assert answer(page) == [SECOND]


def test_segments_are_listed_in_the_order_in_which_they_are_heard(page):
    open_sound(page, value=[SECOND, FIRST])
    drag(page, 1.6, 1.9)

    starts = [segment["start"] for segment in answer(page)]
    assert starts == sorted(starts)
    assert page.locator("[data-mark]").nth(1).get_attribute("aria-current") == "true"


def test_undo_and_redo_give_back_each_state_exactly(page):
    open_sound(page, value=[FIRST, SECOND])
    page.locator("[data-mark]").first.click()
    page.keyboard.press("3")
    page.keyboard.press("Delete")
    assert answer(page) == [SECOND]

    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert answer(page) == [FIRST, SECOND]
    page.keyboard.press("Control+Shift+z")
    assert answer(page) == [FIRST | {"choice": "sign"}, SECOND]


def test_keys_walk_through_the_segments(page):
    open_sound(page, value=[FIRST, SECOND])
    current = page.locator("[aria-current=true] .marking-name")
    page.keyboard.press("e")
    page.keyboard.press("e")
    assert current.text_content() == "Traffic sign"
    page.keyboard.press("q")
    assert current.text_content() == "Car"
    assert page.evaluate("document.querySelector('audio').currentTime") == 0.5


def test_segment_is_played_and_stops_at_its_end(page):
    open_sound(page, value=[FIRST | {"end": 0.8}])
    page.locator("[data-mark]").click()
    page.keyboard.press("o")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    page.wait_for_function("() => document.querySelector('audio').paused")

    now = page.evaluate("document.querySelector('audio').currentTime")
    assert near([now], [0.8], by=0.06)


def test_loop_plays_the_selected_segment_again_and_again(page):
    open_sound(page, value=[FIRST | {"end": 0.8}])
    page.locator("[data-mark]").click()
    page.evaluate(
        "window.starts = 0; document.querySelector('audio').addEventListener('seeked', "
        "({ target }) => { if (target.currentTime < 0.55) window.starts += 1; });"
    )
    page.keyboard.press("l")
    page.keyboard.press("p")
    page.wait_for_function("() => window.starts >= 2")
    assert playing(page)
    page.keyboard.press("p")
    assert not playing(page)


def test_speed_goes_from_half_to_double(page):
    open_sound(page)
    rate = "document.querySelector('audio').playbackRate"
    for _ in range(4):
        page.keyboard.press("Shift+Comma")
    assert page.evaluate(rate) == 0.5
    for _ in range(9):
        page.keyboard.press("Shift+Period")
    assert page.evaluate(rate) == 2
    page.wait_for_function("() => document.querySelector('[data-speed]').textContent === '2×'")


def test_loudness_is_drawn_where_the_sound_is(page):
    open_sound(page)
    page.wait_for_function(f"() => ({PEAK})()[0] > 10")

    loud, quiet, loud_again, quiet_again = page.evaluate(PEAK)
    assert min(loud, loud_again) > 4 * max(quiet, quiet_again)


def test_zoom_shows_less_and_keeps_the_play_head(page):
    open_sound(page, value=[FIRST])
    seek(page, 1)
    width = "document.querySelector('.sound-region').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.evaluate(width) == pytest.approx(before * 4, rel=0.02)
    assert page.locator(".sound-head").is_visible()
    page.keyboard.press("w")
    assert page.evaluate(width) == pytest.approx(before, rel=0.02)


def test_file_that_cannot_be_decoded_still_has_a_plain_time_line(page, page_problems):
    page_problems.expect("404")
    page.route("**/test-media/gone.wav", lambda route: route.fulfill(status=404))
    part = SOUND | {"url": "/test-media/gone.wav"}
    open_question(page, "segments", part)
    page.locator("[data-warning]:not([hidden])").wait_for()
    drag(page, 1, 2)

    assert near(ends(answer(page)[0]), [1, 2])


def test_item_without_the_sound_says_so(page):
    open_sound(page, options={"part": "other"})

    assert page.get_by_text("This item has no sound for this question.").is_visible()


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_widget_is_accessible_and_fits(new_page, axe, width, color_scheme):
    page = new_page(color_scheme=color_scheme, viewport={"width": width, "height": 800})
    open_sound(page, options={"transcript": True}, value=[FIRST, SECOND])
    axe(page)
    page.locator("[data-mark]").first.click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_scripts_stay_within_their_budget_of_bytes(page):
    loaded = []
    page.on("response", lambda response: loaded.append(response))
    open_sound(page)
    sizes = [
        len(gzip.compress(each.body()))
        for each in loaded
        if "/kinds/" in each.url and each.url.endswith(".js")
    ]
    assert len(sizes) > 5
    assert sum(sizes) <= 18 * 1024, sizes


def test_segments_are_labeled_on_the_screen_by_keys(page, live_server, project, annotator, axe):
    serve(page, "/p/support/media/2/", wav(4), "audio/wav")
    question = asked("segments", choices=CLASSES, options={"transcript": True})
    payload = {"parts": [SOUND | {"file": "call.wav"}]}
    open_kind(page, live_server, project, annotator, [question], payload, payload)
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    first = external_id(page)
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.get_by_label("What is said").fill("hello")
    axe(page)
    page.keyboard.press("Control+Enter")
    wait_for_item(page, other_than=first)

    (stored,) = stored_values(page, annotator)
    (segment,) = stored["q"]["segments"]
    assert (segment["start"], segment["end"]) == (0, 1)
    assert (segment["choice"], segment["text"]) == ("time", "hello")
