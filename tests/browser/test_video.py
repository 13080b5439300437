"""Moments of a film: recorded by a browser, stored, served in ranges, labeled by keys."""

import base64

import pytest

from tests.browser.kinds import CLASSES, asked, open_kind, stored_values
from tests.browser.labeling import external_id, wait_for_item
from tests.factories import media as files

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 1.5
# A browser's own recorder, as people have it: the file does not say how long it is.
RECORD = """async (seconds) => {
  const canvas = document.createElement("canvas");
  canvas.width = 320;
  canvas.height = 180;
  const pen = canvas.getContext("2d");
  const mimeType = "video/webm;codecs=vp8";
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType });
  const chunks = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopped = new Promise((done) => (recorder.onstop = done));
  recorder.start();
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    pen.fillStyle = `hsl(${(performance.now() / 5) % 360} 60% 50%)`;
    pen.fillRect(0, 0, 320, 180);
    await new Promise((done) => setTimeout(done, 40));
  }
  recorder.stop();
  await stopped;
  const reader = new FileReader();
  const read = new Promise((done) => (reader.onload = done));
  reader.readAsDataURL(new Blob(chunks));
  await read;
  return reader.result.split(",")[1];
}"""


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "media": {"BACKEND": "media.storage.LocalMedia", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def film(page, project):
    page.goto("/accounts/sign-in/")
    recorded = base64.b64decode(page.evaluate(RECORD, SECONDS))
    return files.stored(project, recorded, "film.webm")


def open_film(page, live_server, project, annotator, film, questions):
    payload = {
        "parts": [
            {"key": "film", "kind": "video", "media": film.pk},
            {"key": "about", "kind": "facts", "facts": {"camera": "door"}},
        ]
    }
    open_kind(page, live_server, project, annotator, questions, payload, payload)
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")


def seek(page, second):
    page.evaluate("second => { document.querySelector('video').currentTime = second; }", second)
    page.wait_for_function(
        "second => Math.abs(document.querySelector('video').currentTime - second) < 0.05",
        arg=second,
    )


def test_film_is_measured_when_it_comes(film):
    assert film.kind == "video"
    assert (film.width, film.height) == (320, 180)
    assert film.duration == pytest.approx(SECONDS, abs=0.4)


@pytest.mark.parametrize(
    "look",
    [
        {"viewport": {"width": 1280, "height": 900}},
        {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark", "locale": "ko-KR"},
    ],
)
def test_moments_of_a_film_are_marked_by_keys(
    new_page, axe, live_server, project, annotator, film, look
):
    page = new_page(**look)
    questions = [asked("segments", choices=CLASSES)]
    open_film(page, live_server, project, annotator, film, questions)
    first = external_id(page)
    assert page.evaluate("document.querySelector('video').videoWidth") == 320
    page.keyboard.press("2")
    seek(page, 0.3)
    page.keyboard.press("[")
    seek(page, 0.9)
    page.keyboard.press("]")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Control+Enter")
    wait_for_item(page, other_than=first)

    (stored,) = stored_values(page, annotator)
    (segment,) = stored["q"]["segments"]
    assert (segment["part"], segment["choice"]) == ("film", "place")
    assert segment["start"] == pytest.approx(0.3, abs=0.06)
    assert segment["end"] == pytest.approx(0.9, abs=0.06)


def test_film_is_context_for_another_question(page, live_server, project, annotator, film):
    questions = [asked("choice", choices=CLASSES)]
    open_film(page, live_server, project, annotator, film, questions)
    first = external_id(page)
    page.keyboard.press("1")
    wait_for_item(page, other_than=first)

    assert stored_values(page, annotator) == [{"q": {"kind": "choice", "choice": "person"}}]
