"""A lead drops files, sees what was refused, and makes items; a sound can be played in parts."""

import base64

import pytest
from django.utils import timezone

from annotations.models import Item
from media.actions.start_arrival import start_zip
from media.models import MediaFile
from tests.browser.labeling import sign_in
from tests.factories import media as files

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}},
    "korean": {"viewport": {"width": 1280, "height": 900}, "locale": "ko-KR"},
}
DROP = """([base64, name]) => {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  const form = document.querySelector("form[data-upload]");
  for (const type of ["dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(type, { dataTransfer: data, cancelable: true }));
  }
}"""


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "media": {"BACKEND": "media.storage.LocalMedia", "OPTIONS": {"location": tmp_path}},
    }


def chosen(*contents):
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in contents
    ]


def test_lead_drops_files_and_makes_items_of_them(project, lead, page, live_server, page_problems):
    page_problems.expect("422")
    sign_in(page, live_server, lead)
    page.goto("/p/support/media/")
    page.get_by_text("No files yet").wait_for()

    page.evaluate(DROP, [to_base64(files.image(size=(640, 480))), "cat.png"])
    page.get_by_text("640 × 480").wait_for()
    shown = page.get_by_role("img", name="cat.png")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320

    page.get_by_label("Drop files here, or choose them").set_input_files(
        chosen(("bad.svg", b"<svg/>"), ("sound.wav", files.wav()), ("cat.png", files.image()))
    )
    page.get_by_text("“bad.svg” is an SVG drawing").wait_for()
    page.get_by_text("“cat.png” is there already, with another content").wait_for()
    page.get_by_role("link", name="Show the new files").click()
    page.get_by_text("sound.wav").first.wait_for()
    assert MediaFile.objects.count() == 2

    page.get_by_role("button", name="Make items of new files").press("Enter")
    page.get_by_text("2 items were made.").wait_for()
    assert Item.objects.count() == 2


def test_sound_plays_from_the_middle_under_the_policy(project, lead, page, live_server):
    media = files.stored(project, files.wav(20.0), "long.wav")
    sign_in(page, live_server, lead)
    page.goto("/p/support/media/")

    reached = page.evaluate(
        """(source) => new Promise((resolve, reject) => {
          const player = document.createElement("audio");
          player.addEventListener("loadedmetadata", () => { player.currentTime = 15; });
          player.addEventListener("seeked", () => resolve([player.duration, player.currentTime]));
          player.addEventListener("error", () => reject(player.error));
          player.src = source;
        })""",
        f"/p/support/media/{media.pk}/",
    )

    assert reached == [20, 15]


def test_image_opened_by_itself_is_shown_without_a_violation(project, lead, page, live_server):
    media = files.stored(project, files.image())
    sign_in(page, live_server, lead)

    page.goto(f"/p/support/media/{media.pk}/")

    assert page.locator("img").evaluate("image => image.naturalWidth") == 40


@pytest.mark.parametrize("look", LOOKS)
def test_page_has_no_violations_and_fits_in_every_look(
    project, lead, new_page, live_server, axe, settings, tmp_path, look
):
    settings.MEDIA_FETCH_HOSTS = ["example.org"]
    for name, content in (
        ("아주 긴 이름/그림-" + "가" * 60 + ".png", files.image(size=(640, 480))),
        ("sound.wav", files.wav()),
        ("film.webm", files.webm()),
        ("paper.pdf", files.pdf()),
    ):
        files.stored(project, content, name)
    page = new_page(**LOOKS[look])
    sign_in(page, live_server, lead)

    page.goto("/p/support/media/")
    for summary in page.locator("details.way > summary").all():
        summary.click()

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    axe(page)

    packed = files.an_upload(files.archive({"1.png": files.image()}), "scans.zip")
    arrival = start_zip(project=project, upload=packed, by=lead, now=timezone.now())
    page.goto(f"/p/support/media/arrivals/{arrival.pk}/")
    page.get_by_role("button").last.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    axe(page)


def to_base64(content):
    return base64.b64encode(content).decode()
