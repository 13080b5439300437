"""What the stories about images and sound share: one question beside its part, without a server."""

import io
import json
import math
import struct
import wave
import zlib

from django.template.loader import render_to_string

from annotations.views.controls import controls

CHOICES = [
    {"key": "car", "name": "Car", "help": "", "color": 0, "hotkey": ""},
    {"key": "person", "name": "Person", "help": "", "color": 1, "hotkey": ""},
    {"key": "sign", "name": "Traffic sign", "help": "", "color": 3, "hotkey": ""},
]
# The screen's part in this: keys outside text fields go to the question, then to its classes.
BEGIN = """async ([html, sheets, kind, parts, value]) => {
  document.querySelector("main").innerHTML = html;
  await Promise.all(sheets.map((href) => new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  })));
  document.documentElement.classList.add("js");
  const image = document.querySelector("figure img");
  if (image && !image.complete) await image.decode().catch(() => {});
  window.kind = (await import(`/static/js/label/kinds/${kind}.js`)).kind;
  window.question = document.querySelector("[data-question]");
  window.edits = 0;
  question.addEventListener("answered", () => (window.edits += 1));
  window.submits = 0;
  question.form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.submits += 1;
  });
  if (value) window.kind.write(question, value);
  window.kind.start(question, parts);
  document.addEventListener("keydown", (event) => {
    const isText = event.target.closest("textarea, input:not([type=radio])");
    if (isText) return;
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (window.kind.keys(question, event)) event.preventDefault();
    else if (digit && window.kind.press(question, digit)) event.preventDefault();
  });
}"""
FIGURES = {
    "image": '<img src="{url}" alt="Street">',
    "audio": '<audio controls src="{url}" preload="metadata"></audio>',
    "video": '<video controls src="{url}" preload="metadata"></video>',
}
FIGURE_CLASSES = {"image": "picture", "audio": "sound", "video": "film"}


def png(width, height):
    """A picture with soft bands, so that screenshots show where one is."""
    row = [bytes([(x * 96 // width) + 96 for x in range(width)])]
    rows = (b"\0" + row[0] if y // 64 % 2 else b"\0" + row[0][::-1] for y in range(height))
    body = zlib.compress(b"".join(rows), 1)

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def wav(seconds, *, rate=8000):
    """Half a second of tone, half a second of silence, and so on."""
    frames = bytearray()
    for n in range(int(seconds * rate)):
        loud = 9000 if n * 2 // rate % 2 == 0 else 0
        frames += struct.pack("<h", int(loud * math.sin(n * 440 * math.tau / rate)))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(frames))
    return file.getvalue()


def serve(page, url, body, content_type):
    """Answers requests for a file, in ranges as a server of media does."""

    def answer(route):
        asked = route.request.headers.get("range")
        headers = {"Content-Type": content_type, "Accept-Ranges": "bytes"}
        if not asked:
            route.fulfill(status=200, headers=headers, body=body)
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(body) - 1), len(body) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
        route.fulfill(status=206, headers=headers, body=body[start : end + 1])

    page.route(f"**{url}", answer)


def open_question(page, kind, part, *, value=None, options=None, choices=CHOICES):
    """A question of a kind, started beside its part; the page then has `kind` and `question`."""
    page.goto("/accounts/sign-in/")
    question = {
        "key": "objects",
        "kind": kind,
        "title": "What is where?",
        "help": "",
        "required": True,
        "show_when": None,
        "options": {"part": part["key"]} | (options or {}),
        "choices": choices,
    }
    media = FIGURES[part["kind"]].format(url=part["url"])
    drawn = render_to_string(
        "annotations/label_questions.html",
        {"questions": controls([question], {}, {})},
    )
    html = (
        '<div class="stage"><form id="item-form" class="item">'
        f'<figure class="{FIGURE_CLASSES[part["kind"]]}" data-part="{part["key"]}">{media}</figure>'
        f'<div class="questions">{drawn}</div></form></div>'
    )
    sheets = [f"/static/css/{name}.css" for name in ("label", "kinds", "image", "sound")]
    page.evaluate(BEGIN, [html, sheets, kind, [part], value])


def answer(page):
    """What would be sent: the raw answer as JSON knows it."""
    return json.loads(page.evaluate("JSON.stringify(kind.read(question))"))


def summary(page):
    return page.evaluate("kind.summary(question)")


def edits(page):
    """How often the question said that its answer changed."""
    return page.evaluate("window.edits")
